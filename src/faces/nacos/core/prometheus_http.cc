#include "faces/nacos/core/prometheus_http.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/json.h"
#include "domain/config/config_id.h"
#include "faces/nacos/common/http_answers.h"

namespace batata::nacos {
namespace {

using wire::Method;

// Prometheus allows neither dots nor dashes in the names of labels.
std::string label_name(std::string name) {
  std::ranges::replace(name, '.', '_');
  std::ranges::replace(name, '-', '_');
  return name;
}

void write_target(json::Writer& out, const registry::Instance& instance) {
  std::map<std::string, std::string> labels;
  // Of two names that become one, the first counts.
  for (const auto& [name, value] : instance.metadata) labels.emplace(label_name(name), value);
  labels.emplace("__meta_clusterName", instance.cluster);
  out.begin_object().key("targets").begin_array();
  out.string(instance.ip + ":" + std::to_string(instance.port)).end_array();
  out.key("labels").begin_object();
  for (const auto& [name, value] : labels) out.member(name, value);
  out.end_object().end_object();
}

// The targets of the services that `wanted` names, in the order of their names.
template <class Wanted>
wire::Response targets(const domain::DiscoveryService& services, Wanted wanted) {
  std::string body;
  json::Writer out(body);
  out.begin_array();
  for (const registry::ServiceKey& key : services.all_services()) {
    if (!wanted(key)) continue;
    const auto service = services.snapshot(key);
    if (service == nullptr) continue;
    for (const registry::InstancePtr& instance : service->instances) write_target(out, *instance);
  }
  out.end_array();
  return answer(200, kJsonUtf8, std::move(body));
}

constexpr wire::Param kNamespace[] = {{"namespaceId", true, "Namespace, in the path"}};
constexpr wire::Param kService[] = {{"namespaceId", true, "Namespace, in the path"},
                                    {"service", true, "Name of the service in any group, in the path"}};
constexpr std::string_view kSource = "docs: nacos.io/docs/v3.0/manual/admin/monitor (3.1)";

}  // namespace

std::span<const wire::Endpoint<PrometheusHttp>> PrometheusHttp::rows() {
  using Row = wire::Endpoint<PrometheusHttp>;
  static constexpr Row kRows[] = {
      {Method::kGet,
       "/nacos/prometheus",
       nullptr,
       &PrometheusHttp::all,
       "",
       "Every instance as a target of Prometheus. Public, as upstream: whoever sets it up has chosen so.",
       {},
       kSource},
      {Method::kGet, "/nacos/prometheus/namespaceId/{namespaceId}", nullptr, &PrometheusHttp::of_namespace,
       "", "Those of one namespace. Public, as above.", kNamespace, kSource},
      {Method::kGet, "/nacos/prometheus/namespaceId/{namespaceId}/service/{service}", nullptr,
       &PrometheusHttp::of_service, "", "Those of one service. Public, as above.", kService, kSource},
  };
  return kRows;
}

Task<wire::Response> PrometheusHttp::all(wire::Request, cluster::Context) {
  co_return targets(services_, [](const registry::ServiceKey&) { return true; });
}

Task<wire::Response> PrometheusHttp::of_namespace(wire::Request request, cluster::Context) {
  const std::string space = domain::canonical_space(request.captures[0]);
  co_return targets(services_, [&space](const registry::ServiceKey& key) { return key.space == space; });
}

Task<wire::Response> PrometheusHttp::of_service(wire::Request request, cluster::Context) {
  const std::string space = domain::canonical_space(request.captures[0]);
  const std::string_view name = request.captures[1];
  co_return targets(services_,
                    [&](const registry::ServiceKey& key) { return key.space == space && key.name == name; });
}

}  // namespace batata::nacos
