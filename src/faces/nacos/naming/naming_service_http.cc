#include "faces/nacos/naming/naming_service_http.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/utf8.h"
#include "faces/nacos/naming/naming_forms.h"
#include "faces/nacos/naming/naming_replies.h"
#include "faces/nacos/naming/naming_views.h"

namespace batata::nacos {
namespace {

wire::Response missing_v1(std::string_view name) {
  return answer(400, kText, "Parameter '" + std::string(name) + "' is missing");
}

// Creation, removal and reading say in other words that there is no name.
Read<registry::ServiceKey> named_service(const wire::Request& request, const NamingRoom& room) {
  if (is_blank(text_param(request, "serviceName"))) return tl::unexpected(missing_v1("serviceName"));
  return service_of_v1(request, room.runtime.wall_now());
}

std::int64_t number_or(std::string_view text, std::int64_t fallback) {
  return is_blank(text) ? fallback : parse_int(text).value_or(0);
}

}  // namespace

Task<wire::Response> NamingServiceHttp::create(wire::Request request, cluster::Context context) {
  auto metadata = enter(request, Family::kV1, room_);
  if (!metadata) co_return std::move(metadata.error());
  auto service = named_service(request, room_);
  if (!service) co_return std::move(service.error());
  const std::string_view share = or_default(text_param(request, "protectThreshold"), "0");
  const auto threshold = parse_share(share);
  if (!threshold) {
    co_return caused(500,
                     "Failed to convert value of type 'java.lang.String' to required type 'float'; nested "
                     "exception is java.lang.NumberFormatException: " +
                         for_input(as_utf8(share)) + ";caused: " + for_input(as_utf8(share)));
  }
  auto selector = selector_of(request, Family::kV1);
  if (!selector) co_return std::move(selector.error());
  domain::ServiceMeta meta;
  meta.ephemeral = false;
  meta.protect_threshold = *threshold;
  meta.selector = std::move(*selector);
  meta.metadata = std::move(*metadata);
  const Status status =
      co_await room_.services.create_service(std::move(context), std::move(*service), std::move(meta));
  co_return status ? done(Family::kV1) : service_failed(status.error(), Family::kV1);
}

Task<wire::Response> NamingServiceHttp::update(wire::Request request, cluster::Context context) {
  auto metadata = enter(request, Family::kV1, room_);
  if (!metadata) co_return std::move(metadata.error());
  auto service = service_of_v1(request, now());
  if (!service) co_return std::move(service.error());
  const std::string share = text_of_v1(request, "protectThreshold");
  if (is_blank(share)) co_return required_v1("protectThreshold");
  auto selector = selector_of(request, Family::kV1);
  if (!selector) co_return std::move(selector.error());
  domain::ServiceMeta meta;
  meta.protect_threshold = parse_share(share).value_or(0);  // what is no number counts as 0 here
  meta.selector = std::move(*selector);
  meta.metadata = std::move(*metadata);
  const Status status =
      co_await room_.services.update_service(std::move(context), std::move(*service), std::move(meta));
  co_return status ? done(Family::kV1) : service_failed(status.error(), Family::kV1);
}

Task<wire::Response> NamingServiceHttp::remove(wire::Request request, cluster::Context context) {
  if (auto entered = enter(request, Family::kV1, room_); !entered) co_return std::move(entered.error());
  auto service = named_service(request, room_);
  if (!service) co_return std::move(service.error());
  const Status status = co_await room_.services.remove_service(std::move(context), std::move(*service));
  co_return status ? done(Family::kV1) : removal_failed(status.error(), Family::kV1);
}

wire::Response NamingServiceHttp::detail(const wire::Request& request) const {
  if (auto entered = enter(request, Family::kV1, room_); !entered) return std::move(entered.error());
  const auto service = named_service(request, room_);
  if (!service) return service.error();
  const domain::SnapshotPtr snapshot = room_.services.snapshot(*service);
  if (snapshot == nullptr) return unknown_service(*service, Family::kV1);
  std::string body;
  json::Writer out(body);
  write_service_v1(out, *snapshot);
  return answer(200, kJson, std::move(body));
}

// A selector is read by nobody, as upstream, which leaves choosing services by one for later.
Task<wire::Response> NamingServiceHttp::list(wire::Request request, cluster::Context) {
  if (auto entered = enter(request, Family::kV1, room_); !entered) co_return std::move(entered.error());
  const std::string page_no = text_of_v1(request, "pageNo"), page_size = text_of_v1(request, "pageSize");
  if (is_blank(page_no)) co_return required_v1("pageNo");
  if (is_blank(page_size)) co_return required_v1("pageSize");
  const registry::ServiceKey asked = listed_group_v1(request);
  const auto page = room_.services.services(asked.space, asked.group, parse_int(page_no).value_or(0),
                                            parse_int(page_size).value_or(0));
  std::string body;
  json::Writer out(body);
  out.begin_object().member("count", static_cast<std::int64_t>(page.count)).key("doms").begin_array();
  for (const std::string& name : page.names) out.string(name);
  out.end_array().end_object();
  co_return answer(200, kJson, std::move(body));
}

// Upstream takes `expr` as a regular expression, which could keep it busy for ever; here it is a part of the
// name.
Task<wire::Response> NamingServiceHttp::names(wire::Request request, cluster::Context) {
  if (auto entered = enter(request, Family::kV1, room_); !entered) co_return std::move(entered.error());
  const std::string space = as_utf8(text_param(request, "namespaceId"));
  const std::string_view part = text_param(request, "expr");
  std::map<std::string, std::vector<std::string>> by_space;
  if (!is_blank(space)) by_space[space];
  std::int64_t count = 0;
  for (const registry::ServiceKey& service : room_.services.all_services()) {
    if (!is_blank(space) && service.space != space) continue;
    std::string name = grouped_name(service);
    std::vector<std::string>& names = by_space[service.space];
    if (name.find(part) == name.npos) continue;
    names.push_back(std::move(name));
    ++count;
  }
  std::string body;
  json::Writer out(body);
  out.begin_object().key("META-INF/services").begin_object();
  for (const auto& [key, names] : by_space) {
    out.key(key).begin_array();
    for (const std::string& name : names) out.string(name);
    out.end_array();
  }
  out.end_object().member("count", count).end_object();
  co_return answer(200, kJson, std::move(body));
}

Task<wire::Response> NamingServiceHttp::subscribers(wire::Request request, cluster::Context) {
  if (auto entered = enter(request, Family::kV1, room_); !entered) co_return std::move(entered.error());
  const auto service = service_of_v1(request, now());
  if (!service) co_return service.error();
  const std::int64_t number = number_or(text_of_v1(request, "pageNo"), 1);
  constexpr std::int64_t kSubscribersMax = 1000;  // what upstream gives to who does not say
  const std::int64_t size =
      std::min(number_or(text_of_v1(request, "pageSize"), kSubscribersMax), kSubscribersMax);
  // Name and group are parts of those looked for. One node knows all subscribers, aggregated or not.
  const auto all = subscribers_of(room_, [&](const registry::ServiceKey& one) {
    return one.space == service->space && one.name.find(service->name) != one.name.npos &&
           one.group.find(service->group) != one.group.npos;
  });
  const Slice slice = slice_of(all.size(), number, size);
  std::string body;
  json::Writer out(body);
  out.begin_object().key("subscribers").begin_array();
  for (std::size_t i = slice.from; i < slice.to; ++i) write_subscriber(out, all[i], Family::kV1);
  out.end_array().member("count", static_cast<std::int64_t>(all.size())).end_object();
  co_return answer(200, kJson, std::move(body));
}

wire::Response NamingServiceHttp::selector_types(const wire::Request&) const {
  return answer(200, kJson, R"({"code":200,"message":null,"data":["label","none"]})");
}

}  // namespace batata::nacos
