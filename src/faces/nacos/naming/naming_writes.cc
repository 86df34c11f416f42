#include "faces/nacos/naming/naming_writes.h"

#include <utility>

#include "base/json.h"
#include "domain/discovery/beat_times.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/limits.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/param_check.h"
#include "faces/nacos/common/utf8.h"
#include "faces/nacos/naming/naming_replies.h"

namespace batata::nacos {
namespace {

// "ip:port:unknown:cluster:ephemeral", as upstream names an instance here.
std::string updated_json(const std::vector<registry::InstancePtr>& instances) {
  std::string text;
  json::Writer out(text);
  out.begin_object().key("updated").begin_array();
  for (const auto& one : instances) {
    out.string(one->ip + ":" + std::to_string(one->port) + ":unknown:" + one->cluster +
               (one->ephemeral ? ":ephemeral" : ":persist"));
  }
  out.end_array().end_object();
  return text;
}

// Upstream answers 200 with an empty body, or ignores the list.
wire::Response no_instances(const Error& error, Family family) {
  const std::string text = "Param 'instances' is illegal: " + error.message;
  if (family == Family::kV1) return answer(400, kText, text);
  return failed_result(400, result_code(Errc::kInvalidArgument), text);
}

std::optional<std::string> refusal_of(const std::vector<domain::InstanceRef>& refs) {
  for (const domain::InstanceRef& ref : refs) {
    if (auto refusal = check_clusters(ref.cluster)) return refusal;
    if (auto refusal = check_ip(ref.ip)) return refusal;
  }
  return std::nullopt;
}

std::vector<std::string> keys_of(const Metadata& metadata) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : metadata) keys.push_back(key);
  return keys;
}

}  // namespace

Task<wire::Response> register_instance(const NamingRoom& room, cluster::Context context,
                                       registry::ServiceKey service, SentInstance sent, Family family) {
  const bool ephemeral = sent.instance.ephemeral;
  registry::Instance instance = room.ids.named(std::move(sent), service);
  Status status;
  if (ephemeral) {
    status = co_await room.services.register_beating(std::move(service), std::move(instance));
  } else {
    status = co_await room.services.register_persistent(std::move(context), std::move(service),
                                                        std::move(instance));
  }
  // The domain has its own words for beat times that contradict each other.
  if (!status && status.error().code == Errc::kInvalidArgument)
    co_return register_failed({Errc::kInvalidArgument, std::string(kContradictoryTimes)}, family);
  co_return status ? done(family) : register_failed(status.error(), family);
}

Task<wire::Response> deregister_instance(const NamingRoom& room, cluster::Context context,
                                         registry::ServiceKey service, Address address, bool ephemeral,
                                         Family family) {
  if (ephemeral) {
    co_await room.services.withdraw_beating(std::move(service), std::move(address.ip), address.port);
    co_return done(family);
  }
  const Status status = co_await room.services.withdraw_persistent(std::move(context), std::move(service),
                                                                   std::move(address.ip), address.port);
  co_return status ? done(family) : lookup_failed(status.error(), family);
}

Task<wire::Response> update_instance(const NamingRoom& room, cluster::Context context,
                                     registry::ServiceKey service, SentInstance sent, Family family) {
  const registry::Instance& instance = sent.instance;
  if (!domain::check(domain::beat_times_of(instance.metadata)))
    co_return update_failed({Errc::kInvalidArgument, std::string(kContradictoryTimes)}, family);
  domain::InstanceOverride over{instance.enabled, instance.weight, instance.metadata};
  const Status status = co_await room.services.override_instance(std::move(context), std::move(service),
                                                                 domain::ref_of(instance), std::move(over));
  co_return status ? done(family) : update_failed(status.error(), family);
}

Task<wire::Response> patch_instance(const NamingRoom& room, cluster::Context context,
                                    registry::ServiceKey service, domain::InstanceRef ref,
                                    domain::OverridePatch patch, Family family) {
  const Status status = co_await room.services.patch_instance(std::move(context), std::move(service),
                                                              std::move(ref), std::move(patch));
  co_return status ? done(family) : lookup_failed(status.error(), family);
}

Task<wire::Response> change_metadata(const NamingRoom& room, cluster::Context context,
                                     registry::ServiceKey service, std::string instances, Metadata metadata,
                                     bool add, Family family) {
  auto refs = parse_instances(instances);
  if (!refs) co_return no_instances(refs.error(), family);
  if (const auto refusal = refusal_of(*refs)) co_return refused_parameter(*refusal, "");
  Result<std::vector<registry::InstancePtr>> changed;
  if (add) {
    changed = co_await room.services.add_metadata(std::move(context), std::move(service), std::move(*refs),
                                                  std::move(metadata));
  } else {
    changed = co_await room.services.remove_metadata(std::move(context), std::move(service), std::move(*refs),
                                                     keys_of(metadata));
  }
  if (!changed) co_return lookup_failed(changed.error(), family);
  std::string updated = updated_json(*changed);
  co_return family == Family::kV1 ? answer(200, kJson, std::move(updated)) : result(updated);
}

void subscribe_over_udp(const NamingRoom& room, const wire::Request& request,
                        const registry::ServiceKey& service, std::int32_t port, std::string_view clusters) {
  // What is kept for a client has a bound; real ones send some twenty characters of each. Who asks for more
  // clusters than that is answered and asks again, but not pushed to: anybody can be a new client here.
  constexpr std::size_t kNameMax = 256, kKeptClustersMax = kClustersMax / 8;
  if (room.udp == nullptr || port <= 0 || port > 65535 || clusters.size() > kKeptClustersMax) return;
  const std::string_view agent =
      or_default(request.header("user-agent").value_or(""), request.header("client-version").value_or(""));
  room.udp->heard({.service = service,
                   .peer = {std::string(request.peer_address), static_cast<std::uint16_t>(port)},
                   .clusters = as_utf8(clusters),
                   .agent = as_utf8(agent.substr(0, kNameMax)),
                   .app = as_utf8(text_param(request, "app").substr(0, kNameMax))});
}

wire::Response statuses(const NamingRoom& room, std::string_view key) {
  const registry::ServiceKey service = named_by_key(key);
  std::string body;
  json::Writer out(body);
  out.begin_object().key("ips").begin_array();
  if (const domain::SnapshotPtr snapshot = room.services.snapshot(service)) {
    for (const auto& instance : snapshot->instances)
      out.string(instance->ip + ":" + std::to_string(instance->port) +
                 (instance->healthy ? "_true" : "_false"));
  }
  out.end_array().end_object();
  return answer(200, kJson, std::move(body));
}

}  // namespace batata::nacos
