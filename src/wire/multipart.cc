#include "wire/multipart.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace batata::wire {
namespace {

constexpr std::string_view kBlanks = " \t";
std::string_view bare(std::string_view text) {
  return trimmed(text, kBlanks);
}

constexpr std::string_view kLineEnd = "\r\n";

tl::unexpected<Error> malformed(std::string what) {
  return fail(Errc::kInvalidArgument, "multipart form: " + std::move(what));
}

bool is_boundary_character(char c) {
  return is_letter_or_digit(c) || std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
}

// "; name=value" and "; name="quoted"" of a header's value, from its first parameter on. A backslash takes
// what a quote behind it means, and stays in the text. Nothing for what is neither.
struct Parameter {
  std::string_view name, value;
};
std::optional<Parameter> next_parameter(std::string_view& rest) {
  rest = bare(rest);
  if (!rest.starts_with(';')) return std::nullopt;
  rest = bare(rest.substr(1));
  const auto equals_at = rest.find('=');
  if (equals_at == rest.npos) return std::nullopt;
  Parameter parameter;
  parameter.name = bare(rest.substr(0, equals_at));
  rest.remove_prefix(equals_at + 1);
  if (!rest.starts_with('"')) {
    parameter.value = bare(rest.substr(0, rest.find(';')));
    if (parameter.value.find_first_of(" \t\"") != parameter.value.npos) return std::nullopt;
    rest.remove_prefix(std::min(rest.size(), rest.find(';')));
    return parameter;
  }
  std::size_t end = 1;
  while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
  if (end >= rest.size()) return std::nullopt;
  parameter.value = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  return parameter;
}

Status read_disposition(std::string_view value, FormPart& part) {
  const auto kind = bare(value.substr(0, value.find(';')));
  if (!equal_ignoring_case(kind, "form-data")) return malformed("a part that is not form-data");
  auto rest = value.substr(std::min(value.size(), value.find(';')));
  bool has_name = false;
  while (!bare(rest).empty()) {
    const auto parameter = next_parameter(rest);
    if (!parameter) return malformed("a part with a broken Content-Disposition");
    if (equal_ignoring_case(parameter->name, "name")) {
      if (has_name) return malformed("a part with two names");
      part.name = parameter->value;
      has_name = true;
    } else if (equal_ignoring_case(parameter->name, "filename")) {
      part.filename = parameter->value;
      part.is_file = true;
    }
  }
  if (!has_name) return malformed("a part without a name");
  return {};
}

Status read_header(std::string_view line, FormPart& part, bool& has_disposition) {
  const auto colon = line.find(':');
  if (colon == line.npos || colon == 0) return malformed("a part with a broken header");
  const auto name = line.substr(0, colon);
  const auto value = bare(line.substr(colon + 1));
  if (equal_ignoring_case(name, "content-disposition")) {
    if (has_disposition) return malformed("a part with two dispositions");
    has_disposition = true;
    return read_disposition(value, part);
  }
  if (equal_ignoring_case(name, "content-type")) {
    part.content_type = value;
  } else if (equal_ignoring_case(name, "content-transfer-encoding")) {
    if (!equal_ignoring_case(value, "7bit") && !equal_ignoring_case(value, "8bit") &&
        !equal_ignoring_case(value, "binary"))
      return malformed("a part in a transfer encoding");
  }
  return {};
}

// The headers of a part, up to their blank line; `rest` is what stands behind that.
Result<FormPart> read_headers(std::string_view& rest) {
  FormPart part;
  bool has_disposition = false;
  std::size_t bytes = 0;
  for (;;) {
    const auto end = rest.substr(0, kPartHeaderBytesMax).find(kLineEnd);
    if (end == rest.npos) {
      if (rest.size() < kPartHeaderBytesMax) return malformed("a part without an end of its headers");
      return fail(Errc::kResourceExhausted, "multipart form: a part's headers are too long");
    }
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + kLineEnd.size());
    if (line.empty()) break;
    bytes += line.size();
    if (bytes > kPartHeaderBytesMax)
      return fail(Errc::kResourceExhausted, "multipart form: a part's headers are too long");
    if (auto read = read_header(line, part, has_disposition); !read)
      return tl::unexpected(std::move(read.error()));
  }
  if (!has_disposition) return malformed("a part without a Content-Disposition");
  return part;
}

// What stands behind a boundary: the end ("--"), or the next part (blanks and a line end).
enum class After : std::uint8_t { kPart, kEnd, kNeither };
After behind_boundary(std::string_view& rest) {
  if (rest.starts_with("--")) return After::kEnd;
  const auto padding = std::min(rest.size(), rest.find_first_not_of(" \t"));
  if (!rest.substr(padding).starts_with(kLineEnd)) return After::kNeither;
  rest.remove_prefix(padding + kLineEnd.size());
  return After::kPart;
}

// Where the line "--boundary" that ends what is before it begins, and what stands behind it.
struct Line {
  std::size_t at;
  After after;
  std::string_view rest;
};
std::optional<Line> find_boundary(std::string_view body, std::string_view delimiter, bool at_start) {
  if (at_start && body.starts_with(delimiter.substr(kLineEnd.size()))) {
    auto rest = body.substr(delimiter.size() - kLineEnd.size());
    const After after = behind_boundary(rest);
    if (after != After::kNeither) return Line{0, after, rest};
  }
  for (std::size_t from = 0;;) {
    const auto at = body.find(delimiter, from);
    if (at == body.npos) return std::nullopt;
    auto rest = body.substr(at + delimiter.size());
    const After after = behind_boundary(rest);
    if (after != After::kNeither) return Line{at, after, rest};
    from = at + delimiter.size();  // the text of a longer boundary
  }
}

}  // namespace

std::optional<std::string_view> multipart_boundary(std::string_view content_type) {
  const auto semicolon = content_type.find(';');
  if (semicolon == content_type.npos) return std::nullopt;
  if (!equal_ignoring_case(bare(content_type.substr(0, semicolon)), "multipart/form-data"))
    return std::nullopt;
  auto rest = content_type.substr(semicolon);
  while (const auto parameter = next_parameter(rest)) {
    if (!equal_ignoring_case(parameter->name, "boundary")) continue;
    const auto boundary = parameter->value;
    if (boundary.empty() || boundary.size() > 70 || boundary.back() == ' ') return std::nullopt;
    if (!std::ranges::all_of(boundary, is_boundary_character)) return std::nullopt;
    return boundary;
  }
  return std::nullopt;
}

Result<std::vector<FormPart>> parse_multipart(std::string_view body, std::string_view boundary) {
  const std::string delimiter = "\r\n--" + std::string(boundary);
  auto line = find_boundary(body, delimiter, true);
  if (!line) return malformed("no boundary");
  std::vector<FormPart> parts;
  while (line->after != After::kEnd) {
    if (parts.size() == kFormPartsMax)
      return fail(Errc::kResourceExhausted, "multipart form: too many parts");
    std::string_view rest = line->rest;
    auto part = read_headers(rest);
    if (!part) return tl::unexpected(std::move(part.error()));
    // The line end before a boundary belongs to it. An empty part's is the one of its blank line.
    const std::string_view from(rest.data() - kLineEnd.size(), rest.size() + kLineEnd.size());
    line = find_boundary(from, delimiter, false);
    if (!line) return malformed("no end");
    part->content = line->at == 0 ? std::string_view() : rest.substr(0, line->at - kLineEnd.size());
    parts.push_back(*part);
  }
  return parts;
}

}  // namespace batata::wire
