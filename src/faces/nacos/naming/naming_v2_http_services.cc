#include <algorithm>
#include <utility>

#include "base/json.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/limits.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/utf8.h"
#include "faces/nacos/naming/naming_forms.h"
#include "faces/nacos/naming/naming_json.h"
#include "faces/nacos/naming/naming_replies.h"
#include "faces/nacos/naming/naming_v2_http.h"
#include "faces/nacos/naming/naming_views.h"

namespace batata::nacos {
namespace {

// Spring's words of 2.5.1, with the status that is recorded.
Read<std::int64_t> list_number(const wire::Request& request, std::string_view name, std::int64_t fallback) {
  const std::string text(or_default(text_param(request, name), std::to_string(fallback)));
  if (const auto number = parse_int(text)) return *number;
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .member("code", 30'000)
      .member(
          "message",
          "Failed to convert value of type 'java.lang.String' to required type 'java.lang.Integer'; nested "
          "exception is java.lang.NumberFormatException: " +
              for_input(as_utf8(text)))
      .key("data")
      .null();
  out.end_object();
  return tl::unexpected(answer(500, kJson, std::move(body)));
}

Read<registry::ServiceKey> asked_service(const wire::Request& request, const NamingRoom& room) {
  if (auto entered = enter(request, Family::kV2, room); !entered)
    return tl::unexpected(std::move(entered.error()));
  if (!request.param("serviceName")) return tl::unexpected(missing_result(missing_parameter("serviceName")));
  return service_of_v3(request);
}

wire::Response missing_v1(std::string_view name) {
  return answer(400, kText, "Parameter '" + std::string(name) + "' is missing");
}

}  // namespace

Task<wire::Response> NamingV2Http::create_service(wire::Request request, cluster::Context context) {
  auto metadata = enter(request, Family::kV2, room_);
  if (!metadata) co_return std::move(metadata.error());
  auto form = service_form(request, Family::kV2, std::move(*metadata));
  if (!form) co_return std::move(form.error());
  const Status status = co_await room_.services.create_service(std::move(context), std::move(form->service),
                                                               std::move(form->meta));
  co_return status ? done(Family::kV2) : service_failed(status.error(), Family::kV2);
}

Task<wire::Response> NamingV2Http::update_service(wire::Request request, cluster::Context context) {
  auto metadata = enter(request, Family::kV2, room_);
  if (!metadata) co_return std::move(metadata.error());
  auto form = service_form(request, Family::kV2, std::move(*metadata));
  if (!form) co_return std::move(form.error());
  const Status status = co_await room_.services.update_service(std::move(context), std::move(form->service),
                                                               std::move(form->meta));
  co_return status ? done(Family::kV2) : service_failed(status.error(), Family::kV2);
}

Task<wire::Response> NamingV2Http::remove_service(wire::Request request, cluster::Context context) {
  auto service = asked_service(request, room_);
  if (!service) co_return std::move(service.error());
  const Status status = co_await room_.services.remove_service(std::move(context), std::move(*service));
  co_return status ? done(Family::kV2) : removal_failed(status.error(), Family::kV2);
}

wire::Response NamingV2Http::service(const wire::Request& request) const {
  const auto service = asked_service(request, room_);
  if (!service) return service.error();
  const domain::SnapshotPtr snapshot = room_.services.snapshot(*service);
  if (snapshot == nullptr) return unknown_service(*service, Family::kV2);
  std::string data;
  json::Writer out(data);
  write_service_detail(out, *snapshot, Family::kV2);
  return result(data);
}

Task<wire::Response> NamingV2Http::services(wire::Request request, cluster::Context) {
  if (auto entered = enter(request, Family::kV2, room_); !entered) co_return std::move(entered.error());
  const auto number = list_number(request, "pageNo", 1), size = list_number(request, "pageSize", 20);
  if (!number) co_return number.error();
  if (!size) co_return size.error();
  const registry::ServiceKey asked = listed_group_v2(request);
  const auto page = room_.services.services(asked.space, asked.group, *number, std::min(*size, kPageMax));
  std::string data;
  json::Writer out(data);
  out.begin_object().member("count", static_cast<std::int64_t>(page.count)).key("services").begin_array();
  for (const std::string& name : page.names) out.string(name);
  out.end_array().end_object();
  co_return result(data);
}

Task<wire::Response> NamingV2Http::set_health(wire::Request request, cluster::Context context) {
  if (auto entered = enter(request, Family::kV2, room_); !entered) co_return std::move(entered.error());
  auto form = health_form(request, Family::kV2);
  if (!form) co_return std::move(form.error());
  const Status status = co_await room_.services.set_health(std::move(context), std::move(form->service),
                                                           std::move(form->ref), form->healthy);
  co_return status ? done(Family::kV2) : health_failed(status.error(), Family::kV2);
}

// Not one of upstream's new endpoints: what is missing it says in v1's words.
wire::Response NamingV2Http::catalog_instances(const wire::Request& request) const {
  if (auto entered = enter(request, Family::kV2, room_); !entered) return std::move(entered.error());
  for (const std::string_view name : {"serviceName", "pageNo", "pageSize"})
    if (!request.param(name)) return missing_v1(name);
  const auto number = list_number(request, "pageNo", 1), size = list_number(request, "pageSize", 0);
  if (!number) return number.error();
  if (!size) return size.error();
  const registry::ServiceKey service = named_in_catalog(request);
  std::vector<registry::InstancePtr> hosts;
  const std::string_view healthy = text_param(request, "healthyOnly"),
                         enabled = text_param(request, "enabledOnly");
  if (const domain::SnapshotPtr snapshot = room_.services.snapshot(service)) {
    for (const auto& one : snapshot->instances) {
      if (!healthy.empty() && one->healthy != flag_of_v1(request, "healthyOnly", false)) continue;
      if (!enabled.empty() && one->enabled != flag_of_v1(request, "enabledOnly", false)) continue;
      hosts.push_back(one);
    }
  }
  const Slice slice = slice_of(hosts.size(), *number, std::min(*size, kPageMax));
  std::string data;
  json::Writer out(data);
  out.begin_object();
  if (hosts.size() > slice.from) {
    out.key("instances").begin_array();
    for (std::size_t i = slice.from; i < slice.to; ++i) write_instance(out, grouped_name(service), *hosts[i]);
    out.end_array();
  }
  out.member("count", static_cast<std::int64_t>(hosts.size())).end_object();
  return result(data);
}

}  // namespace batata::nacos
