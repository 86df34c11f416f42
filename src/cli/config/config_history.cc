#include "cli/config/config_history.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "cli/common/answers.h"
#include "cli/common/output.h"
#include "cli/config/stored_config.h"

namespace batata::cli {
namespace {

// The MD5 of nothing, which no configuration may be: it never holds where there is one, and where there is
// none a server does not look at it.
constexpr const char* kNobodys = "d41d8cd98f00b204e9800998ecf8427e";

std::string_view kind_text(std::string_view kind) {
  return kind == "I" ? "created" : kind == "U" ? "changed" : kind == "D" ? "deleted" : kind;
}

struct HistoryRow {
  std::string id, at, kind, user, address, gray;
};

std::vector<HistoryRow> rows_of(json::Value items) {
  std::vector<HistoryRow> rows;
  items.each([&](json::Value item) {
    const auto text = [&](std::string_view name) { return item[name].as_text().value_or(""); };
    rows.push_back({text("id"), text("lastModifiedTime"), std::string(trimmed(text("opType"))),
                    text("srcUser"), text("srcIp"), text("publishType") == "gray" ? text("grayName") : ""});
  });
  return rows;
}

Result<Printed> history_entry(const Client& client, const Invocation& wanted) {
  auto entry = read_history(client, wanted.data_id, wanted.config.history_id);
  if (!entry) return tl::unexpected(std::move(entry.error()));
  if (!wanted.json) return Printed{std::move(entry->content)};
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  name_of(client, wanted.data_id).write(writer);
  writer.member("id", wanted.config.history_id);
  writer.member("change", kind_text(entry->kind)).member("content", entry->content).end_object();
  return Printed{out + "\n"};
}

// What a publish is to keep of a configuration: its members in "show all", and in an entry's "extInfo".
struct Kept {
  std::string_view form, stored, in_history;
};
constexpr Kept kKept[] = {
    {"type", "type", "type"},        {"appName", "appName", ""}, {"config_tags", "configTags", "config_tags"},
    {"desc", "desc", "c_desc"},      {"use", "use", "c_use"},    {"effect", "effect", "effect"},
    {"schema", "schema", "c_schema"}};

// What stands there now, whole.
struct Present {
  std::string md5, data_key;
  std::vector<std::pair<std::string_view, std::string>> kept;
};

// Nothing when there is no such configuration.
Result<std::optional<Present>> read_present(const Client& client, const Invocation& wanted) {
  Client::Fields query{{"show", "all"}, {"dataId", wanted.data_id}, {"group", client.group()}};
  client.add_tenant(query);
  const auto answer = client.call("GET", "/v1/cs/configs", query);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->body.empty()) return std::optional<Present>{};
  const auto body = json::parse(answer->body);
  if (!body || !(*body)["md5"].present()) return not_ours();
  Present present{
      (*body)["md5"].as_text().value_or(""), (*body)["encryptedDataKey"].as_text().value_or(""), {}};
  for (const Kept& each : kKept)
    if (auto text = (*body)[each.stored].as_text(); text && !text->empty())
      present.kept.emplace_back(each.form, std::move(*text));
  return present;
}

std::vector<std::pair<std::string_view, std::string>> kept_of(const HistoryEntry& entry) {
  std::vector<std::pair<std::string_view, std::string>> kept;
  if (!entry.app.empty()) kept.emplace_back("appName", entry.app);
  const auto info = json::parse(entry.info);
  if (!info) return kept;
  for (const Kept& each : kKept) {
    if (each.in_history.empty()) continue;
    if (auto text = (*info)[each.in_history].as_text(); text && !text->empty())
      kept.emplace_back(each.form, std::move(*text));
  }
  return kept;
}

Status check_expected(const Client& client, const Invocation& wanted, const std::optional<Present>& present) {
  const auto& only_if = wanted.config.only_if;
  if (!only_if || (present && equal_ignoring_case(present->md5, *only_if))) return {};
  return fail(Errc::kConflict, name_of(client, wanted.data_id).text() +
                                   (present ? " has the md5 " + present->md5 : std::string(" is not there")) +
                                   ", not what --cas-md5 says");
}

Result<Printed> rolled_back(const Client& client, const Invocation& wanted, bool has_changed) {
  const auto name = name_of(client, wanted.data_id);
  const auto id = wanted.config.history_id;
  if (!wanted.json)
    return Printed{has_changed
                       ? fmt::format("published entry {} of the history as {}\n", id, name.text())
                       : fmt::format("{} has that content already; nothing was changed\n", name.text())};
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  name.write(writer);
  writer.member("id", id).member("published", has_changed).end_object();
  return Printed{out + "\n"};
}

}  // namespace

