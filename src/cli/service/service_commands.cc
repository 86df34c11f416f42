#include "cli/service/service_commands.h"

#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/json.h"
#include "cli/common/answers.h"
#include "cli/common/client.h"
#include "cli/common/output.h"

namespace batata::cli {
namespace {

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
  return Printed{out + "\n"};
}

using Command = Result<Printed> (*)(const Client& client, const Invocation& wanted);

Result<Printed> ask(const Invocation& wanted, Command command) {
  const auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(client.error());
  return command(*client, wanted);
}

}  // namespace

Result<Printed> run_service_command(const Invocation& wanted, const Outside&) {
  return ask(wanted, service_list);
}

}  // namespace batata::cli
