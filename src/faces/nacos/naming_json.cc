#include "faces/nacos/naming_json.h"

#include "domain/discovery/beat_times.h"
#include "faces/nacos/naming_names.h"

namespace batata::nacos {
namespace {

constexpr std::string_view kGeneratorKey = "preserved.instance.id.generator";

void write_generator(json::Writer& out, const std::map<std::string, std::string>& metadata) {
  if (metadata.empty()) {
    out.member("instanceIdGenerator", "simple");
    return;
  }
  const auto it = metadata.find(std::string(kGeneratorKey));
  if (it != metadata.end()) out.member("instanceIdGenerator", it->second);
}

}  // namespace

void write_instance(json::Writer& out, const registry::ServiceKey& service,
                    const registry::Instance& instance, Door door) {
  const domain::BeatTimes times = domain::beat_times_of(instance.metadata);
  out.begin_object();
  if (door == Door::kGrpc || !instance.id_is_ours) out.member("instanceId", instance.id);
  out.member("ip", instance.ip)
      .member("port", int{instance.port})
      .member("weight", instance.weight)
      .member("healthy", instance.healthy)
      .member("enabled", instance.enabled)
      .member("ephemeral", instance.ephemeral)
      .member("clusterName", instance.cluster)
      .member("serviceName", grouped_name(service))
      .key("metadata")
      .begin_object();
  for (const auto& [key, value] : instance.metadata) out.member(key, value);
  out.end_object()
      .member("instanceHeartBeatInterval", std::int64_t{times.interval.count()})
      .member("instanceHeartBeatTimeOut", std::int64_t{times.unhealthy_after.count()})
      .member("ipDeleteTimeout", std::int64_t{times.removed_after.count()});
  write_generator(out, instance.metadata);
  out.end_object();
}

std::string service_info(const registry::ServiceKey& service, const domain::SnapshotPtr& snapshot,
                         const domain::Selection& selection, WallTime now, Door door) {
  std::string text;
  json::Writer out(text);
  out.begin_object()
      .member("name", door == Door::kGrpc ? service.name : grouped_name(service))
      .member("groupName", service.group)
      .member("clusters", selection.clusters)
      .member("cacheMillis", 10'000)
      .key("hosts")
      .begin_array();
  for (const registry::InstancePtr& instance : domain::select(snapshot, selection))
    write_instance(out, service, *instance, door);
  // A service's time is that of its last change, so that clients can tell a late answer from a newer one.
  out.end_array()
      .member("lastRefTime", snapshot != nullptr ? snapshot->changed_at.ms : now.ms)
      .member("checksum", "")
      .member("allIPs", false)
      .member("reachProtectionThreshold", false)
      .member("valid", true)
      .end_object();
  return text;
}

}  // namespace batata::nacos
