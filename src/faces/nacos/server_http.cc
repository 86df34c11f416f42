#include "faces/nacos/server_http.h"

#include "base/json.h"
#include "faces/nacos/http_answers.h"

namespace batata::nacos {
namespace {

using wire::Method;

constexpr std::string_view kNotReady = "server is not in readiness";
constexpr std::string_view kConsole = "docs: nacos.io/docs/v2/guide/user/open-api, operations (2.5.1)";
constexpr std::string_view kAdmin = "docs: nacos.io/docs/v3.0/manual/admin/admin-api (3.1)";

// HEAD goes with GET everywhere; upstream does not say so.
std::string without_head(std::string_view allowed) {
  std::string list;
  while (!allowed.empty()) {
    const auto comma = allowed.find(", ");
    const auto one = allowed.substr(0, comma);
    if (one != "HEAD") list.append(list.empty() ? "" : ", ").append(one);
    allowed = comma == allowed.npos ? std::string_view{} : allowed.substr(comma + 2);
  }
  return list;
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table
std::span<const wire::Endpoint<ServerHttp>> ServerHttp::rows() {
  using Row = wire::Endpoint<ServerHttp>;
  static constexpr Row kRows[] = {
      {Method::kGet,
       "/nacos/v1/console/server/state",
       &ServerHttp::state_v1,
       nullptr,
       "",
       "Version, mode and limits. Public: asked before anyone signs in.",
       {},
       kConsole},
      {Method::kGet,
       "/nacos/v1/console/health/liveness",
       &ServerHttp::live_text,
       nullptr,
       "",
       "The process answers. Public: asked by probes.",
       {},
       kConsole},
      {Method::kGet,
       "/nacos/v1/console/health/readiness",
       &ServerHttp::ready_text,
       nullptr,
       "",
       "The node can serve. Public: asked by probes.",
       {},
       kConsole},
      {Method::kGet,
       "/nacos/v2/console/health/liveness",
       &ServerHttp::live_result,
       nullptr,
       "",
       "The process answers. Public: asked by probes.",
       {},
       kConsole},
      {Method::kGet,
       "/nacos/v2/console/health/readiness",
       &ServerHttp::ready_result,
       nullptr,
       "",
       "The node can serve. Public: asked by probes.",
       {},
       kConsole},
      {Method::kGet,
       "/nacos/v1/cs/health",
       &ServerHttp::config_health,
       nullptr,
       "",
       "The config module can serve. Public: asked by probes.",
       {},
       kConsole},
      {Method::kGet,
       "/nacos/v3/admin/core/state",
       &ServerHttp::state_v3,
       nullptr,
       "",
       "Version, mode and limits. Public: asked before anyone signs in.",
       {},
       kAdmin},
      {Method::kGet,
       "/nacos/v3/admin/core/state/liveness",
       &ServerHttp::live_result,
       nullptr,
       "",
       "The process answers. Public: asked by probes.",
       {},
       kAdmin},
      {Method::kGet,
       "/nacos/v3/admin/core/state/readiness",
       &ServerHttp::ready_result,
       nullptr,
       "",
       "The node can serve. Public: asked by probes.",
       {},
       kAdmin},
  };
  return kRows;
}

void ServerHttp::add_fallbacks(wire::Router& router) const {
  router.set_fallback("/nacos/", [this](const wire::Request& request, std::string_view allowed) {
    if (!allowed.empty()) return caused(500, method_not_supported(request));
    return framework_error(request, runtime_.wall_now(), 404, "No message available");
  });
  // Upstream looks for method and path together here.
  router.set_fallback("/nacos/v1/ns/", [this](const wire::Request& request, std::string_view) {
    return framework_error(
        request, runtime_.wall_now(), 501,
        "no such api:" + std::string(request.method_name) + ":" + std::string(path_as_sent(request)));
  });
  router.set_fallback("/nacos/v3/", [this](const wire::Request& request, std::string_view allowed) {
    const std::string method(request.method_name);
    if (allowed.empty()) {
      return framework_error(request, runtime_.wall_now(), 404,
                             "No endpoint " + method + " " + std::string(path_as_sent(request)) + ".");
    }
    wire::Response response =
        framework_error(request, runtime_.wall_now(), 405, "Method '" + method + "' is not supported.");
    response.header("Allow", without_head(allowed));
    return response;
  });
}

std::string ServerHttp::state() const {
  std::string state;
  json::Writer out(state);
  // The limits that this server has, and upstream's defaults for those that it does not.
  out.begin_object()
      .member("version", identity_.version)
      .member("startup_mode", identity_.standalone ? "standalone" : "cluster")
      .member("server_port", std::to_string(identity_.http_port))
      .key("function_mode")
      .null();
  const AccessOptions& access = access_.options();
  out.member("auth_enabled", access.any() ? "true" : "false")
      .member("auth_system_type", access.system_type)
      .member("auth_admin_request", access_.wants_first_admin() ? "true" : "false");
  out.member("login_page_enabled", access.any() ? "true" : "false").member("console_ui_enabled", "true");
  out.member("maxContent", "10485760")
      .member("isManageCapacity", "true")
      .member("isCapacityLimitCheck", "false");
  out.member("defaultClusterQuota", "100000").member("defaultGroupQuota", "200");
  out.member("defaultMaxSize", "102400")
      .member("defaultMaxAggrCount", "10000")
      .member("defaultMaxAggrSize", "1024");
  out.member("config_retention_days", "30")
      .member("isHealthCheck", "true")
      .member("maxHealthCheckFailCount", "12");
  out.member("notifyConnectTimeout", "100").member("notifySocketTimeout", "200");
  out.member("datasource_platform", "").member("plugin_datasource_log_enabled", "false");
  out.end_object();
  return state;
}

wire::Response ServerHttp::state_v1(const wire::Request&) const {
  return answer(200, kJson, state());
}
wire::Response ServerHttp::state_v3(const wire::Request&) const {
  return result(state());
}

wire::Response ServerHttp::live_text(const wire::Request&) const {
  return answer(200, kText, "OK");
}
wire::Response ServerHttp::live_result(const wire::Request&) const {
  return result("\"ok\"");
}

wire::Response ServerHttp::ready_text(const wire::Request&) const {
  return is_ready() ? answer(200, kText, "OK") : answer(500, kText, std::string(kNotReady));
}
wire::Response ServerHttp::ready_result(const wire::Request&) const {
  return is_ready() ? result("\"ok\"") : failed_result(500, result_code(Errc::kUnavailable), kNotReady);
}
wire::Response ServerHttp::config_health(const wire::Request&) const {
  return answer(200, kText, is_ready() ? "UP" : "DOWN:" + std::string(kNotReady));
}

}  // namespace batata::nacos