Result<Printed> config_history(const Client& client, const Invocation& wanted) {
  if (wanted.config.history_id != 0) return history_entry(client, wanted);
  const std::string page = std::to_string(wanted.page), size = std::to_string(wanted.page_size);
  Client::Fields query{{"search", "accurate"},
                       {"dataId", wanted.data_id},
                       {"group", client.group()},
                       {"pageNo", page},
                       {"pageSize", size}};
  client.add_tenant(query);
  const auto answer = client.call("GET", "/v1/cs/history", query);
  if (!answer) return tl::unexpected(answer.error());
  const auto body = json::parse(answer->body);
  if (!body || !(*body)["pageItems"].present()) return not_ours();
  const std::int64_t total = (*body)["totalCount"].as_int().value_or(0);
  const auto rows = rows_of((*body)["pageItems"]);
  if (!wanted.json) {
    std::vector<std::vector<std::string>> cells;
    for (const HistoryRow& row : rows)
      cells.push_back({row.id, row.at, std::string(kind_text(row.kind)), row.user, row.address, row.gray});
    return Printed{table({"ID", "AT", "CHANGE", "USER", "FROM", "GRAY"}, cells),
                   paging_note(wanted, rows.size(), total)};
  }
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  name_of(client, wanted.data_id).write(writer);
  writer.member("total", total).member("page", wanted.page).key("history").begin_array();
  for (const HistoryRow& row : rows) {
    writer.begin_object().member("id", row.id).member("at", row.at).member("change", kind_text(row.kind));
    writer.member("user", row.user).member("address", row.address).member("gray", row.gray).end_object();
  }
  writer.end_array().end_object();
  return Printed{out + "\n"};
}

Result<Printed> config_rollback(const Client& client, const Invocation& wanted) {
  const auto entry = read_history(client, wanted.data_id, wanted.config.history_id);
  if (!entry) return tl::unexpected(entry.error());
  if (entry->is_gray)
    return fail(Errc::kInvalidArgument,
                fmt::format("entry {} is of a gray release, not of the configuration itself",
                            wanted.config.history_id));
  const auto present = read_present(client, wanted);
  if (!present) return tl::unexpected(present.error());
  if (auto checked = check_expected(client, wanted, *present); !checked)
    return tl::unexpected(std::move(checked.error()));
  if (*present) {
    const auto now = read_config(client, wanted.data_id);
    const bool has_its_key = (*present)->data_key == entry->data_key;
    if (now && now->md5 == (*present)->md5 && now->content == entry->content && has_its_key)
      return rolled_back(client, wanted, false);
  }
  const auto kept = *present ? (*present)->kept : kept_of(*entry);
  Client::Fields form{{"dataId", wanted.data_id}, {"group", client.group()}, {"content", entry->content}};
  client.add_tenant(form);
  for (const auto& [name, value] : kept) form.emplace_back(name, value);
  // The key belongs to the content: the one that is there now opens another.
  if (!entry->data_key.empty() || (*present && !(*present)->data_key.empty()))
    form.emplace_back("encryptedDataKey", entry->data_key);
  const auto answer = client.call("POST", "/v1/cs/configs", {}, encode_form(form),
                                  {{"casMd5", *present ? (*present)->md5 : std::string(kNobodys)}});
  if (!answer) return tl::unexpected(answer.error());
  if (answer->body != "true") return not_ours();
  return rolled_back(client, wanted, true);
}

}  // namespace batata::cli
