#include "cli/service/service_commands.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/json.h"
#include "cli/common/answers.h"
#include "cli/common/client.h"
#include "cli/common/output.h"
#include "cli/service/instances.h"
#include "cli/service/registration.h"
#include "cli/service/service_watch.h"

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

std::string service_json(const Client& client, const Invocation& wanted, const Service& service) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object().member("service", wanted.service.name).member("group", client.group());
  writer.member("namespace", client.space()).member("protectThreshold", service.protect_threshold);
  writer.key("metadata").begin_object();
  for (const auto& [name, value] : service.metadata) writer.member(name, value);
  writer.end_object().key("instances").begin_array();
  for (const auto& [place, instance] : service.instances) write_instance(writer, place, instance);
  writer.end_array().end_object();
  return out + "\n";
}

Result<Printed> service_show(const Client& client, const Invocation& wanted) {
  const auto service = read_service(client, wanted.service.name);
  if (!service) return tl::unexpected(service.error());
  if (wanted.json) return Printed{service_json(client, wanted, *service)};
  std::string metadata;
  for (const auto& [name, value] : service->metadata)
    metadata += (metadata.empty() ? "" : ",") + name + "=" + value;
  std::string out = sheet({{"service", wanted.service.name},
                           {"group", std::string(client.group())},
                           {"namespace", std::string(client.space())},
                           {"protect threshold", fmt::format("{}", service->protect_threshold)},
                           {"metadata", metadata}});
  std::vector<std::vector<std::string>> rows;
  for (const auto& [place, instance] : service->instances)
    rows.push_back({place.address(), place.cluster, instance.is_healthy ? "yes" : "no",
                    instance.is_enabled ? "yes" : "no", instance.is_ephemeral ? "ephemeral" : "persistent",
                    fmt::format("{}", instance.weight), instance.metadata_text()});
  return Printed{out + "\n" +
                 table({"INSTANCE", "CLUSTER", "HEALTHY", "ENABLED", "KIND", "WEIGHT", "METADATA"}, rows)};
}

using Command = Result<Printed> (*)(const Client& client, const Invocation& wanted);

Result<Printed> ask(const Invocation& wanted, Command command) {
  const auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(client.error());
  return command(*client, wanted);
}

}  // namespace

Result<Printed> run_service_command(const Invocation& wanted, const Outside& outside) {
  switch (wanted.verb) {
    case Verb::kServiceList:
      return ask(wanted, service_list);
    case Verb::kServiceShow:
      return ask(wanted, service_show);
    case Verb::kServiceRegister:
      return register_instance(wanted, outside);
    case Verb::kServiceDeregister:
      return deregister_instance(wanted);
    case Verb::kServiceWatch:
      return watch_service(wanted, outside);
    default:
      break;
  }
  BATATA_ASSERT(false);
}

std::string_view next_step_of_service_command(const Invocation& wanted, const Error& error) {
  const bool is_found = error.code != Errc::kNotFound;
  switch (wanted.verb) {
    case Verb::kServiceShow:
      return is_found ? "" : "`batata service list` shows what is there; check --group and --namespace";
    case Verb::kServiceDeregister:
      return is_found ? ""
                      : "`batata service show` lists the instances; check --cluster, --group and --namespace";
    case Verb::kServiceRegister:
      return error.code == Errc::kInvalidArgument && error.detail == kSaidByServer
                 ? "where it says that the service is of the other kind, register it with, or without, "
                   "--ephemeral"
                 : "";
    default:
      return "";
  }
}

}  // namespace batata::cli
