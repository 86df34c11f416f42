#include "faces/nacos/naming/naming_json.h"

#include "domain/discovery/beat_times.h"
#include "faces/nacos/common/naming_names.h"

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

// `healthy` as a protected service has it.
void write(json::Writer& out, std::string_view service, const registry::Instance& instance, bool healthy) {
  const domain::BeatTimes times = domain::beat_times_of(instance.metadata);
  out.begin_object();
  if (!instance.id_is_ours) out.member("instanceId", instance.id);
  out.member("ip", instance.ip)
      .member("port", int{instance.port})
      .member("weight", instance.weight)
      .member("healthy", healthy)
      .member("enabled", instance.enabled)
      .member("ephemeral", instance.ephemeral)
      .member("clusterName", instance.cluster)
      .member("serviceName", service)
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

}  // namespace

void write_instance(json::Writer& out, std::string_view service, const registry::Instance& instance) {
  write(out, service, instance, instance.healthy);
}

bool write_hosts(json::Writer& out, const domain::SnapshotPtr& snapshot, const domain::Selection& selection) {
  bool is_protected = false;
  out.begin_array();
  if (snapshot != nullptr) {
    const domain::Selector selector(selection);
    is_protected = domain::is_protected(*snapshot, selector);
    const std::string service = grouped_name(snapshot->key);
    for (const registry::InstancePtr& instance : snapshot->instances)
      if (selector.sees(*instance)) write(out, service, *instance, is_protected || instance->healthy);
  }
  out.end_array();
  return is_protected;
}

std::string service_info(const registry::ServiceKey& service, const domain::SnapshotPtr& snapshot,
                         const domain::Selection& selection, WallTime now, Destination door,
                         std::chrono::milliseconds cache) {
  std::string text;
  json::Writer out(text);
  out.begin_object().member("name", door == Destination::kGrpc ? service.name : grouped_name(service));
  if (door != Destination::kUdp) out.member("groupName", service.group);
  out.member("clusters", selection.clusters).member("cacheMillis", std::int64_t{cache.count()}).key("hosts");
  const bool is_protected = write_hosts(out, snapshot, selection);
  // A service's time is that of its last change, so that clients can tell a late answer from a newer one. Of
  // one that is not known it lies before now: its first instance may come within this millisecond, and
  // clients drop a list whose time is not higher than the one that they have.
  out.member("lastRefTime", snapshot != nullptr ? snapshot->changed_at.ms : now.ms - 1)
      .member("checksum", "")
      .member("allIPs", false)
      .member("reachProtectionThreshold", is_protected)
      .member("valid", true)
      .end_object();
  return text;
}

}  // namespace batata::nacos
