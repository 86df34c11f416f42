#include <algorithm>
#include <utility>

#include "base/json.h"
#include "faces/nacos/http_answers.h"
#include "faces/nacos/naming_http.h"
#include "faces/nacos/naming_json.h"
#include "faces/nacos/naming_names.h"
#include "faces/nacos/naming_params.h"
#include "faces/nacos/utf8.h"

namespace batata::nacos {
namespace {

using domain::is_blank;

constexpr int kBeatOk = 10'200, kBeatUnknown = 20'404;  // upstream's NamingResponseCode

wire::Response ok() {
  return answer(200, kText, "ok");
}

wire::Response beat_answer(int code, std::chrono::milliseconds interval) {
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .member("clientBeatInterval", std::int64_t{interval.count()})
      .member("code", code)
      .member("lightBeatEnabled", true)
      .end_object();
  return answer(200, kJson, std::move(body));
}

wire::Response metadata_incorrect(const wire::Request& request, WallTime now) {
  const std::string text = "metadata format incorrect:" + std::string(text_param(request, "metadata"));
  return framework_error(request, now, 500,
                         "Server failed, caused: ErrCode:400, ErrMsg:" + text + ";caused: " + text + ";");
}

// The instance that a full beat describes, checked; a refusal when it cannot be read.
Read<SentInstance> instance_of_beat(const wire::Request& request, WallTime now) {
  const auto unreadable = [&] {
    return tl::unexpected(
        framework_error(request, now, 400,
                        "Server failed, caused: errCode: 101, errMsg: Nacos deserialize for class "
                        "[com.alibaba.nacos.naming.healthcheck.RsInfo] failed. ;"));
  };
  const auto json = json::parse(text_param(request, "beat"));
  if (!json || !json->is_object()) return unreadable();
  if (const Refusal refusal = check_clusters((*json)["cluster"].as_string().value_or("")))
    return tl::unexpected(refused_parameter(*refusal, ""));
  if (const Refusal refusal = check_instance(*json)) return tl::unexpected(refused_parameter(*refusal, ""));
  auto sent = read_instance(*json);
  if (!sent) return unreadable();
  sent->instance.healthy = true;
  sent->instance.enabled = true;
  sent->instance.id.clear();
  sent->instance.cluster = or_default((*json)["cluster"].as_text().value_or(""), kDefaultCluster);
  sent->cluster_in_id = sent->instance.cluster;
  return std::move(*sent);
}

// How often the client is to beat: as often as its instance says.
std::chrono::milliseconds interval_of(const domain::SnapshotPtr& snapshot, const std::string& ip,
                                      std::uint16_t port) {
  if (snapshot != nullptr) {
    for (const auto& instance : snapshot->instances)
      if (instance->ip == ip && instance->port == port)
        return domain::beat_times_of(instance->metadata).interval;
  }
  return domain::BeatTimes{}.interval;
}

}  // namespace

Task<wire::Response> NamingHttp::register_v1(wire::Request request, cluster::Context) {
  auto metadata = parse_metadata(text_param(request, "metadata"));
  if (!metadata) co_return metadata_incorrect(request, now());
  if (auto refusal = check_parameters(request, &*metadata)) co_return std::move(*refusal);
  auto service = service_of_v1(request, now());
  if (!service) co_return std::move(service.error());
  auto sent = instance_of_v1(request, std::move(*metadata));
  if (!sent) co_return std::move(sent.error());
  if (!sent->instance.ephemeral) {
    auto [status, text] = refuse_persistent(*service);
    co_return answer(status, kText, std::move(text));
  }
  registry::Instance instance = ids_.named(std::move(*sent), *service);
  const Status done = co_await services_.register_beating(std::move(*service), std::move(instance));
  if (!done) co_return answer(400, kText, std::string(kContradictoryTimes));
  co_return ok();
}

Task<wire::Response> NamingHttp::deregister_v1(wire::Request request, cluster::Context) {
  if (auto refusal = check_parameters(request, nullptr)) co_return std::move(*refusal);
  auto service = service_of_v1(request, now());
  if (!service) co_return std::move(service.error());
  auto address = address_of_v1(request);
  if (!address) co_return std::move(address.error());
  // There is no persistent instance to take out, and who asks for that must not lose an ephemeral one.
  if (!flag_of_v1(request, "ephemeral", true)) co_return ok();
  co_await services_.withdraw_beating(std::move(*service), std::move(address->ip), address->port);
  co_return ok();
}

Task<wire::Response> NamingHttp::beat_v1(wire::Request request, cluster::Context) {
  if (auto refusal = check_parameters(request, nullptr)) co_return std::move(*refusal);
  auto service = service_of_v1(request, now());
  if (!service) co_return std::move(service.error());
  Address address{as_utf8(text_param(request, "ip")),
                  static_cast<std::uint16_t>(parse_int(text_param(request, "port")).value_or(0))};
  std::optional<SentInstance> full;
  if (!is_blank(text_param(request, "beat"))) {
    auto sent = instance_of_beat(request, now());
    if (!sent) co_return std::move(sent.error());
    address = {sent->instance.ip, sent->instance.port};
    full = std::move(*sent);
  }
  const bool known = co_await services_.beat(*service, address.ip, address.port);
  if (!known && !full) co_return beat_answer(kBeatUnknown, domain::BeatTimes{}.interval);
  if (!known) {
    registry::Instance instance = ids_.named(std::move(*full), *service);
    const Status done = co_await services_.register_beating(*service, std::move(instance));
    if (!done) co_return answer(400, kText, std::string(kContradictoryTimes));
  }
  co_return beat_answer(kBeatOk, interval_of(services_.snapshot(*service), address.ip, address.port));
}

Task<wire::Response> NamingHttp::services_v1(wire::Request request, cluster::Context) {
  if (auto refusal = check_parameters(request, nullptr)) co_return std::move(*refusal);
  for (const std::string_view name : {"pageNo", "pageSize"})
    if (is_blank(text_param(request, name))) co_return required_v1(name);
  const std::string space(or_default(text_param(request, "namespaceId"), kDefaultSpace));
  const std::string group(or_default(text_param(request, "groupName"), kDefaultGroup));
  const auto page = services_.services(space, group, parse_int(text_param(request, "pageNo")).value_or(0),
                                       parse_int(text_param(request, "pageSize")).value_or(0));
  std::string body;
  json::Writer out(body);
  out.begin_object().member("count", static_cast<std::int64_t>(page.count)).key("doms").begin_array();
  for (const std::string& name : page.names) out.string(name);
  out.end_array().end_object();
  co_return answer(200, kJson, std::move(body));
}

wire::Response NamingHttp::get_v1(const wire::Request& request) const {
  if (auto refusal = check_parameters(request, nullptr)) return std::move(*refusal);
  const auto service = service_of_v1(request, now());
  if (!service) return service.error();
  const auto address = address_of_v1(request);
  if (!address) return address.error();
  const std::string_view cluster = or_default(text_param(request, "clusterName"), kDefaultCluster);
  const domain::SnapshotPtr snapshot = services_.snapshot(*service);
  if (snapshot == nullptr || snapshot->instances.empty()) {
    return answer(
        404, kText,
        "no ips found for cluster " + std::string(cluster) + " in service " + grouped_name(*service));
  }
  const auto it = std::ranges::find_if(snapshot->instances, [&](const registry::InstancePtr& instance) {
    return instance->ip == address->ip && instance->port == address->port && instance->cluster == cluster;
  });
  if (it == snapshot->instances.end()) return answer(404, kText, "no matched ip found!");
  const registry::Instance& instance = **it;
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .member("service", grouped_name(*service))
      .member("ip", instance.ip)
      .member("port", int{instance.port})
      .member("clusterName", instance.cluster)
      .member("weight", instance.weight)
      .member("healthy", instance.healthy);
  if (!instance.id_is_ours) out.member("instanceId", instance.id);
  out.key("metadata").begin_object();
  for (const auto& [key, value] : instance.metadata) out.member(key, value);
  out.end_object().end_object();
  return answer(200, kJson, std::move(body));
}

wire::Response NamingHttp::list_v1(const wire::Request& request) const {
  if (auto refusal = check_parameters(request, nullptr)) return std::move(*refusal);
  const auto service = service_of_v1(request, now());
  if (!service) return service.error();
  const std::string_view udp_port = or_default(text_param(request, "udpPort"), "0");
  if (!parse_int(udp_port)) return not_a_number_v1(udp_port);
  const domain::Selection selection{text_param(request, "clusters"),
                                    flag_of_v1(request, "healthyOnly", false)};
  const domain::SnapshotPtr snapshot = services_.snapshot(*service);
  return answer(200, kJson,
                service_info(*service, snapshot, selection, services_.time(), Door::kHttp,
                             services_.switches().push_cache()));
}

wire::Response NamingHttp::statuses_v1(const wire::Request& request) const {
  if (!request.param("key")) return answer(400, kText, "Parameter 'key' is missing");
  std::string_view key = text_param(request, "key");
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
  std::string body;
  json::Writer out(body);
  out.begin_object().key("ips").begin_array();
  if (const domain::SnapshotPtr snapshot = services_.snapshot(service)) {
    for (const auto& instance : snapshot->instances)
      out.string(instance->ip + ":" + std::to_string(instance->port) +
                 (instance->healthy ? "_true" : "_false"));
  }
  out.end_array().end_object();
  return answer(200, kJson, std::move(body));
}

// Clients ask for the status alone. The counters that upstream adds for onlyStatus=false are left out, not
// made up.
wire::Response NamingHttp::metrics_v1(const wire::Request&) const {
  return answer(200, kJson, R"({"status":"UP"})");
}

}  // namespace batata::nacos
