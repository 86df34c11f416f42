#include "cli/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/json.h"
#include "cli/backup.h"
#include "cli/client.h"
#include "cli/directory_commands.h"
#include "cli/log_commands.h"
#include "cli/output.h"
#include "cli/tls_commands.h"
#include "cli/version.h"

namespace batata::cli {
namespace {

using Fields = Client::Fields;

constexpr std::size_t kLargeAnswer = 16u << 20;  // what json::parse takes at most

tl::unexpected<Error> not_ours() {
  return fail(Errc::kInternal, "the server's answer is not what a Nacos server would say; is it one?");
}

void name_members(json::Writer& writer, const Invocation& wanted, const Client& client) {
  writer.member("dataId", wanted.data_id).member("group", client.group()).member("namespace", client.space());
}

Result<Printed> config_get(const Client& client, const Invocation& wanted) {
  Fields query{{"dataId", wanted.data_id}, {"group", client.group()}};
  client.add_tenant(query);
  auto answer = client.call("GET", "/v1/cs/configs", query);
  if (!answer && answer.error().code == Errc::kNotFound && answer.error().message.ends_with(kNoConfig))
    return fail(Errc::kNotFound, fmt::format("there is no configuration {} in group {} of namespace {}",
                                             wanted.data_id, client.group(), client.space()));
  if (!answer) return tl::unexpected(std::move(answer.error()));
  if (!wanted.json) return Printed{std::move(answer->body), {}};
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  name_members(writer, wanted, client);
  writer.member("type", answer->header("config-type"))
      .member("md5", answer->header("content-md5"))
      .member("content", answer->body)
      .end_object();
  return Printed{out + "\n", {}};
}

Result<Printed> config_set(const Invocation& wanted, const ReadContent& read_content) {
  Result<std::string> content = wanted.content ? Result<std::string>(*wanted.content)
                                               : read_content(wanted.file.empty() ? "-" : wanted.file);
  if (!content) return tl::unexpected(std::move(content.error()));
  if (content->empty())
    return fail(Errc::kInvalidArgument, "the content is empty, which no configuration may be");
  const auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(client.error());
  Fields form{{"dataId", wanted.data_id}, {"group", client->group()}, {"content", *content}};
  client->add_tenant(form);
  if (!wanted.type.empty()) form.emplace_back("type", wanted.type);
  std::vector<std::pair<std::string, std::string>> headers;
  if (!wanted.cas_md5.empty()) headers.emplace_back("casMd5", wanted.cas_md5);
  const auto answer = client->call("POST", "/v1/cs/configs", {}, encode_form(form), std::move(headers));
  if (!answer) return tl::unexpected(answer.error());
  if (answer->body != "true") return not_ours();
  if (!wanted.json)
    return Printed{fmt::format("published {} in group {} of namespace {}\n", wanted.data_id, client->group(),
                               client->space()),
                   {}};
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  name_members(writer, wanted, *client);
  writer.member("published", true).end_object();
  return Printed{out + "\n", {}};
}

Result<Printed> config_delete(const Client& client, const Invocation& wanted) {
  Fields query{{"dataId", wanted.data_id}, {"group", client.group()}};
  client.add_tenant(query);
  const auto answer = client.call("DELETE", "/v1/cs/configs", query);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->body != "true") return not_ours();
  if (!wanted.json)
    return Printed{fmt::format("deleted {} from group {} of namespace {}\n", wanted.data_id, client.group(),
                               client.space()),
                   {}};
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  name_members(writer, wanted, client);
  writer.member("deleted", true).end_object();
  return Printed{out + "\n", {}};
}

// "shown 100 of 250; the next ones: --page 2", for people who would otherwise miss the rest.
std::string paging_note(const Invocation& wanted, std::size_t shown, std::int64_t total) {
  const std::int64_t before = static_cast<std::int64_t>(wanted.page - 1) * wanted.page_size;
  if (before + static_cast<std::int64_t>(shown) >= total) return {};
  return fmt::format("{} of {} shown; the next ones: --page {}\n", shown, total, wanted.page + 1);
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
  return Printed{out + "\n", {}};
}

Result<Printed> service_list(const Client& client, const Invocation& wanted) {
  const std::string page = std::to_string(wanted.page), size = std::to_string(wanted.page_size);
  const auto answer = client.call(
      "GET", "/v1/ns/service/list",
      {{"pageNo", page}, {"pageSize", size}, {"groupName", client.group()}, {"namespaceId", client.space()}});
  if (!answer) return tl::unexpected(answer.error());
  const auto body = json::parse(answer->body);
  if (!body || !(*body)["doms"].present()) return not_ours();
  const std::int64_t total = (*body)["count"].as_int().value_or(0);
  std::vector<std::vector<std::string>> rows;
  (*body)["doms"].each([&](json::Value name) { rows.push_back({name.as_text().value_or("")}); });
  if (!wanted.json) return Printed{table({"SERVICE"}, rows), paging_note(wanted, rows.size(), total)};
  std::string out;
  json::Writer writer(out);
  writer.begin_object().member("namespace", client.space()).member("group", client.group());
  writer.member("total", total).member("page", wanted.page).key("services").begin_array();
  for (const auto& row : rows) writer.string(row[0]);
  writer.end_array().end_object();
  return Printed{out + "\n", {}};
}

// What `status` shows, in the order in which it does.
struct Shown {
  std::string name, text;
  bool is_number = false;
};

std::string status_json(const std::vector<Shown>& all) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  for (const Shown& each : all) {
    writer.key(each.name);
    if (each.is_number) {
      writer.raw(each.text);
    } else {
      writer.string(each.text);
    }
  }
  writer.end_object();
  return out + "\n";
}

