#include "faces/nacos/naming_params.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/json.h"
#include "faces/nacos/http_answers.h"
#include "faces/nacos/naming_names.h"

namespace batata::nacos {
namespace {

using domain::is_blank;

constexpr std::string_view kWeightRange = "instance format invalid: The weights range from 0.0 to 10000.0";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::optional<double> parse_double(std::string_view text) {
  while (!text.empty() && is_blank(text.substr(0, 1))) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.substr(text.size() - 1))) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || std::isnan(value)) return std::nullopt;
  return value;
}

bool is_weight(double weight) {
  return weight >= 0 && weight <= 10'000;
}

// The part after the group, which the check looks at alone.
std::string_view without_group(std::string_view name) {
  const std::size_t at = name.find("@@");
  return at == name.npos ? name : name.substr(at + 2);
}

tl::unexpected<wire::Response> refuse(wire::Response response) {
  return tl::unexpected(std::move(response));
}

tl::unexpected<wire::Response> missing_v3(std::string_view name, std::string_view type) {
  return refuse(missing_result("Required parameter '" + std::string(name) + "' type " + std::string(type) +
                               " is not present"));
}

// Upstream answers 500 here; a caller's mistake is 400 with us.
tl::unexpected<wire::Response> not_converted(const std::string& message) {
  std::string body;
  json::Writer out(body);
  out.begin_object().member("code", 30'000).member("message", message).key("data").null();
  out.end_object();
  return refuse(answer(400, kJson, std::move(body)));
}

tl::unexpected<wire::Response> property_not_converted(std::string_view name, std::string_view type,
                                                      const std::string& cause) {
  return not_converted(
      "Failed to convert property value of type 'java.lang.String' to required type 'java.lang." +
      std::string(type) + "' for property '" + std::string(name) + "'; " + cause);
}

std::string for_input(std::string_view text) {
  return "For input string: \"" + std::string(text) + "\"";
}

std::string cluster_of(const wire::Request& request) {
  const std::string_view name =
      or_default(text_param(request, "clusterName"), text_param(request, "cluster"));
  return std::string(or_default(name, kDefaultCluster));
}

}  // namespace

std::optional<wire::Response> check_parameters(const wire::Request& request, const Metadata* metadata) {
  const std::array<Refusal, 6> refusals = {
      check_namespace(text_param(request, "namespaceId")),
      check_service_name(without_group(text_param(request, "serviceName"))),
      check_group(text_param(request, "groupName")),
      check_clusters(
          or_default(or_default(text_param(request, "clusterName"), text_param(request, "cluster")),
                     text_param(request, "clusters"))),
      check_ip(text_param(request, "ip")),
      check_port(text_param(request, "port"))};
  for (const Refusal& refusal : refusals)
    if (refusal) return refused_parameter(*refusal, "");
  if (metadata != nullptr)
    if (const Refusal refusal = check_metadata(*metadata)) return refused_parameter(*refusal, "");
  return std::nullopt;
}

Read<registry::ServiceKey> service_of_v1(const wire::Request& request, WallTime now) {
  const std::string_view name = text_param(request, "serviceName");
  registry::ServiceKey service;
  service.space = or_default(text_param(request, "namespaceId"), kDefaultSpace);
  if (is_blank(name)) return refuse(required_v1("serviceName"));
  const std::size_t at = name.find("@@");
  if (at == name.npos) {
    service.group = or_default(text_param(request, "groupName"), kDefaultGroup);
    service.name = name;
    return service;
  }
  constexpr std::string_view kStart = "Service name filter error,caused: Param 'serviceName' is illegal, ";
  if (at == 0)
    return refuse(framework_error(request, now, 400, std::string(kStart) + "groupName can't be empty;"));
  if (at + 2 == name.size())
    return refuse(framework_error(request, now, 400,
                                  std::string(kStart) + "it should be format as 'groupName@@serviceName';"));
  service.group = name.substr(0, at);
  service.name = name.substr(at + 2);
  // The check before saw the group only as a parameter of its own.
  if (const Refusal refusal = check_group(service.group)) return refuse(refused_parameter(*refusal, ""));
  return service;
}

