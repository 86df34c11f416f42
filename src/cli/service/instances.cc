#include "cli/service/instances.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "cli/common/answers.h"

namespace batata::cli {
namespace {

using Metadata = std::map<std::string, std::string>;

constexpr int kInstancesMax = 500;  // of a cluster on one page; as many pages as it takes are asked for
constexpr int kPagesMax = 1'000;

Metadata metadata_of(json::Value value) {
  Metadata found;
  value.each_member([&](std::string_view name, json::Value each) {
    found[std::string(name)] = each.as_text().value_or("");
  });
  return found;
}

int add_instances(json::Value list, Instances& found) {
  int count = 0;
  list.each([&](json::Value each) {
    const InstancePlace place{each["ip"].as_text().value_or(""), each["port"].as_int().value_or(0),
                              each["clusterName"].as_text().value_or("")};
    const auto flag = [&](std::string_view name) { return each[name].as_bool().value_or(false); };
    found[place] = {flag("healthy"), flag("enabled"), flag("ephemeral"),
                    each["weight"].as_double().value_or(1), metadata_of(each["metadata"])};
    ++count;
  });
  return count;
}

Client::Fields naming(const Client& client, std::string_view service) {
  return {{"serviceName", service}, {"groupName", client.group()}, {"namespaceId", client.space()}};
}

Status add_cluster(const Client& client, std::string_view service, const std::string& cluster,
                   Instances& found) {
  const std::string size = std::to_string(kInstancesMax);
  for (int page = 1; page <= kPagesMax; ++page) {
    const std::string number = std::to_string(page);
    auto query = naming(client, service);
    query.insert(query.end(), {{"clusterName", cluster}, {"pageNo", number}, {"pageSize", size}});
    const auto answer = client.call("GET", "/v1/ns/catalog/instances", query);
    // The last instance of it may have gone meanwhile, and the cluster with it.
    if (!answer && answer.error().message.find("is not found!") != std::string::npos) return {};
    if (!answer) return tl::unexpected(answer.error());
    const auto body = json::parse(answer->body);
    if (!body || !(*body)["list"].present()) return not_ours();
    if (add_instances((*body)["list"], found) < kInstancesMax) return {};
  }
  return {};
}

}  // namespace

std::string InstancePlace::address() const {
  const bool is_v6 = ip.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", is_v6 ? "[" : "", ip, is_v6 ? "]" : "", port);
}

std::string Instance::metadata_text() const {
  std::string text;
  for (const auto& [name, value] : metadata) text += (text.empty() ? "" : ",") + name + "=" + value;
  return text;
}

void write_instance(json::Writer& writer, const InstancePlace& place, const Instance& instance) {
  writer.begin_object().member("ip", place.ip).member("port", place.port).member("cluster", place.cluster);
  writer.member("healthy", instance.is_healthy).member("enabled", instance.is_enabled);
  writer.member("ephemeral", instance.is_ephemeral).member("weight", instance.weight);
  writer.key("metadata").begin_object();
  for (const auto& [name, value] : instance.metadata) writer.member(name, value);
  writer.end_object().end_object();
}

Result<Service> read_service(const Client& client, std::string_view name) {
  const auto answer = client.call("GET", "/v1/ns/catalog/service", naming(client, name));
  if (!answer && answer.error().message.find("is not found!") != std::string::npos)
    return fail(Errc::kNotFound, fmt::format("there is no service {} in group {} of namespace {}", name,
                                             client.group(), client.space()));
  if (!answer) return tl::unexpected(answer.error());
  const auto body = json::parse(answer->body);
  if (!body || !(*body)["service"].present()) return not_ours();
  Service found{(*body)["service"]["protectThreshold"].as_double().value_or(0),
                metadata_of((*body)["service"]["metadata"]),
                {},
                {}};
  (*body)["clusters"].each(
      [&](json::Value cluster) { found.clusters.push_back(cluster["name"].as_text().value_or("")); });
  for (const std::string& cluster : found.clusters)
    if (auto added = add_cluster(client, name, cluster, found.instances); !added)
      return tl::unexpected(std::move(added.error()));
  return found;
}

Result<Instances> read_instances(const Client& client, std::string_view name) {
  const auto answer = client.call("GET", "/v1/ns/instance/list", naming(client, name));
  if (!answer) return tl::unexpected(answer.error());
  const auto body = json::parse(answer->body);
  if (!body || !(*body)["hosts"].present()) return not_ours();
  Instances found;
  add_instances((*body)["hosts"], found);
  return found;
}

Result<InstancePlace> parse_place(std::string_view address, std::string_view cluster) {
  const std::size_t colon = address.rfind(':');
  std::string_view ip = address.substr(0, std::min(colon, address.size()));
  const bool is_bracketed = ip.size() > 2 && ip.front() == '[' && ip.back() == ']';
  if (is_bracketed) ip = ip.substr(1, ip.size() - 2);
  const bool is_v6 = ip.find(':') != ip.npos;
  std::uint16_t port = 0;
  const std::string_view digits = colon == address.npos ? "" : address.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool is_port =
      !digits.empty() && error == std::errc{} && end == digits.data() + digits.size() && port != 0;
  if (ip.empty() || !is_port || is_v6 != is_bracketed || ip.find_first_of("[] \t") != ip.npos)
    return fail(
        Errc::kInvalidArgument,
        fmt::format("'{}' is not where an instance listens: IP:PORT, or [IP]:PORT for IPv6", address));
  return InstancePlace{std::string(ip), port, std::string(cluster)};
}

Result<std::map<std::string, std::string>> parse_metadata(const std::vector<std::string>& words) {
  Metadata found;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(Errc::kInvalidArgument, "--metadata is '" + word + "', not NAME=VALUE");
    found[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return found;
}

}  // namespace batata::cli
