#include "faces/nacos/naming/naming_views.h"

#include <map>
#include <optional>
#include <vector>

#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/naming/naming_json.h"

namespace batata::nacos {
namespace {

using domain::HealthCheck;

const domain::ServiceMeta& meta_of(const domain::ServiceSnapshot& snapshot) {
  static const domain::ServiceMeta kNone;
  return snapshot.meta != nullptr ? *snapshot.meta : kNone;
}

// What a checker has beside its type.
void write_checker_members(json::Writer& out, const HealthCheck& check) {
  if (check.type == HealthCheck::Type::kHttp) {
    out.member("path", check.path)
        .member("headers", check.headers)
        .member("expectedResponseCode", int{check.expected_code});
  }
  if (check.type == HealthCheck::Type::kMysql) {
    out.text_or_null("user", check.user);
    out.text_or_null("pwd", check.password);
    out.text_or_null("cmd", check.command);
  }
}

void write_labels(json::Writer& out, const domain::ServiceSelector& selector) {
  out.member("expression", selector.expression).key("labels").begin_array();
  if (const auto labels = domain::labels_of(selector.expression))
    for (const std::string& label : *labels) out.string(label);
  out.end_array();
}

void write_hosts_v1(json::Writer& out, const std::vector<registry::InstancePtr>& hosts) {
  for (const auto& host : hosts) {
    out.begin_object().member("valid", host->healthy).key("metadata");
    write_metadata(out, host->metadata);
    out.member("port", int{host->port})
        .member("ip", host->ip)
        .member("weight", host->weight)
        .member("enabled", host->enabled)
        .end_object();
  }
}

void write_params(json::Writer& out, std::string_view name, const domain::HealthParams& params) {
  out.key(name)
      .begin_object()
      .member("max", params.max_ms)
      .member("min", params.min_ms)
      .member("factor", params.factor)
      .end_object();
}

void write_numbers(json::Writer& out, std::string_view name,
                   const std::map<std::string, std::int32_t>& numbers) {
  out.key(name).begin_object();
  for (const auto& [key, number] : numbers) out.member(key, int{number});
  out.end_object();
}

void write_texts(json::Writer& out, std::string_view name, const std::vector<std::string>& texts) {
  out.key(name).begin_array();
  for (const std::string& text : texts) out.string(text);
  out.end_array();
}

void write_push_versions(json::Writer& out, const domain::Switches& switches, Family family) {
  const bool v3 = family == Family::kV3;
  out.member(v3 ? "pushVersionOfGo" : "pushGoVersion", switches.push_version_go)
      .member(v3 ? "pushVersionOfJava" : "pushJavaVersion", switches.push_version_java)
      .member(v3 ? "pushVersionOfPython" : "pushPythonVersion", switches.push_version_python)
      .member(v3 ? "pushVersionOfC" : "pushCVersion", switches.push_version_c)
      .member(v3 ? "pushVersionOfCsharp" : "pushCSharpVersion", switches.push_version_csharp);
}

}  // namespace

void write_metadata(json::Writer& out, const domain::Metadata& metadata) {
  out.begin_object();
  for (const auto& [key, value] : metadata) out.member(key, value);
  out.end_object();
}

void write_checker(json::Writer& out, const HealthCheck& check) {
  out.begin_object().member("type", domain::name_of(check.type));
  write_checker_members(out, check);
  out.end_object();
}

std::string checkers_json() {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  using Type = HealthCheck::Type;
  for (const Type type : {Type::kTcp, Type::kHttp, Type::kMysql, Type::kNone}) {
    out.key(domain::name_of(type)).begin_object();
    HealthCheck check;
    check.type = type;
    write_checker_members(out, check);
    out.end_object();
  }
  out.end_object();
  return text;
}

void write_selector(json::Writer& out, const domain::ServiceSelector& selector, Family family) {
  const bool is_label = selector.type == domain::ServiceSelector::Type::kLabel;
  const char* const type = is_label ? "label" : "none";
  out.begin_object();
  if (family == Family::kV1) {
    out.member("type", type);
    if (is_label) write_labels(out, selector);
  } else {
    out.member("type", is_label ? "LabelSelector" : "NoneSelector");
    if (is_label) write_labels(out, selector);
    out.member("type", type);
  }
  out.member("contextType", is_label ? "CMDB" : "NONE").end_object();
}

void write_service_v1(json::Writer& out, const domain::ServiceSnapshot& snapshot) {
  const domain::ServiceMeta& meta = meta_of(snapshot);
  out.begin_object()
      .member("namespaceId", snapshot.key.space)
      .member("groupName", snapshot.key.group)
      .member("name", snapshot.key.name)
      .member("protectThreshold", meta.protect_threshold)
      .key("metadata");
  write_metadata(out, meta.metadata);
  out.key("selector");
  write_selector(out, meta.selector, Family::kV1);
  out.key("clusters").begin_array();
  for (const std::string& name : domain::clusters_of(snapshot)) {
    const domain::ClusterMeta& cluster = domain::cluster_of(snapshot, name);
    out.begin_object().member("name", name).key("healthChecker");
    write_checker(out, cluster.check);
    out.key("metadata");
    write_metadata(out, cluster.metadata);
    out.end_object();
  }
  out.end_array().end_object();
}

void write_catalog_service(json::Writer& out, const domain::ServiceSnapshot& snapshot) {
  constexpr int kDefaultPort = 80;  // a constant of upstream's
  const domain::ServiceMeta& meta = meta_of(snapshot);
  out.begin_object()
      .key("service")
      .begin_object()
      .member("name", snapshot.key.name)
      .member("groupName", snapshot.key.group)
      .member("protectThreshold", meta.protect_threshold)
      .key("selector");
  write_selector(out, meta.selector, Family::kV1);
  out.key("metadata");
  write_metadata(out, meta.metadata);
  out.end_object().key("clusters").begin_array();
  for (const std::string& name : domain::clusters_of(snapshot)) {
    const domain::ClusterMeta& cluster = domain::cluster_of(snapshot, name);
    out.begin_object()
        .member("serviceName", grouped_name(snapshot.key))
        .member("name", name)
        .key("healthChecker");
    write_checker(out, cluster.check);
    out.member("defaultPort", kDefaultPort)
        .member("defaultCheckPort", int{cluster.check_port})
        .member("useIPPort4Check", cluster.use_instance_port)
        .key("metadata");
    write_metadata(out, cluster.metadata);
    out.end_object();
  }
  out.end_array().end_object();
}

void write_service_detail(json::Writer& out, const domain::ServiceSnapshot& snapshot, Family family) {
  const domain::ServiceMeta& meta = meta_of(snapshot);
  const bool v3 = family == Family::kV3;
  out.begin_object()
      .member(v3 ? "namespaceId" : "namespace", snapshot.key.space)
      .member("serviceName", snapshot.key.name)
      .member("groupName", snapshot.key.group)
      .key("clusterMap")
      .begin_object();
  for (const std::string& name : domain::clusters_of(snapshot)) {
    const domain::ClusterMeta& cluster = domain::cluster_of(snapshot, name);
    out.key(name).begin_object().member("clusterName", name).key("healthChecker");
    write_checker(out, cluster.check);
    if (v3) {
      out.member("healthyCheckPort", int{cluster.check_port})
          .member("useInstancePortForCheck", cluster.use_instance_port);
    }
    out.key("metadata");
    write_metadata(out, cluster.metadata);
    out.key("hosts").null().end_object();
  }
  out.end_object().key("metadata");
  write_metadata(out, meta.metadata);
  out.member("protectThreshold", meta.protect_threshold).key("selector");
  write_selector(out, meta.selector, family);
  out.member("ephemeral", snapshot.ephemeral).end_object();
}

// What upstream leaves at its defaults here, it leaves out of its mind: the threshold is 0 whatever is set.
void write_service_with_hosts(json::Writer& out, const domain::ServiceSnapshot& snapshot, Family family) {
  const bool v3 = family == Family::kV3;
  std::map<std::string, std::vector<registry::InstancePtr>> clusters;
  for (const auto& instance : snapshot.instances) clusters[instance->cluster].push_back(instance);
  out.begin_object().key(v3 ? "namespaceId" : "namespace").null();
  out.member("serviceName", snapshot.key.name)
      .member("groupName", snapshot.key.group)
      .key("clusterMap")
      .begin_object();
  for (const auto& [name, hosts] : clusters) {
    out.key(name).begin_object().key("clusterName").null().key("healthChecker").null();
    if (v3) out.member("healthyCheckPort", 80).member("useInstancePortForCheck", true);
    out.key("metadata").null().key("hosts").begin_array();
    if (v3) {
      for (const auto& host : hosts) write_instance(out, grouped_name(snapshot.key), *host);
    } else {
      write_hosts_v1(out, hosts);
    }
    out.end_array().end_object();
  }
  out.end_object().key("metadata");
  write_metadata(out, meta_of(snapshot).metadata);
  out.member("protectThreshold", 0.0).key("selector").null().key("ephemeral").null().end_object();
}

void write_service_counts(json::Writer& out, const domain::ServiceSnapshot& snapshot) {
  const std::size_t all = snapshot.instances.size(), healthy = domain::healthy_count(snapshot);
  const bool reached = all > 0 && static_cast<double>(healthy) / static_cast<double>(all) <=
                                      meta_of(snapshot).protect_threshold;
  out.begin_object()
      .member("name", snapshot.key.name)
      .member("groupName", snapshot.key.group)
      .member("clusterCount", static_cast<std::int64_t>(domain::clusters_of(snapshot).size()))
      .member("ipCount", static_cast<std::int64_t>(all))
      .member("healthyInstanceCount", static_cast<std::int64_t>(healthy))
      .member("triggerFlag", reached ? "true" : "false")
      .end_object();
}

void write_subscriber(json::Writer& out, const Subscriber& subscriber, Family family) {
  const std::string where = subscriber.ip + ":" + std::to_string(subscriber.port);
  out.begin_object();
  if (family == Family::kV3) {
    out.member("namespaceId", subscriber.service.space)
        .member("groupName", subscriber.service.group)
        .member("serviceName", subscriber.service.name)
        .member("ip", subscriber.ip)
        .member("port", int{subscriber.port})
        .member("agent", subscriber.agent)
        .member("appName", subscriber.app)
        .member("address", where);
  } else {
    out.member("addrStr", subscriber.address)
        .member("agent", subscriber.agent)
        .member("app", subscriber.app)
        .member("ip", subscriber.ip)
        .member("port", int{subscriber.port})
        .member("namespaceId", subscriber.service.space)
        .member("serviceName", grouped_name(subscriber.service))
        .member("cluster", subscriber.clusters);
  }
  out.end_object();
}

std::string switches_json(const domain::Switches& s, Family family) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  s.masters ? write_texts(out, "masters", *s.masters) : (void)out.key("masters").null();
  write_numbers(out, "adWeightMap", s.ad_weights);
  out.member("defaultPushCacheMillis", s.push_cache_ms)
      .member("clientBeatInterval", s.client_beat_interval_ms)
      .member("defaultCacheMillis", s.default_cache_ms)
      .member("distroThreshold", s.distro_threshold)
      .member("healthCheckEnabled", s.health_check_enabled)
      .member("autoChangeHealthCheckEnabled", s.auto_change_health_check_enabled)
      .member("distroEnabled", s.distro_enabled)
      .member("enableStandalone", s.enable_standalone)
      .member("pushEnabled", s.push_enabled)
      .member("checkTimes", int{s.check_times});
  write_params(out, "httpHealthParams", s.http);
  write_params(out, "tcpHealthParams", s.tcp);
  write_params(out, "mysqlHealthParams", s.mysql);
  write_texts(out, "incrementalList", s.incremental_list);
  out.member("serverStatusSynchronizationPeriodMillis", s.server_status_sync_ms)
      .member("serviceStatusSynchronizationPeriodMillis", s.service_status_sync_ms)
      .member("disableAddIP", s.disable_add_ip)
      .member("sendBeatOnly", s.send_beat_only)
      .member("lightBeatEnabled", s.light_beat_enabled);
  write_numbers(out, "limitedUrlMap", s.limited_urls);
  out.member("distroServerExpiredMillis", s.distro_server_expired_ms);
  write_push_versions(out, s, family);
  out.member("enableAuthentication", s.enable_authentication);
  out.text_or_null("overriddenServerStatus", s.overridden_server_status);
  out.member("defaultInstanceEphemeral", s.default_instance_ephemeral);
  write_texts(out, "healthCheckWhiteList", s.health_check_white_list);
  out.member("name", "00-00---000-NACOS_SWITCH_DOMAIN-000---00-00").key("checksum").null().end_object();
  return text;
}

void begin_page(json::Writer& out, std::size_t total, std::int64_t number, std::int64_t size) {
  const auto count = static_cast<std::int64_t>(total);
  out.begin_object()
      .member("totalCount", count)
      .member("pageNumber", number)
      .member("pagesAvailable", count == 0 || size <= 0 ? std::int64_t{0} : count / size + 1)
      .key("pageItems")
      .begin_array();
}

void end_page(json::Writer& out) {
  out.end_array().end_object();
}

}  // namespace batata::nacos