std::string status_sheet(const std::vector<Shown>& all) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const Shown& each : all) pairs.emplace_back(each.name, each.text);
  return sheet(pairs);
}

Result<std::vector<Shown>> state_of(const Client& client) {
  const auto state = client.call("GET", "/v1/console/server/state", {});
  if (!state) return tl::unexpected(state.error());
  const auto body = json::parse(state->body);
  if (!body || !(*body)["version"].present()) return not_ours();
  const auto text = [&](std::string_view name) { return (*body)[name].as_text().value_or(""); };
  return std::vector<Shown>{{"version", text("version")},
                            {"mode", text("startup_mode")},
                            {"authentication", text("auth_enabled") == "true" ? "on" : "off"}};
}

// The status first, then what is counted.
Result<std::vector<Shown>> metrics_of(const Client& client) {
  const auto metrics = client.call("GET", "/v1/ns/operator/metrics", {{"onlyStatus", "false"}});
  if (!metrics) return tl::unexpected(metrics.error());
  const auto body = json::parse(metrics->body);
  if (!body || !(*body)["status"].present()) return not_ours();
  std::vector<Shown> found{{"status", (*body)["status"].as_text().value_or("")}};
  for (const auto& [name, member] : {std::pair{"services", "serviceCount"},
                                     {"instances", "instanceCount"},
                                     {"clients", "clientCount"},
                                     {"subscriptions", "subscribeCount"}}) {
    if (const auto count = (*body)[member].as_int()) found.push_back({name, std::to_string(*count), true});
  }
  return found;
}

// Nothing of a server that is not batata, or an older one: it has no word for that.
std::vector<Shown> writes_of(const Client& client) {
  const auto answer = client.call_own("GET", "/batata/v1/status");
  if (!answer) return {};
  const auto body = json::parse(answer->body);
  if (!body) return {};
  const auto writes = (*body)["writes"].as_text();
  if (!writes) return {};
  std::vector<Shown> found{{"writes", *writes}};
  if (const auto reason = (*body)["reason"].as_text()) found.push_back({"reason", *reason});
  return found;
}

