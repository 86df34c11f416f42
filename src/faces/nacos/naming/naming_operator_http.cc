#include "faces/nacos/naming/naming_operator_http.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/log_level.h"
#include "faces/nacos/common/utf8.h"
#include "faces/nacos/naming/naming_clients.h"
#include "faces/nacos/naming/naming_forms.h"
#include "faces/nacos/naming/naming_replies.h"

namespace batata::nacos {
namespace {

wire::Response missing_v1(std::string_view name) {
  return answer(400, kText, "Parameter '" + std::string(name) + "' is missing");
}

std::string address_json(const std::string& address) {
  std::string text;
  json::Writer out(text);
  out.begin_object().member("responsibleServer", address).end_object();
  return text;
}

// An entry's value that is JSON; nothing when it is none, which the domain refuses where it should be.
std::optional<domain::HealthParams> params_in(std::string_view value) {
  const auto json = json::parse(value);
  if (!json || !json->is_object()) return std::nullopt;
  const auto max = (*json)["max"].as_int(), min = (*json)["min"].as_int();
  const auto factor = (*json)["factor"].as_double();
  domain::HealthParams params;
  params.max_ms = max.value_or(params.max_ms);
  params.min_ms = min.value_or(params.min_ms);
  params.factor = factor.value_or(params.factor);
  return params;
}

}  // namespace

wire::Response NamingOperatorHttp::switches_v1(const wire::Request&) const {
  return answer(200, kJson, switches_json(*room_.services.switches().all(), Family::kV1));
}
wire::Response NamingOperatorHttp::switches_v2(const wire::Request&) const {
  return result(switches_json(*room_.services.switches().all(), Family::kV2));
}
wire::Response NamingOperatorHttp::switches_v3(const wire::Request&) const {
  return result(switches_json(*room_.services.switches().all(), Family::kV3));
}

Task<wire::Response> NamingOperatorHttp::set_switch(wire::Request request, cluster::Context context,
                                                    bool debug, Family family) {
  domain::SwitchChange change{
      as_utf8(text_param(request, "entry")), as_utf8(text_param(request, "value")), {}};
  if (change.entry.ends_with("HealthParams")) change.params = params_in(change.value);
  const Status status = co_await room_.services.set_switch(std::move(context), std::move(change), debug);
  co_return status ? done(family) : switch_failed(status.error(), family);
}

Task<wire::Response> NamingOperatorHttp::set_switch_v1(wire::Request request, cluster::Context context) {
  for (const std::string_view name : {"entry", "value"})
    if (!request.param(name)) co_return missing_v1(name);
  const bool debug = flag_of_v1(request, "debug", false);
  co_return co_await set_switch(std::move(request), std::move(context), debug, Family::kV1);
}

Task<wire::Response> NamingOperatorHttp::set_switch_v2(wire::Request request, cluster::Context context) {
  for (const std::string_view name : {"entry", "value"})
    if (is_blank(text_param(request, name))) co_return missing_member(name, "String").value();
  const auto debug = member_flag(request, "debug", false);
  if (!debug) co_return debug.error();
  co_return co_await set_switch(std::move(request), std::move(context), *debug, Family::kV2);
}

Task<wire::Response> NamingOperatorHttp::set_switch_v3(wire::Request request, cluster::Context context) {
  for (const std::string_view name : {"entry", "value"})
    if (is_blank(text_param(request, name))) co_return missing_member(name, "String").value();
  const auto debug = member_flag(request, "debug", false);
  if (!debug) co_return debug.error();
  co_return co_await set_switch(std::move(request), std::move(context), *debug, Family::kV3);
}

std::string NamingOperatorHttp::metrics(bool only_status, Family family) const {
  std::string text;
  json::Writer out(text);
  out.begin_object().member("status", server_status(room_));
  if (only_status) {
    out.end_object();
    return text;
  }
  const auto number = [&](std::string_view name, std::size_t value) {
    out.member(name, static_cast<std::int64_t>(value));
  };
  const ClientCounts clients = count_clients(room_);
  number("serviceCount", room_.services.service_count());
  number("instanceCount", room_.services.instance_count());
  number("subscribeCount", room_.hub.size() + (room_.udp != nullptr ? room_.udp->size() : 0));
  // This node answers for all that it knows.
  if (family == Family::kV1) number("responsibleInstanceCount", room_.services.instance_count());
  number("clientCount", clients.all());
  number("connectionBasedClientCount", clients.connections);
  number("ephemeralIpPortClientCount", clients.beating);
  number("persistentIpPortClientCount", clients.persistent);
  number("responsibleClientCount", clients.all());
  if (family != Family::kV3 && room_.machine) {
    const MachineLoad load = room_.machine();
    out.member("cpu", load.cpu).member("load", load.load).member("mem", load.mem);
  }
  out.end_object();
  return text;
}

// Clients ask for the status alone, before anything else. Whatever is not "true" asks for all of it.
Task<wire::Response> NamingOperatorHttp::metrics_v1(wire::Request request, cluster::Context) {
  const std::string_view only = text_param(request, "onlyStatus");
  const bool only_status = is_blank(only) || only == "true" || only == "TRUE" || only == "True";
  co_return answer(200, kJson, metrics(only_status, Family::kV1));
}

Task<wire::Response> NamingOperatorHttp::metrics_v2(wire::Request request, cluster::Context) {
  const auto only_status = flag_of_v3(request, "onlyStatus", true, "java.lang.Boolean");
  if (!only_status) co_return only_status.error();
  co_return result(metrics(*only_status, Family::kV2));
}

Task<wire::Response> NamingOperatorHttp::metrics_v3(wire::Request request, cluster::Context) {
  const auto only_status = flag_of_v3(request, "onlyStatus", true, "java.lang.Boolean");
  if (!only_status) co_return only_status.error();
  co_return result(metrics(*only_status, Family::kV3));
}

Task<wire::Response> NamingOperatorHttp::push_state(wire::Request request, cluster::Context) {
  const bool reset = flag_of_v1(request, "reset", false);
  const PushCounters& pushes = room_.counters;
  std::string body;
  json::Writer out(body);
  out.begin_object().member("succeed", pushes.succeeded()).member("total", pushes.total());
  if (pushes.total() > 0) {
    out.member("ratio", static_cast<double>(pushes.succeeded()) / static_cast<double>(pushes.total()));
  } else {
    out.member("ratio", 0);
  }
  if (flag_of_v1(request, "detail", false)) {
    out.key("detail")
        .begin_object()
        .member("avgPushCost", pushes.average_ms())
        .member("maxPushCost", pushes.longest_ms())
        .end_object();
  }
  out.member("reset", reset).end_object();
  if (reset) room_.counters.reset();
  co_return answer(200, kJson, std::move(body));
}

std::string NamingOperatorHttp::responsible_server() const {
  return address_json(room_.identity.ip + ":" + std::to_string(room_.identity.http_port));
}

wire::Response NamingOperatorHttp::distro_v1(const wire::Request& request) const {
  for (const std::string_view name : {"ip", "port"})
    if (!request.param(name)) return missing_v1(name);
  return answer(200, kJson, responsible_server());
}

wire::Response NamingOperatorHttp::distro_v3(const wire::Request& request) const {
  for (const std::string_view name : {"ip", "port"})
    if (!request.param(name)) return missing_result(missing_parameter(name));
  return result(responsible_server());
}

wire::Response NamingOperatorHttp::log_v1(const wire::Request& request) const {
  for (const std::string_view name : {"logName", "logLevel"})
    if (!request.param(name)) return missing_v1(name);
  (void)set_log_level(text_param(request, "logName"), text_param(request, "logLevel"));
  return done(Family::kV1);
}

wire::Response NamingOperatorHttp::log_v3(const wire::Request& request) const {
  for (const std::string_view name : {"logName", "logLevel"})
    if (!request.param(name)) return missing_result(missing_parameter(name));
  (void)set_log_level(text_param(request, "logName"), text_param(request, "logLevel"));
  return done(Family::kV3);
}

}  // namespace batata::nacos
