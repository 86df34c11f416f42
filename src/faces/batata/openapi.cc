#include "faces/batata/openapi.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/json.h"
#include "base/text.h"

namespace batata::own {
namespace {

using wire::Method;
using wire::Param;
using wire::RowInfo;

constexpr std::string_view kAbout =
    "Every address that this server answers over HTTP, made from the table by which it answers. Parameters "
    "of a "
    "request with a body may stand in its form or in the query. Bodies of answers are those of the imitated "
    "product.";

// Rows of one method and path, those with a selector behind the one that has none.
using Operation = std::vector<const RowInfo*>;
using Operations = std::map<Method, Operation>;

// "/a/{name...}" is "/a/{name}" there.
std::string path_of(std::string_view pattern) {
  std::string path(pattern);
  for (auto at = path.find("...}"); at != path.npos; at = path.find("...}")) path.erase(at, 3);
  return path;
}

std::string operation_id(Method method, std::string_view path) {
  std::string id = lower_case(wire::name_of(method));
  for (const char c : path) {
    if (is_letter_or_digit(c)) {
      id += c;
    } else if (!id.ends_with('_')) {
      id += '_';
    }
  }
  return id;
}

// The first parts of a path, as docs/api groups its rows.
std::string_view tag_of(std::string_view path) {
  std::size_t end = 0;
  for (int parts = 0; parts < 3 && end != path.npos; ++parts) end = path.find('/', end + 1);
  return path.substr(0, end);
}

std::string description_of(const Operation& rows) {
  std::string text;
  for (const RowInfo* row : rows) {
    if (!text.empty()) text += "\n\n";
    if (!row->selector.empty()) text += "With `" + std::string(row->selector) + "`: ";
    text += row->summary;
  }
  return text;
}

std::string_view first_sentence(std::string_view text) {
  const auto end = text.find(". ");
  return end == text.npos ? text : text.substr(0, end + 1);
}

struct Field {
  std::string_view name, help;
  std::size_t rows = 0;  // that have it
  bool required = true;  // by each of them
};

// Of all rows together. One that not all have is required by none.
std::vector<Field> fields_of(const Operation& rows) {
  std::vector<Field> fields;
  const auto note = [&fields](std::string_view name, std::string_view help, bool required) {
    auto it = std::ranges::find(fields, name, &Field::name);
    if (it == fields.end()) it = fields.insert(it, {name, help});
    ++it->rows;
    it->required = it->required && required;
  };
  for (const RowInfo* row : rows) {
    for (const Param& param : row->params) note(param.name, param.help, param.required);
    const std::string_view selector = row->selector.substr(0, row->selector.find('='));
    const bool is_told = std::ranges::any_of(row->params, [&](const Param& p) { return p.name == selector; });
    if (!selector.empty() && !is_told) note(selector, "Chooses what is done, as the description says", true);
  }
  for (Field& field : fields) field.required = field.required && field.rows == rows.size();
  return fields;
}

bool is_captured(std::string_view path, std::string_view name) {
  return path.find("{" + std::string(name) + "}") != path.npos;
}

void write_parameter(json::Writer& out, const Field& field, std::string_view place, bool required) {
  out.begin_object().member("name", field.name).member("in", place).member("required", required);
  out.member("description", field.help).key("schema").begin_object().member("type", "string");
  out.end_object().end_object();
}

// Each name between braces must be told, also where a row does not describe it.
void write_captures(json::Writer& out, std::string_view path, const std::vector<Field>& fields) {
  for (auto from = path.find('{'); from != path.npos; from = path.find('{', from + 1)) {
    const std::string_view name = path.substr(from + 1, path.find('}', from) - from - 1);
    const auto told = std::ranges::find(fields, name, &Field::name);
    write_parameter(out, told == fields.end() ? Field{name, "In the path"} : *told, "path", true);
  }
}

void write_form(json::Writer& out, std::string_view path, const std::vector<Field>& fields) {
  const auto is_in_form = [&](const Field& field) { return !is_captured(path, field.name); };
  if (std::ranges::none_of(fields, is_in_form)) return;
  const bool has_file = std::ranges::any_of(fields, [](const Field& field) { return field.name == "file"; });
  out.key("requestBody").begin_object().key("content").begin_object();
  out.key(has_file ? "multipart/form-data" : "application/x-www-form-urlencoded").begin_object();
  out.key("schema").begin_object().member("type", "object").key("properties").begin_object();
  for (const Field& field : fields) {
    if (!is_in_form(field)) continue;
    out.key(field.name).begin_object().member("type", "string").member("description", field.help);
    if (field.name == "file") out.member("contentMediaType", "application/octet-stream");
    out.end_object();
  }
  out.end_object().key("required").begin_array();
  for (const Field& field : fields)
    if (is_in_form(field) && field.required) out.string(field.name);
  out.end_array().end_object().end_object().end_object().end_object();
}

void write_operation(json::Writer& out, Method method, std::string_view path, const Operation& rows) {
  const RowInfo& first = *rows.front();
  const std::vector<Field> fields = fields_of(rows);
  const bool has_form = method == Method::kPost || method == Method::kPut;
  out.key(lower_case(wire::name_of(method))).begin_object();
  out.member("operationId", operation_id(method, path)).key("tags").begin_array().string(tag_of(path));
  out.end_array().member("summary", first_sentence(first.summary));
  out.member("description", description_of(rows)).key("parameters").begin_array();
  write_captures(out, path, fields);
  for (const Field& field : fields)
    if (!has_form && !is_captured(path, field.name)) write_parameter(out, field, "query", field.required);
  out.end_array();
  if (has_form) write_form(out, path, fields);
  out.key("responses").begin_object().key("200").begin_object().member("description", "It is done.");
  out.end_object().key("default").begin_object().member("description", "It is not; the body says why.");
  out.end_object().end_object();
  // Nobody signs in for a public row, and for others only where the settings say so.
  if (first.permission.empty()) out.key("security").begin_array().end_array();
  out.member("x-batata-right", first.permission).end_object();
}

void write_security(json::Writer& out) {
  out.key("security").begin_array().begin_object().end_object();
  for (const std::string_view scheme : {"bearer", "accessToken"})
    out.begin_object().key(scheme).begin_array().end_array().end_object();
  out.end_array().key("components").begin_object().key("securitySchemes").begin_object();
  out.key("bearer").begin_object().member("type", "http").member("scheme", "bearer").end_object();
  out.key("accessToken").begin_object().member("type", "apiKey").member("in", "query");
  out.member("name", "accessToken").end_object().end_object().end_object();
}

}  // namespace

std::string openapi_document(std::span<const RowInfo> rows, std::string_view version) {
  std::map<std::string, Operations> paths;
  for (const RowInfo& row : rows) {
    Operation& operation = paths[path_of(row.path)][row.method];
    operation.insert(row.selector.empty() ? operation.begin() : operation.end(), &row);
  }
  std::string text;
  json::Writer out(text);
  out.begin_object().member("openapi", "3.1.0").key("info").begin_object().member("title", "batata");
  out.member("version", version).member("description", kAbout).key("license").begin_object();
  out.member("name", "Apache-2.0").member("identifier", "Apache-2.0").end_object().end_object();
  write_security(out);
  out.key("paths").begin_object();
  for (const auto& [path, operations] : paths) {
    out.key(path).begin_object();
    for (const auto& [method, operation] : operations) write_operation(out, method, path, operation);
    out.end_object();
  }
  out.end_object().end_object();
  return text;
}

}  // namespace batata::own
