#include "cli/config/stored_config.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/common/answers.h"

namespace batata::cli {

std::string ConfigName::text() const {
  return fmt::format("{} in group {} of namespace {}", data_id, group, space);
}

void ConfigName::write(json::Writer& writer) const {
  writer.member("dataId", data_id).member("group", group).member("namespace", space);
}

ConfigName name_of(const Client& client, std::string_view data_id) {
  return {data_id, client.group(), client.space()};
}

Result<StoredConfig> read_config(const Client& client, std::string_view data_id) {
  Client::Fields query{{"dataId", data_id}, {"group", client.group()}};
  client.add_tenant(query);
  auto answer = client.call("GET", "/v1/cs/configs", query);
  if (!answer && answer.error().code == Errc::kNotFound && answer.error().message.ends_with(kNoConfig))
    return fail(Errc::kNotFound, "there is no configuration " + name_of(client, data_id).text());
  if (!answer) return tl::unexpected(std::move(answer.error()));
  StoredConfig found;
  found.md5 = answer->header("content-md5");
  found.type = answer->header("config-type");
  found.content = std::move(answer->body);
  return found;
}

Result<HistoryEntry> read_history(const Client& client, std::string_view data_id, std::int64_t id) {
  const std::string number = std::to_string(id);
  Client::Fields query{{"dataId", data_id}, {"group", client.group()}, {"nid", number}};
  client.add_tenant(query);
  const auto answer = client.call("GET", "/v1/cs/history", query);
  if (!answer) return tl::unexpected(answer.error());
  // Upstream answers nothing at all, with the status of success.
  if (answer->body.empty())
    return fail(Errc::kNotFound,
                fmt::format("the history of {} has no entry {}", name_of(client, data_id).text(), id));
  const auto body = json::parse(answer->body);
  if (!body || !(*body)["content"].present()) return not_ours();
  const auto text = [&](std::string_view name) { return (*body)[name].as_text().value_or(""); };
  return HistoryEntry{.content = text("content"),
                      .kind = std::string(trimmed(text("opType"))),
                      .app = text("appName"),
                      .info = text("extInfo"),
                      .data_key = text("encryptedDataKey"),
                      .is_gray = text("publishType") == "gray"};
}

}  // namespace batata::cli
