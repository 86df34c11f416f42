#include "faces/nacos/naming/naming_v2_http.h"

#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/utf8.h"
#include "faces/nacos/naming/naming_beat.h"
#include "faces/nacos/naming/naming_forms.h"
#include "faces/nacos/naming/naming_json.h"
#include "faces/nacos/naming/naming_replies.h"
#include "faces/nacos/naming/naming_views.h"
#include "faces/nacos/naming/naming_writes.h"

namespace batata::nacos {
namespace {

struct Parameter {
  std::string_view name, type;
};

// The parameters of a method, looked at in their order before anything else.
std::optional<wire::Response> missing_of(const wire::Request& request,
                                         std::span<const Parameter> parameters) {
  for (const auto& [name, type] : parameters) {
    if (request.param(name)) continue;
    return missing_result("Required request parameter '" + std::string(name) +
                          "' for method parameter type " + std::string(type) + " is not present");
  }
  return std::nullopt;
}

// A name with its group in it, which v2 asks for only where it answers as v1.
Read<registry::ServiceKey> grouped_service(const wire::Request& request, WallTime now) {
  if (text_param(request, "serviceName").find("@@") == std::string_view::npos) {
    return tl::unexpected(
        failed_result(400, result_code(Errc::kInvalidArgument),
                      "Param 'serviceName' is illegal, it should be format as 'groupName@@serviceName'"));
  }
  return service_of_v1(request, now);
}

Read<registry::ServiceKey> service_of_v2(const wire::Request& request) {
  auto service = service_of_v3(request);
  if (!service) return tl::unexpected(std::move(service.error()));
  return cut_at_group(std::move(*service));
}

}  // namespace

Task<wire::Response> NamingV2Http::register_one(wire::Request request, cluster::Context context) {
  auto form = instance_form(request, Family::kV2, room_);
  if (!form) co_return std::move(form.error());
  co_return co_await register_instance(room_, std::move(context), std::move(form->service),
                                       std::move(form->sent), Family::kV2);
}

Task<wire::Response> NamingV2Http::deregister(wire::Request request, cluster::Context context) {
  auto form = instance_form(request, Family::kV2, room_);
  if (!form) co_return std::move(form.error());
  const registry::Instance& instance = form->sent.instance;
  Address address{instance.ip, instance.port};
  co_return co_await deregister_instance(room_, std::move(context), std::move(form->service),
                                         std::move(address), instance.ephemeral, Family::kV2);
}

Task<wire::Response> NamingV2Http::update(wire::Request request, cluster::Context context) {
  auto form = instance_form(request, Family::kV2, room_);
  if (!form) co_return std::move(form.error());
  co_return co_await update_instance(room_, std::move(context), std::move(form->service),
                                     std::move(form->sent), Family::kV2);
}

Task<wire::Response> NamingV2Http::patch(wire::Request request, cluster::Context context) {
  static constexpr Parameter kParameters[] = {{"serviceName", "String"}, {"ip", "String"},
                                              {"port", "Integer"},       {"weight", "Double"},
                                              {"enabled", "Boolean"},    {"metadata", "String"}};
  auto metadata = enter(request, Family::kV2, room_);
  if (!metadata) co_return std::move(metadata.error());
  if (auto missing = missing_of(request, kParameters)) co_return std::move(*missing);
  auto service = grouped_service(request, room_.runtime.wall_now());
  if (!service) co_return std::move(service.error());
  auto address = address_of_v3(request);
  if (!address) co_return std::move(address.error());
  domain::OverridePatch patch;
  if (!is_blank(text_param(request, "metadata"))) patch.metadata = std::move(*metadata);
  patch.weight = parse_double(text_param(request, "weight"));
  if (!patch.weight)
    co_return member_not_converted("weight", "Double", for_input(text_param(request, "weight"))).value();
  if (!is_weight(*patch.weight)) co_return failed_result(400, {21'001, "weight error"}, kWeightRange);
  const auto enabled = member_flag(request, "enabled", true);
  if (!enabled) co_return enabled.error();
  patch.enabled = *enabled;
  domain::InstanceRef ref{std::move(address->ip), address->port,
                          std::string(or_default(text_param(request, "cluster"), kDefaultCluster))};
  const Status status = co_await room_.services.patch_instance(std::move(context), std::move(*service),
                                                               std::move(ref), std::move(patch));
  co_return status ? done(Family::kV1) : lookup_failed(status.error(), Family::kV2);
}

Task<wire::Response> NamingV2Http::add_metadata(wire::Request request, cluster::Context context) {
  auto form = metadata_form(request, Family::kV2, room_);
  if (!form) co_return std::move(form.error());
  co_return co_await change_metadata(room_, std::move(context), std::move(form->service),
                                     std::move(form->instances), std::move(form->metadata), true,
                                     Family::kV2);
}

Task<wire::Response> NamingV2Http::remove_metadata(wire::Request request, cluster::Context context) {
  auto form = metadata_form(request, Family::kV2, room_);
  if (!form) co_return std::move(form.error());
  co_return co_await change_metadata(room_, std::move(context), std::move(form->service),
                                     std::move(form->instances), std::move(form->metadata), false,
                                     Family::kV2);
}

Task<wire::Response> NamingV2Http::beat(wire::Request request, cluster::Context) {
  static constexpr Parameter kParameters[] = {{"serviceName", "String"}};
  if (auto entered = enter(request, Family::kV2, room_); !entered) co_return std::move(entered.error());
  if (auto missing = missing_of(request, kParameters)) co_return std::move(*missing);
  auto service = grouped_service(request, room_.runtime.wall_now());
  if (!service) co_return std::move(service.error());
  co_return co_await nacos::beat(room_, std::move(request), std::move(*service));
}

wire::Response NamingV2Http::detail(const wire::Request& request) const {
  static constexpr Parameter kParameters[] = {
      {"serviceName", "String"}, {"ip", "String"}, {"port", "Integer"}};
  if (auto entered = enter(request, Family::kV2, room_); !entered) return std::move(entered.error());
  if (auto missing = missing_of(request, kParameters)) return std::move(*missing);
  const auto service = service_of_v2(request);
  if (!service) return service.error();
  const auto address = address_of_v3(request);
  if (!address) return address.error();
  const std::string cluster(or_default(text_param(request, "clusterName"), kDefaultCluster));
  const auto found = room_.services.find(*service, {address->ip, address->port, cluster});
  if (!found) return lookup_failed(found.error(), Family::kV2);
  const registry::Instance& instance = **found;
  std::string data;
  json::Writer out(data);
  out.begin_object()
      .member("serviceName", grouped_name(*service))
      .member("ip", instance.ip)
      .member("port", int{instance.port})
      .member("clusterName", instance.cluster)
      .member("weight", instance.weight)
      .member("healthy", instance.healthy)
      .key("instanceId");
  instance.id_is_ours ? out.null() : out.string(instance.id);
  out.key("metadata");
  write_metadata(out, instance.metadata);
  out.end_object();
  return result(data);
}

// `ip` and `port` are of the client that asks: they subscribe it to pushes, as v1's clientIP and udpPort.
wire::Response NamingV2Http::list(const wire::Request& request) const {
  static constexpr Parameter kParameters[] = {{"serviceName", "String"}};
  if (auto entered = enter(request, Family::kV2, room_, Checked::kList); !entered)
    return std::move(entered.error());
  if (auto missing = missing_of(request, kParameters)) return std::move(*missing);
  const auto service = service_of_v2(request);
  if (!service) return service.error();
  const std::string_view port_text = or_default(text_param(request, "port"), "0");
  const auto port = parse_int(port_text);
  if (!port) return member_not_converted("port", "Integer", for_input(port_text)).value();
  const auto healthy_only = flag_of_v3(request, "healthyOnly", false, "java.lang.Boolean");
  if (!healthy_only) return healthy_only.error();
  const std::string clusters = as_utf8(text_param(request, "clusterName"));
  subscribe_over_udp(room_, request, *service, *port, clusters);
  return result(service_info(*service, room_.services.snapshot(*service), {clusters, *healthy_only},
                             room_.services.time(), Destination::kHttp,
                             room_.services.switches().push_cache()));
}

wire::Response NamingV2Http::statuses(const wire::Request& request) const {
  return nacos::statuses(room_, request.captures.front());
}

}  // namespace batata::nacos