// What is asked here needs no signing in, so a token is not looked at.
std::string signed_in(const Client& client, const Invocation& wanted) {
  if (!client.has_token()) return "no";
  return wanted.token.empty() ? "as " + wanted.user : "with BATATA_TOKEN, unchecked";
}

Result<Printed> status(const Client& client, const Invocation& wanted) {
  const auto start = std::chrono::steady_clock::now();
  auto state = state_of(client);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  if (!state) return tl::unexpected(std::move(state.error()));
  auto metrics = metrics_of(client);
  if (!metrics) return tl::unexpected(std::move(metrics.error()));
  const std::string up = metrics->front().text;
  std::vector<Shown> all{{"server", wanted.server}, std::move(metrics->front())};
  auto writes = writes_of(client);
  const std::string why = writes.size() > 1 ? writes[1].text : "";
  std::ranges::move(writes, std::back_inserter(all));
  const bool asks = state->back().text == "on";
  std::ranges::move(*state, std::back_inserter(all));
  if (asks) all.push_back({"signed_in", signed_in(client, wanted)});
  std::move(metrics->begin() + 1, metrics->end(), std::back_inserter(all));
  all.push_back({"response_ms", fmt::format("{:.1f}", took.count()), true});
  Printed printed{wanted.json ? status_json(all) : status_sheet(all), {}};
  if (up == "UP" && why.empty()) return printed;
  if (up == "UP") {
    printed.note =
        "batata: writes are refused: " + printable(why) + "\nnext: the server's log says more; reads go on\n";
    return printed;
  }
  printed.note =
      "batata: the server says that it is " + printable(up) + "\nnext: the server's log says why\n";
  printed.code = ExitCode::kFailed;
  return printed;
}

Printed version_text(const Invocation& wanted) {
  if (!wanted.json) return {fmt::format("batata {}\n", version()), {}};
  std::string out;
  json::Writer(out).begin_object().member("version", version()).end_object();
  return {out + "\n", {}};
}

Result<Printed> backup(const Client& client, const Invocation& wanted) {
  const auto taken = take_backup(client, wanted.file);
  if (!taken) return tl::unexpected(taken.error());
  if (!wanted.json)
    return Printed{sheet({{"file", wanted.file},
                          {"revision", std::to_string(taken->revision.value)},
                          {"records", std::to_string(taken->records)},
                          {"bytes", std::to_string(taken->bytes)}}),
                   {}};
  std::string out;
  json::Writer(out)
      .begin_object()
      .member("file", wanted.file)
      .member("revision", static_cast<std::int64_t>(taken->revision.value))
      .member("records", static_cast<std::int64_t>(taken->records))
      .member("bytes", static_cast<std::int64_t>(taken->bytes))
      .end_object();
  return Printed{out + "\n", {}};
}

using Command = Result<Printed> (*)(const Client& client, const Invocation& wanted);

Result<Printed> ask(const Invocation& wanted, Command command) {
  const auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(client.error());
  return command(*client, wanted);
}

}  // namespace

Result<Printed> run_command(const Invocation& wanted, const ReadContent& read_content) {
  switch (wanted.verb) {
    case Verb::kVersion:
      return version_text(wanted);
    case Verb::kStatus:
      return ask(wanted, status);
    case Verb::kConfigGet:
      return ask(wanted, config_get);
    case Verb::kConfigSet:
      return config_set(wanted, read_content);
    case Verb::kConfigDelete:
      return ask(wanted, config_delete);
    case Verb::kConfigList:
      return ask(wanted, config_list);
    case Verb::kServiceList:
      return ask(wanted, service_list);
    case Verb::kLogLevel:
      return ask(wanted, log_level);
    case Verb::kBackup:
      return ask(wanted, backup);
    case Verb::kDoctor:
    case Verb::kRestore:
    case Verb::kRepair:
      return run_directory_command(wanted);
    case Verb::kTlsCaCreate:
    case Verb::kTlsCertCreate:
      return run_tls_command(wanted);
  }
  BATATA_ASSERT(false);
}

}  // namespace batata::cli
