#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/limits.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/utf8.h"
#include "faces/nacos/naming/naming_forms.h"
#include "faces/nacos/naming/naming_json.h"
#include "faces/nacos/naming/naming_replies.h"
#include "faces/nacos/naming/naming_service_http.h"
#include "faces/nacos/naming/naming_views.h"

namespace batata::nacos {
namespace {

// Spring's words for a number that is not there, or is none.
Read<std::int64_t> catalog_number(const wire::Request& request, std::string_view name) {
  const std::string text = as_utf8(text_param(request, name));
  if (is_blank(text)) {
    return tl::unexpected(caused(
        500, "Optional int parameter '" + std::string(name) +
                 "' is present but cannot be translated into a null value due to being declared as a "
                 "primitive type. Consider declaring it as object wrapper for the corresponding primitive "
                 "type."));
  }
  if (const auto number = parse_int(text)) return *number;
  return tl::unexpected(
      caused(500,
             "Failed to convert value of type 'java.lang.String' to required type 'int'; nested exception is "
             "java.lang.NumberFormatException: " +
                 for_input(text) + ";caused: " + for_input(text)));
}

}  // namespace

Task<wire::Response> NamingServiceHttp::catalog_services(wire::Request request, cluster::Context) {
  if (auto entered = enter(request, Family::kV1, room_); !entered) co_return std::move(entered.error());
  const auto number = catalog_number(request, "pageNo"), size = catalog_number(request, "pageSize");
  if (!number) co_return number.error();
  if (!size) co_return size.error();
  domain::ServiceFilter filter{.space = listed_group_v2(request).space,
                               .group = as_utf8(text_param(request, "groupNameParam")),
                               .name = as_utf8(text_param(request, "serviceNameParam")),
                               .hide_empty = flag_of_v1(request, "hasIpCount", false),
                               .page_no = *number,
                               .page_size = std::min(*size, kPageMax)};
  const bool with_instances = flag_of_v1(request, "withInstances", false);
  if (with_instances) filter.hide_empty = false;
  auto page = room_.services.find_services(filter);
  // Where all fit on one page, every page has them.
  if (filter.page_no > 1 && static_cast<std::int64_t>(page.count) < filter.page_size) {
    filter.page_no = 1;
    page = room_.services.find_services(filter);
  }
  std::string body;
  json::Writer out(body);
  if (!with_instances) {
    out.begin_object().member("count", static_cast<std::int64_t>(page.count)).key("serviceList");
  }
  out.begin_array();
  for (const domain::SnapshotPtr& snapshot : page.services)
    with_instances ? write_service_with_hosts(out, *snapshot, Family::kV1)
                   : write_service_counts(out, *snapshot);
  out.end_array();
  if (!with_instances) out.end_object();
  co_return answer(200, kJson, std::move(body));
}

wire::Response NamingServiceHttp::catalog_service(const wire::Request& request) const {
  if (auto entered = enter(request, Family::kV1, room_); !entered) return std::move(entered.error());
  if (is_blank(text_param(request, "serviceName"))) return no_service({}, Family::kV1);
  const auto service = service_of_v1(request, now());
  if (!service) return service.error();
  const domain::SnapshotPtr snapshot = room_.services.snapshot(*service);
  if (snapshot == nullptr) return no_service(*service, Family::kV1);
  std::string body;
  json::Writer out(body);
  write_catalog_service(out, *snapshot);
  return answer(200, kJson, std::move(body));
}

wire::Response NamingServiceHttp::catalog_instances(const wire::Request& request) const {
  if (auto entered = enter(request, Family::kV1, room_); !entered) return std::move(entered.error());
  for (const std::string_view name : {"serviceName", "clusterName", "pageNo", "pageSize"})
    if (!request.param(name)) return answer(400, kText, "Parameter '" + std::string(name) + "' is missing");
  const auto service = service_of_v1(request, now());
  if (!service) return service.error();
  const auto number = catalog_number(request, "pageNo"), size = catalog_number(request, "pageSize");
  if (!number) return number.error();
  if (!size) return size.error();
  const domain::SnapshotPtr snapshot = room_.services.snapshot(*service);
  if (snapshot == nullptr) return no_service(*service, Family::kV1);
  const std::string cluster = as_utf8(text_param(request, "clusterName"));
  std::vector<registry::InstancePtr> hosts;
  for (const auto& instance : snapshot->instances)
    if (instance->cluster == cluster) hosts.push_back(instance);
  if (hosts.empty()) return no_cluster(cluster, Family::kV1);
  const Slice slice = slice_of(hosts.size(), *number, std::min(*size, kPageMax));
  std::string body;
  json::Writer out(body);
  out.begin_object().key("list").begin_array();
  for (std::size_t i = slice.from; i < slice.to; ++i) write_instance(out, grouped_name(*service), *hosts[i]);
  out.end_array().member("count", static_cast<std::int64_t>(hosts.size())).end_object();
  return answer(200, kJson, std::move(body));
}

Task<wire::Response> NamingServiceHttp::update_cluster(wire::Request request, cluster::Context context) {
  auto metadata = enter(request, Family::kV1, room_);
  if (!metadata) co_return std::move(metadata.error());
  auto form = cluster_form_v1(request, now(), std::move(*metadata));
  if (!form) co_return std::move(form.error());
  const Status status = co_await room_.services.update_cluster(
      std::move(context), form->service, std::move(form->cluster), std::move(form->meta));
  co_return status ? done(Family::kV1) : cluster_failed(status.error(), form->service, Family::kV1);
}

Task<wire::Response> NamingServiceHttp::set_health(wire::Request request, cluster::Context context) {
  if (auto entered = enter(request, Family::kV1, room_); !entered) co_return std::move(entered.error());
  const bool is_named = !is_blank(text_of_v1(request, "healthy"));
  if (!is_named && is_blank(text_of_v1(request, "valid"))) co_return required_v1("healthy");
  const bool healthy = flag_of_v1(request, is_named ? "healthy" : "valid", false);
  auto service = service_of_v1(request, now());
  if (!service) co_return std::move(service.error());
  auto address = address_of_v1(request);
  if (!address) co_return std::move(address.error());
  const std::string cluster(or_default(text_of_v1(request, "clusterName"), kDefaultCluster));
  const Status status = co_await room_.services.set_health(
      std::move(context), std::move(*service), {std::move(address->ip), address->port, cluster}, healthy);
  co_return status ? done(Family::kV1) : health_failed(status.error(), Family::kV1);
}

wire::Response NamingServiceHttp::checkers(const wire::Request&) const {
  return answer(200, kJson, checkers_json());
}

Task<wire::Response> NamingServiceHttp::health_server(wire::Request, cluster::Context) {
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .member("msg", "Hello! I am Nacos-Naming and healthy! total services: " +
                         std::to_string(room_.services.service_count()) +
                         ", local port:" + std::to_string(room_.identity.http_port))
      .end_object();
  co_return answer(200, kJson, std::move(body));
}

}  // namespace batata::nacos
