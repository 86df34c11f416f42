#include <utility>

#include "base/json.h"
#include "faces/nacos/http_answers.h"
#include "faces/nacos/naming_http.h"
#include "faces/nacos/naming_json.h"
#include "faces/nacos/naming_names.h"
#include "faces/nacos/naming_params.h"

namespace batata::nacos {
namespace {

constexpr ResultCode kServerError = {30'000, "server error"}, kInstanceError = {21'004, "instance error"};

}  // namespace

Task<wire::Response> NamingHttp::register_v3(wire::Request request, cluster::Context) {
  auto metadata = parse_metadata(text_param(request, "metadata"));
  if (!metadata) {
    // Upstream answers 200 with an empty body; nobody could tell that nothing was registered.
    const std::string text = "metadata format incorrect:" + std::string(text_param(request, "metadata"));
    co_return caused(400, "ErrCode:400, ErrMsg:" + text);
  }
  if (auto refusal = check_parameters(request, &*metadata)) co_return std::move(*refusal);
  auto service = service_of_v3(request);
  if (!service) co_return std::move(service.error());
  const auto is_beat = flag_of_v3(request, "heartBeat", false);
  if (!is_beat) co_return is_beat.error();
  auto sent = instance_of_v3(request, std::move(*metadata));
  if (!sent) co_return std::move(sent.error());
  if (*is_beat) {
    const bool known = co_await services_.beat(*service, sent->instance.ip, sent->instance.port);
    if (known) co_return result("\"ok\"");
    co_return answer(200, kJson, R"({"code":21003,"message":"instance not found","data":null})");
  }
  if (!sent->instance.ephemeral) {
    const auto [status, text] = refuse_persistent(*service);
    co_return failed_result(status, status == 501 ? result_code(Errc::kUnsupported) : kServerError, text);
  }
  registry::Instance instance = ids_.named(std::move(*sent), *service);
  const Status done = co_await services_.register_beating(std::move(*service), std::move(instance));
  if (!done) co_return failed_result(400, kInstanceError, kContradictoryTimes);
  co_return result("\"ok\"");
}

Task<wire::Response> NamingHttp::deregister_v3(wire::Request request, cluster::Context) {
  if (auto refusal = check_parameters(request, nullptr)) co_return std::move(*refusal);
  auto service = service_of_v3(request);
  if (!service) co_return std::move(service.error());
  auto address = address_of_v3(request);
  if (!address) co_return std::move(address.error());
  const auto is_ephemeral = flag_of_v3(request, "ephemeral", true);
  if (!is_ephemeral) co_return is_ephemeral.error();
  if (*is_ephemeral)
    co_await services_.withdraw_beating(std::move(*service), std::move(address->ip), address->port);
  co_return result("\"ok\"");
}

wire::Response NamingHttp::list_v3(const wire::Request& request) const {
  if (auto refusal = check_parameters(request, nullptr)) return std::move(*refusal);
  const auto service = service_of_v3(request);
  if (!service) return service.error();
  // healthyOnly is not looked at, as recorded.
  const domain::Selection selection{.clusters =
                                        or_default(text_param(request, "clusterName"), kDefaultCluster)};
  std::string data;
  json::Writer out(data);
  out.begin_array();
  for (const registry::InstancePtr& instance : domain::select(services_.snapshot(*service), selection))
    write_instance(out, *service, *instance, Door::kHttp);
  out.end_array();
  return result(data);
}

}  // namespace batata::nacos
