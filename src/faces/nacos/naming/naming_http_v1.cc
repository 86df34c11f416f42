#include <utility>

#include "base/json.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/utf8.h"
#include "faces/nacos/naming/naming_beat.h"
#include "faces/nacos/naming/naming_forms.h"
#include "faces/nacos/naming/naming_http.h"
#include "faces/nacos/naming/naming_json.h"
#include "faces/nacos/naming/naming_replies.h"
#include "faces/nacos/naming/naming_views.h"
#include "faces/nacos/naming/naming_writes.h"

namespace batata::nacos {

Task<wire::Response> NamingHttp::register_v1(wire::Request request, cluster::Context context) {
  auto metadata = enter(request, Family::kV1, room_);
  if (!metadata) co_return std::move(metadata.error());
  auto service = service_of_v1(request, now());
  if (!service) co_return std::move(service.error());
  auto sent = instance_of_v1(request, std::move(*metadata), default_ephemeral(room_));
  if (!sent) co_return std::move(sent.error());
  co_return co_await register_instance(room_, std::move(context), std::move(*service), std::move(*sent),
                                       Family::kV1);
}

Task<wire::Response> NamingHttp::deregister_v1(wire::Request request, cluster::Context context) {
  if (auto entered = enter(request, Family::kV1, room_); !entered) co_return std::move(entered.error());
  auto service = service_of_v1(request, now());
  if (!service) co_return std::move(service.error());
  auto address = address_of_v1(request);
  if (!address) co_return std::move(address.error());
  const bool ephemeral = flag_of_v1(request, "ephemeral", default_ephemeral(room_));
  co_return co_await deregister_instance(room_, std::move(context), std::move(*service), std::move(*address),
                                         ephemeral, Family::kV1);
}

Task<wire::Response> NamingHttp::beat_v1(wire::Request request, cluster::Context) {
  if (auto entered = enter(request, Family::kV1, room_); !entered) co_return std::move(entered.error());
  auto service = service_of_v1(request, now());
  if (!service) co_return std::move(service.error());
  co_return co_await beat(room_, std::move(request), std::move(*service));
}

wire::Response NamingHttp::get_v1(const wire::Request& request) const {
  if (auto entered = enter(request, Family::kV1, room_); !entered) return std::move(entered.error());
  const auto service = service_of_v1(request, now());
  if (!service) return service.error();
  const auto address = address_of_v1(request);
  if (!address) return address.error();
  // Not `cluster`, as recorded.
  const std::string cluster(or_default(text_of_v1(request, "clusterName"), kDefaultCluster));
  const auto found = room_.services.find(*service, {address->ip, address->port, cluster});
  if (!found) return lookup_failed(found.error(), Family::kV1);
  const registry::Instance& instance = **found;
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
  out.key("metadata");
  write_metadata(out, instance.metadata);
  out.end_object();
  return answer(200, kJson, std::move(body));
}

wire::Response NamingHttp::list_v1(const wire::Request& request) const {
  if (auto entered = enter(request, Family::kV1, room_, Checked::kList); !entered)
    return std::move(entered.error());
  const auto service = service_of_v1(request, now());
  if (!service) return service.error();
  const std::string given_port = text_of_v1(request, "udpPort"), clusters = text_of_v1(request, "clusters");
  const std::string_view udp_port = or_default(given_port, "0");
  const auto port = parse_int(udp_port);
  if (!port) return not_a_number_v1(udp_port);
  subscribe_over_udp(room_, request, *service, *port, clusters);
  const domain::Selection selection{clusters, flag_of_v1(request, "healthyOnly", false)};
  return answer(200, kJson,
                service_info(*service, room_.services.snapshot(*service), selection, room_.services.time(),
                             Destination::kHttp, room_.services.switches().push_cache()));
}

wire::Response NamingHttp::statuses_v1(const wire::Request& request) const {
  if (!request.param("key")) return answer(400, kText, "Parameter 'key' is missing");
  return statuses(room_, text_param(request, "key"));
}

}  // namespace batata::nacos