Read<Address> address_of_v1(const wire::Request& request) {
  for (const std::string_view name : {"ip", "port"})
    if (is_blank(text_param(request, name))) return refuse(required_v1(name));
  const auto port = parse_int(text_param(request, "port"));  // checked to be one
  return Address{std::string(text_param(request, "ip")), static_cast<std::uint16_t>(port.value_or(0))};
}

Read<SentInstance> instance_of_v1(const wire::Request& request, Metadata metadata) {
  auto address = address_of_v1(request);
  if (!address) return refuse(std::move(address.error()));
  SentInstance sent;
  registry::Instance& instance = sent.instance;
  instance.ip = std::move(address->ip);
  instance.port = address->port;
  instance.cluster = cluster_of(request);
  sent.cluster_in_id = instance.cluster;
  instance.healthy = flag_of_v1(request, "healthy", true);
  instance.enabled = flag_of_v1(request, "enabled", flag_of_v1(request, "enable", true));
  instance.ephemeral = flag_of_v1(request, "ephemeral", true);
  instance.metadata = std::move(metadata);
  const std::string_view weight = or_default(text_param(request, "weight"), "1");
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
  const std::string_view name = text_param(request, "serviceName");
  if (is_blank(name)) return missing_v3("serviceName", "String");
  return registry::ServiceKey{std::string(or_default(text_param(request, "namespaceId"), kDefaultSpace)),
                              std::string(or_default(text_param(request, "groupName"), kDefaultGroup)),
                              std::string(name)};
}

Read<Address> address_of_v3(const wire::Request& request) {
  if (is_blank(text_param(request, "ip"))) return missing_v3("ip", "String");
  const auto port = parse_int(text_param(request, "port"));
  if (!port) return missing_v3("port", "Integer");
  return Address{std::string(text_param(request, "ip")), static_cast<std::uint16_t>(*port)};
}

Read<SentInstance> instance_of_v3(const wire::Request& request, Metadata metadata) {
  auto address = address_of_v3(request);
  if (!address) return refuse(std::move(address.error()));
  SentInstance sent;
  registry::Instance& instance = sent.instance;
  for (const auto& [name, target] : {std::pair<std::string_view, bool*>{"healthy", &instance.healthy},
                                     {"enabled", &instance.enabled},
                                     {"ephemeral", &instance.ephemeral}}) {
    const auto flag = flag_of_v3(request, name, true);
    if (!flag)
      return property_not_converted(name, "Boolean",
                                    "Invalid boolean value [" + std::string(text_param(request, name)) + "]");
    *target = *flag;
  }
  const std::string_view weight = or_default(text_param(request, "weight"), "1");
  const auto value = parse_double(weight);
  if (!value) return property_not_converted("weight", "Double", for_input(weight));
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

Read<bool> flag_of_v3(const wire::Request& request, std::string_view name, bool fallback) {
  const std::string_view given = text_param(request, name);
  if (is_blank(given)) return fallback;
  const std::string text = lower(given);
  for (const std::string_view yes : {"true", "on", "yes", "1"})
    if (text == yes) return true;
  for (const std::string_view no : {"false", "off", "no", "0"})
    if (text == no) return false;
  return not_converted("Method parameter '" + std::string(name) +
                       "': Failed to convert value of type 'java.lang.String' to required type 'boolean'; "
                       "Invalid boolean value [" +
                       std::string(given) + "]");
}

bool flag_of_v1(const wire::Request& request, std::string_view name, bool fallback) {
  const std::string_view given = text_param(request, name);
  if (is_blank(given)) return fallback;
  const std::string text = lower(given);
  return text == "true" || text == "yes" || text == "on" || text == "y" || text == "t";
}

std::optional<std::int32_t> parse_int(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace batata::nacos
