#include <utility>

#include "base/json.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/naming/naming_forms.h"
#include "faces/nacos/naming/naming_http.h"
#include "faces/nacos/naming/naming_json.h"
#include "faces/nacos/naming/naming_replies.h"
#include "faces/nacos/naming/naming_writes.h"

namespace batata::nacos {

Task<wire::Response> NamingHttp::register_v3(wire::Request request, cluster::Context context) {
  auto metadata = enter(request, Family::kV3, room_);
  if (!metadata) co_return std::move(metadata.error());
  auto service = service_of_v3(request);
  if (!service) co_return std::move(service.error());
  const auto is_beat = flag_of_v3(request, "heartBeat", false);
  if (!is_beat) co_return is_beat.error();
  auto sent = instance_of_v3(request, std::move(*metadata), default_ephemeral(room_));
  if (!sent) co_return std::move(sent.error());
  if (*is_beat) {
    const bool known = co_await room_.services.beat(*service, sent->instance.ip, sent->instance.port);
    if (known) co_return done(Family::kV3);
    co_return answer(200, kJson, R"({"code":21003,"message":"instance not found","data":null})");
  }
  co_return co_await register_instance(room_, std::move(context), std::move(*service), std::move(*sent),
                                       Family::kV3);
}

Task<wire::Response> NamingHttp::deregister_v3(wire::Request request, cluster::Context context) {
  if (auto entered = enter(request, Family::kV3, room_); !entered) co_return std::move(entered.error());
  auto service = service_of_v3(request);
  if (!service) co_return std::move(service.error());
  auto address = address_of_v3(request);
  if (!address) co_return std::move(address.error());
  const auto ephemeral = member_flag(request, "ephemeral", default_ephemeral(room_));
  if (!ephemeral) co_return ephemeral.error();
  co_return co_await deregister_instance(room_, std::move(context), std::move(*service), std::move(*address),
                                         *ephemeral, Family::kV3);
}

wire::Response NamingHttp::list_v3(const wire::Request& request) const {
  if (auto entered = enter(request, Family::kV3, room_, Checked::kList); !entered)
    return std::move(entered.error());
  const auto service = service_of_v3(request);
  if (!service) return service.error();
  // healthyOnly is not looked at, as recorded.
  const domain::Selection selection{.clusters =
                                        or_default(text_param(request, "clusterName"), kDefaultCluster)};
  std::string data;
  json::Writer out(data);
  write_hosts(out, room_.services.snapshot(*service), selection, Destination::kHttp);
  return result(data);
}

}  // namespace batata::nacos
