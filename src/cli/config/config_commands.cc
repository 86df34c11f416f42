#include "cli/config/config_commands.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/json.h"
#include "cli/common/answers.h"
#include "cli/common/client.h"
#include "cli/common/output.h"
#include "cli/config/config_diff.h"
#include "cli/config/config_history.h"
#include "cli/config/config_transfer.h"
#include "cli/config/config_watch.h"
#include "cli/config/stored_config.h"

namespace batata::cli {
namespace {

using Fields = Client::Fields;

constexpr std::size_t kLargeAnswer = 16u << 20;  // what json::parse takes at most

Result<Printed> config_get(const Client& client, const Invocation& wanted) {
  auto found = read_config(client, wanted.data_id);
  if (!found) return tl::unexpected(std::move(found.error()));
  if (!wanted.json) return Printed{std::move(found->content)};
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  name_of(client, wanted.data_id).write(writer);
  writer.member("type", found->type).member("md5", found->md5).member("content", found->content).end_object();
  return Printed{out + "\n"};
}

Result<Printed> config_set(const Invocation& wanted, const Outside& outside) {
  if (wanted.cas_md5 &&
      wanted.cas_md5->empty())  // a script that could not read it, and wants no publish unseen
    return fail(Errc::kInvalidArgument, "--cas-md5 is empty");
  Result<std::string> content = wanted.content
                                    ? Result<std::string>(*wanted.content)
                                    : outside.read_content(wanted.file.empty() ? "-" : wanted.file);
  if (!content) return tl::unexpected(std::move(content.error()));
  if (content->empty())
    return fail(Errc::kInvalidArgument, "the content is empty, which no configuration may be");
  const auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(client.error());
  Fields form{{"dataId", wanted.data_id}, {"group", client->group()}, {"content", *content}};
  client->add_tenant(form);
  if (!wanted.type.empty()) form.emplace_back("type", wanted.type);
  std::vector<std::pair<std::string, std::string>> headers;
  if (wanted.cas_md5) headers.emplace_back("casMd5", *wanted.cas_md5);
  const auto answer = client->call("POST", "/v1/cs/configs", {}, encode_form(form), std::move(headers));
  if (!answer) return tl::unexpected(answer.error());
  if (answer->body != "true") return not_ours();
  if (!wanted.json) return Printed{"published " + name_of(*client, wanted.data_id).text() + "\n"};
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  name_of(*client, wanted.data_id).write(writer);
  writer.member("published", true).end_object();
  return Printed{out + "\n"};
}

Result<Printed> config_delete(const Client& client, const Invocation& wanted) {
  Fields query{{"dataId", wanted.data_id}, {"group", client.group()}};
  client.add_tenant(query);
  const auto answer = client.call("DELETE", "/v1/cs/configs", query);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->body != "true") return not_ours();
  if (!wanted.json)
    return Printed{fmt::format("deleted {} from group {} of namespace {}\n", wanted.data_id, client.group(),
                               client.space())};
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  name_of(client, wanted.data_id).write(writer);
  writer.member("deleted", true).end_object();
  return Printed{out + "\n"};
}

Result<Printed> config_list(const Client& client, const Invocation& wanted) {
  const std::string page = std::to_string(wanted.page), size = std::to_string(wanted.page_size);
  Fields query{{"search", "blur"},
               {"dataId", wanted.data_id},
               {"group", wanted.group ? std::string_view(*wanted.group) : ""},
               {"pageNo", page},
               {"pageSize", size}};
  client.add_tenant(query);
  const auto answer = client.call("GET", "/v1/cs/configs", query);
  if (!answer) return tl::unexpected(answer.error());
  const auto body = json::parse(answer->body);
  // The rows carry the contents, too.
  if (!body && answer->body.size() > kLargeAnswer)
    return fail(Errc::kResourceExhausted,
                "the answer is too large to be read; ask for fewer with a smaller --size");
  if (!body || !(*body)["pageItems"].present()) return not_ours();
  const std::int64_t total = (*body)["totalCount"].as_int().value_or(0);
  std::vector<std::vector<std::string>> rows;
  (*body)["pageItems"].each([&](json::Value item) {
    const auto text = [&](std::string_view name) { return item[name].as_text().value_or(""); };
    rows.push_back({text("dataId"), text("group"), text("type"), text("appName")});
  });
  if (!wanted.json)
    return Printed{table({"DATA ID", "GROUP", "TYPE", "APP"}, rows), paging_note(wanted, rows.size(), total)};
  std::string out;
  json::Writer writer(out);
  writer.begin_object()
      .member("namespace", client.space())
      .member("total", total)
      .member("page", wanted.page);
  writer.key("configs").begin_array();
  for (const auto& row : rows) {
    writer.begin_object().member("dataId", row[0]).member("group", row[1]).member("type", row[2]);
    writer.member("appName", row[3]).end_object();
  }
  writer.end_array().end_object();
  return Printed{out + "\n"};
}

using Command = Result<Printed> (*)(const Client& client, const Invocation& wanted);

Result<Printed> ask(const Invocation& wanted, Command command) {
  const auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(client.error());
  return command(*client, wanted);
}

}  // namespace

Result<Printed> run_config_command(const Invocation& wanted, const Outside& outside) {
  switch (wanted.verb) {
    case Verb::kConfigGet:
      return ask(wanted, config_get);
    case Verb::kConfigSet:
      return config_set(wanted, outside);
    case Verb::kConfigDelete:
      return ask(wanted, config_delete);
    case Verb::kConfigList:
      return ask(wanted, config_list);
    case Verb::kConfigWatch:
      return watch_configs(wanted, outside);
    case Verb::kConfigHistory:
      return ask(wanted, config_history);
    case Verb::kConfigDiff:
      return config_diff(wanted, outside);
    case Verb::kConfigRollback:
      return ask(wanted, config_rollback);
    case Verb::kConfigExport:
      return ask(wanted, export_configs);
    case Verb::kConfigImport:
      return import_configs(wanted, outside);
    default:
      break;
  }
  BATATA_ASSERT(false);
}

std::string_view next_step_of_config_command(const Invocation& wanted, const Error& error) {
  switch (wanted.verb) {
    case Verb::kConfigHistory:
    case Verb::kConfigRollback:
      if (error.code == Errc::kNotFound) return "`batata config history` lists the entries that are there";
      if (error.code == Errc::kConflict && wanted.config.only_if)
        return "look at what is there with `batata config diff`, and name its md5";
      if (error.code == Errc::kConflict)
        return "somebody has changed it meanwhile: look with `batata config history`, then try again";
      return {};
    case Verb::kConfigExport:
      if (error.code == Errc::kConflict) return "name a file that does not exist";
      return {};
    case Verb::kConfigImport:
      if (error.code == Errc::kInvalidArgument && error.detail == kNoArchive)
        return "name a zip archive that `batata config export` or Nacos' console has made";
      if (error.code == Errc::kNotFound) return "make the namespace first, or check --namespace";
      if (error.code == Errc::kOutcomeUnknown || error.code == Errc::kDeadlineExceeded)
        return "look with `batata config list`, then import again with --policy skip; wait longer with "
               "--timeout 60s";
      return {};
    default:
      return {};
  }
}

}  // namespace batata::cli
