#include "faces/nacos/naming/naming_params.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/utf8.h"

namespace batata::nacos {
namespace {

// A service as the check sees it: name and group, each alone.
struct Named {
  std::string_view name, group;
};
Named named_in(const wire::Request& request) {
  const std::string_view name =
      or_default(text_param(request, "serviceName"), text_param(request, "serviceNameParam"));
  const std::size_t at = name.find("@@");
  if (at != name.npos) return {name.substr(at + 2), name.substr(0, at)};
  return {name, or_default(text_param(request, "groupName"), text_param(request, "groupNameParam"))};
}

tl::unexpected<wire::Response> refuse(wire::Response response) {
  return tl::unexpected(std::move(response));
}

tl::unexpected<wire::Response> not_converted(const std::string& message) {
  std::string body;
  json::Writer out(body);
  out.begin_object().member("code", 30'000).member("message", message).key("data").null();
  out.end_object();
  return refuse(answer(400, kJson, std::move(body)));
}

// Once more as it is used: the check before saw the names as they were sent, encoded twice or not.
Read<registry::ServiceKey> checked(registry::ServiceKey service) {
  for (const Refusal& refusal :
       {check_namespace(service.space), check_service_name(service.name), check_group(service.group)})
    if (refusal) return refuse(refused_parameter(*refusal, ""));
  return service;
}

std::optional<bool> parse_flag(std::string_view given) {
  const std::string text = lower_case(given);
  for (const std::string_view yes : {"true", "on", "yes", "1"})
    if (text == yes) return true;
  for (const std::string_view no : {"false", "off", "no", "0"})
    if (text == no) return false;
  return std::nullopt;
}

std::string no_boolean(std::string_view text) {
  return "Invalid boolean value [" + std::string(text) + "]";
}

}  // namespace

std::optional<wire::Response> check_parameters(const wire::Request& request, const Metadata* metadata) {
  const auto [name, group] = named_in(request);
  const std::array<Refusal, 7> refusals = {
      check_namespace(text_param(request, "namespaceId")),
      check_service_name(name),
      check_group(group),
      check_clusters(or_default(text_param(request, "clusterName"), text_param(request, "cluster"))),
      check_ip(text_param(request, "ip")),
      check_port(text_param(request, "port")),
      check_port(text_param(request, "checkPort"))};
  for (const Refusal& refusal : refusals)
    if (refusal) return refused_parameter(*refusal, "");
  if (metadata != nullptr)
    if (const Refusal refusal = check_metadata(*metadata)) return refused_parameter(*refusal, "");
  return std::nullopt;
}

std::optional<wire::Response> check_list_parameters(const wire::Request& request) {
  const auto [name, group] = named_in(request);
  for (const Refusal& refusal :
       {check_namespace(text_param(request, "namespaceId")), check_service_name(name), check_group(group),
        check_clusters(text_param(request, "clusters"))})
    if (refusal) return refused_parameter(*refusal, "");
  return std::nullopt;
}

registry::ServiceKey cut_at_group(registry::ServiceKey service) {
  const std::size_t at = service.name.find("@@");
  if (at != service.name.npos && at > 0) service.name.resize(at);
  return service;
}

registry::ServiceKey named_v1(const wire::Request& request) {
  registry::ServiceKey service = listed_group_v1(request);
  service.name = text_of_v1(request, "serviceName");
  if (const std::size_t at = service.name.find("@@"); at != service.name.npos) {
    service.group = service.name.substr(0, at);
    service.name.erase(0, at + 2);
  }
  return service;
}

registry::ServiceKey named_v3(const wire::Request& request) {
  registry::ServiceKey service = listed_group_v2(request);
  service.name = as_utf8(text_param(request, "serviceName"));
  return service;
}

registry::ServiceKey named_v2(const wire::Request& request) {
  return cut_at_group(named_v3(request));
}

registry::ServiceKey named_in_catalog(const wire::Request& request) {
  registry::ServiceKey service = named_v3(request);
  service.group = kDefaultGroup;
  if (const std::size_t at = service.name.find("@@"); at != service.name.npos) {
    service.group = service.name.substr(0, at);
    service.name.erase(0, at + 2);
  }
  return service;
}

registry::ServiceKey named_by_key(std::string_view key) {
  registry::ServiceKey service{std::string(kDefaultSpace), std::string(kDefaultGroup), {}};
  if (const std::size_t at = key.find("##"); at != key.npos) {
    service.space = key.substr(0, at);
    key.remove_prefix(at + 2);
  }
  if (const std::size_t at = key.find("@@"); at != key.npos) {
    service.group = key.substr(0, at);
    key.remove_prefix(at + 2);
  }
  service.name = key;
  return service;
}

registry::ServiceKey listed_group_v1(const wire::Request& request) {
  return {std::string(or_default(text_of_v1(request, "namespaceId"), kDefaultSpace)),
          std::string(or_default(text_of_v1(request, "groupName"), kDefaultGroup)),
          {}};
}

registry::ServiceKey listed_group_v2(const wire::Request& request) {
  return {as_utf8(or_default(text_param(request, "namespaceId"), kDefaultSpace)),
          as_utf8(or_default(text_param(request, "groupName"), kDefaultGroup)),
          {}};
}

Read<registry::ServiceKey> service_of_v1(const wire::Request& request, WallTime now) {
  const std::string given = text_of_v1(request, "serviceName");
  if (is_blank(given)) return refuse(required_v1("serviceName"));
  registry::ServiceKey service = named_v1(request);
  if (given.find("@@") == given.npos) return checked(std::move(service));
  constexpr std::string_view kStart = "Service name filter error,caused: Param 'serviceName' is illegal, ";
  if (service.group.empty())
    return refuse(framework_error(request, now, 400, std::string(kStart) + "groupName can't be empty;"));
  if (service.name.empty())
    return refuse(framework_error(request, now, 400,
                                  std::string(kStart) + "it should be format as 'groupName@@serviceName';"));
  return checked(std::move(service));
}

Read<Address> address_of_v1(const wire::Request& request) {
  const std::string ip = text_of_v1(request, "ip"), port = text_of_v1(request, "port");
  if (is_blank(ip)) return refuse(required_v1("ip"));
  if (is_blank(port)) return refuse(required_v1("port"));
  const auto number = parse_port(port);  // checked to be one, unless it is encoded twice
  if (!number) return refuse(not_a_number_v1(port));
  return Address{ip, *number};
}

std::string cluster_of_v1(const wire::Request& request) {
  const std::string name = text_of_v1(request, "clusterName");
  return std::string(or_default(is_blank(name) ? text_of_v1(request, "cluster") : name, kDefaultCluster));
}

Read<SentInstance> instance_of_v1(const wire::Request& request, Metadata metadata, bool ephemeral) {
  auto address = address_of_v1(request);
  if (!address) return refuse(std::move(address.error()));
  SentInstance sent;
  registry::Instance& instance = sent.instance;
  instance.ip = std::move(address->ip);
  instance.port = address->port;
  instance.cluster = cluster_of_v1(request);
  sent.cluster_in_id = instance.cluster;
  instance.healthy = flag_of_v1(request, "healthy", true);
  instance.enabled = flag_of_v1(request, "enabled", flag_of_v1(request, "enable", true));
  instance.ephemeral = flag_of_v1(request, "ephemeral", ephemeral);
  instance.metadata = std::move(metadata);
  const std::string given = text_of_v1(request, "weight");
  const std::string_view weight = or_default(given, "1");
  const auto value = parse_double(weight);
  if (!value) return refuse(not_a_number_v1(weight));
  if (!is_weight(*value)) return refuse(answer(400, kText, std::string(kWeightRange)));
  instance.weight = *value;
  return sent;
}

wire::Response required_v1(std::string_view name) {
  return answer(400, kText, "Param '" + std::string(name) + "' is required.");
}

wire::Response not_a_number_v1(std::string_view text) {
  return answer(400, kText, for_input(text));
}

Read<registry::ServiceKey> service_of_v3(const wire::Request& request) {
  registry::ServiceKey service = named_v3(request);
  if (is_blank(service.name)) return missing_member("serviceName", "String");
  // The check before took what stands before a "@@" in the name for the group.
  for (const Refusal& refusal : {check_namespace(service.space), check_group(service.group)})
    if (refusal) return refuse(refused_parameter(*refusal, ""));
  return service;
}

Read<Address> address_of_v3(const wire::Request& request) {
  if (is_blank(text_param(request, "ip"))) return missing_member("ip", "String");
  const auto port = parse_port(text_param(request, "port"));  // checked to be one, or blank
  if (!port) return missing_member("port", "Integer");
  return Address{as_utf8(text_param(request, "ip")), *port};
}

Read<SentInstance> instance_of_v3(const wire::Request& request, Metadata metadata, bool ephemeral) {
  auto address = address_of_v3(request);
  if (!address) return refuse(std::move(address.error()));
  SentInstance sent;
  registry::Instance& instance = sent.instance;
  instance.ephemeral = ephemeral;
  for (const auto& [name, target] : {std::pair<std::string_view, bool*>{"healthy", &instance.healthy},
                                     {"enabled", &instance.enabled},
                                     {"ephemeral", &instance.ephemeral}}) {
    const auto flag = member_flag(request, name, *target);
    if (!flag) return refuse(flag.error());
    *target = *flag;
  }
  const std::string_view weight = or_default(text_param(request, "weight"), "1");
  const auto value = parse_double(weight);
  if (!value) return member_not_converted("weight", "Double", for_input(weight));
  if (!is_weight(*value)) return refuse(failed_result(400, {21'001, "weight error"}, kWeightRange));
  instance.weight = *value;
  instance.ip = std::move(address->ip);
  instance.port = address->port;
  instance.cluster = or_default(text_param(request, "clusterName"), kDefaultCluster);
  instance.metadata = std::move(metadata);
  instance.id_is_ours = true;
  sent.cluster_in_id = instance.cluster;
  return sent;
}

Read<bool> flag_of_v3(const wire::Request& request, std::string_view name, bool fallback,
                      std::string_view type) {
  const std::string_view given = text_param(request, name);
  if (is_blank(given)) return fallback;
  if (const auto flag = parse_flag(given)) return *flag;
  return not_converted("Method parameter '" + std::string(name) +
                       "': Failed to convert value of type 'java.lang.String' to required type '" +
                       std::string(type) + "'; " + no_boolean(given));
}

Read<bool> member_flag(const wire::Request& request, std::string_view name, bool fallback) {
  const std::string_view given = text_param(request, name);
  if (is_blank(given)) return fallback;
  if (const auto flag = parse_flag(given)) return *flag;
  return member_not_converted(name, "Boolean", no_boolean(given));
}

tl::unexpected<wire::Response> missing_member(std::string_view name, std::string_view type) {
  return refuse(missing_result("Required parameter '" + std::string(name) + "' type " + std::string(type) +
                               " is not present"));
}

tl::unexpected<wire::Response> member_not_converted(std::string_view name, std::string_view type,
                                                    const std::string& cause) {
  return not_converted(
      "Failed to convert property value of type 'java.lang.String' to required type 'java.lang." +
      std::string(type) + "' for property '" + std::string(name) + "'; " + cause);
}

bool flag_of_v1(const wire::Request& request, std::string_view name, bool fallback) {
  const std::string text = lower_case(text_of_v1(request, name));
  if (is_blank(text)) return fallback;
  return text == "true" || text == "yes" || text == "on" || text == "y" || text == "t";
}

}  // namespace batata::nacos
