#include "cli/config/config_transfer.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "cli/common/answers.h"
#include "cli/common/new_file.h"
#include "cli/common/output.h"
#include "cli/config/stored_config.h"

namespace batata::cli {
namespace {

// A text that the archive does not have: what is sent between the parts of the form.
std::string boundary_for(std::string_view bytes) {
  for (int n = 0;; ++n) {
    std::string boundary = "batata-archive-" + std::to_string(n);
    if (bytes.find(boundary) == bytes.npos) return boundary;
  }
}

struct Form {
  std::string content_type, body;
};
Form form_of(std::string_view archive) {
  const std::string boundary = boundary_for(archive);
  std::string body = "--" + boundary +
                     "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"configs.zip\"\r\n"
                     "Content-Type: application/zip\r\n\r\n";
  body.append(archive).append("\r\n--" + boundary + "--\r\n");
  return {"multipart/form-data; boundary=" + boundary, std::move(body)};
}

// v1 says these in Chinese.
std::optional<Error> refused(std::int64_t code, std::string_view message) {
  switch (code) {
    case 200:
      return std::nullopt;
    case 100001:
      return Error{Errc::kNotFound, "there is no such namespace", kSaidByServer};
    case 100002:
      return Error{Errc::kInvalidArgument, "the archive's metadata is not what it should be", kNoArchive};
    case 100004:
      return Error{Errc::kInvalidArgument, "the archive cannot be read", kNoArchive};
    case 100005:
      return Error{Errc::kInvalidArgument, "that is no archive of configurations, or one of none",
                   kNoArchive};
    default:
      return Error{Errc::kInternal, fmt::format("the server answered {}: {}", code, message), kSaidByServer};
  }
}

struct Imported {
  std::int64_t published = 0;
  std::vector<std::vector<std::string>> rows;  // data id, group, what became of it, of those that were not
  bool has_failed = false;
};

Imported imported_of(json::Value data) {
  Imported all;
  all.published = data["succCount"].as_int().value_or(0);
  const auto add = [&](std::string_view member, const char* what) {
    data[member].each([&](json::Value item) {
      all.rows.push_back({item["dataId"].as_text().value_or(""), item["group"].as_text().value_or(""), what});
    });
  };
  add("failData", "failed");
  all.has_failed = !all.rows.empty();
  add("skipData", "skipped");
  data["unrecognizedData"].each([&](json::Value item) {
    all.rows.push_back({item["itemName"].as_text().value_or(""), "", "not recognized"});
  });
  return all;
}

std::string imported_json(const Imported& all, std::string_view space) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object().member("namespace", space).member("published", all.published);
  writer.key("others").begin_array();
  for (const auto& row : all.rows) {
    writer.begin_object().member("dataId", row[0]).member("group", row[1]).member("outcome", row[2]);
    writer.end_object();
  }
  writer.end_array().end_object();
  return out + "\n";
}

Printed imported_text(const Imported& all, const Invocation& wanted, std::string_view space) {
  Printed printed{imported_json(all, space)};
  if (!wanted.json) {
    printed.out = fmt::format("published {} in namespace {}\n", all.published, printable(space));
    if (!all.rows.empty()) printed.out += table({"DATA ID", "GROUP", "OUTCOME"}, all.rows);
  }
  if (!all.has_failed) return printed;
  const bool has_met = wanted.config.policy == "abort";
  printed.code = has_met ? ExitCode::kConflict : ExitCode::kFailed;
  printed.note =
      has_met ? "batata: a configuration of the archive is there already, or was refused, and ended the "
                "import\nnext: say --policy skip to keep what is there, or --policy overwrite to replace it\n"
              : "batata: the server refused some of the archive's configurations\nnext: the server's log "
                "says why\n";
  return printed;
}

}  // namespace

Result<Printed> export_configs(const Client& client, const Invocation& wanted) {
  Client::Fields query{{"exportV2", "true"},
                       {"dataId", wanted.data_id},
                       {"group", wanted.group ? std::string_view(*wanted.group) : ""},
                       {"ids", ""}};
  client.add_tenant(query);
  const auto answer = client.call("GET", "/v1/cs/configs", query);
  if (!answer) return tl::unexpected(answer.error());
  if (!answer->body.starts_with("PK")) return not_ours();
  if (auto written = write_new_file(wanted.file, answer->body); !written)
    return tl::unexpected(std::move(written.error()));
  if (!wanted.json)
    return Printed{fmt::format("wrote the configurations of namespace {} to {} ({} bytes)\n",
                               printable(client.space()), wanted.file, answer->body.size())};
  std::string out;
  json::Writer(out)
      .begin_object()
      .member("namespace", client.space())
      .member("file", wanted.file)
      .member("bytes", static_cast<std::int64_t>(answer->body.size()))
      .end_object();
  return Printed{out + "\n"};
}

Result<Printed> import_configs(const Invocation& wanted, const Outside& outside) {
  const auto archive = outside.read_content(wanted.file);
  if (!archive) return tl::unexpected(archive.error());
  const auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(client.error());
  std::string policy = wanted.config.policy;
  for (char& c : policy) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const std::string_view space = client->space() == "public" ? "" : client->space();
  Form form = form_of(*archive);
  const auto answer =
      client->post("/v1/cs/configs", {{"import", "true"}, {"namespace", space}, {"policy", policy}},
                   {std::move(form.body), form.content_type}, wanted.timeout);
  if (!answer) return tl::unexpected(answer.error());
  const auto body = json::parse(answer->body);
  const auto code = body ? (*body)["code"].as_int() : std::nullopt;
  if (!code) return not_ours();
  if (auto error = refused(*code, (*body)["message"].as_text().value_or("")))
    return tl::unexpected(std::move(*error));
  return imported_text(imported_of((*body)["data"]), wanted, client->space());
}

}  // namespace batata::cli
