#include "faces/nacos/core/server_http.h"

#include <chrono>
#include <optional>

#include "base/json.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/rest_result.h"
#include "faces/nacos/common/utf8.h"

namespace batata::nacos {
namespace {

using wire::Method;

constexpr wire::Param kLanguage[] = {{"language", false, "zh-CN or en-US; zh-CN"}};
constexpr std::string_view kNotReady = "server is not in readiness";
constexpr std::string_view kConsole = "docs: nacos.io/docs/v2/guide/user/open-api, operations (2.5.1)";
constexpr std::string_view kAdmin = "docs: nacos.io/docs/v3.0/manual/admin/admin-api (3.1)";
constexpr std::string_view kConsoleV3 = "docs: nacos.io/docs/v3.0/manual/admin/console (3.1)";

// What a console shows everybody while nobody is asked to sign in.
struct Announcement {
  std::string_view language, text;
};
constexpr Announcement kAnnouncements[] = {
    {"zh-CN", "本服务器不要求登录，请只让可信的网络访问它的端口。"},
    {"en-US", "This server asks nobody to sign in: let only networks that you trust reach its ports."}};

// JSON; nothing for a language that there is not.
std::optional<std::string> announcement(const wire::Request& request, bool guarded) {
  const auto language = request.param("language").value_or("zh-CN");
  for (const Announcement& each : kAnnouncements) {
    if (each.language != language) continue;
    if (guarded) return "null";
    std::string text;
    json::Writer(text).string(each.text);
    return text;
  }
  return std::nullopt;
}

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

// As texts, as everything that the state tells.
void write_limits(json::Writer& out, const domain::CapacityRules& rules) {
  out.member("maxContent", std::to_string(domain::kContentCharactersMax))
      .member("isManageCapacity", rules.is_managed ? "true" : "false")
      .member("isCapacityLimitCheck", rules.is_checked ? "true" : "false");
  for (const auto& [name, number] : {std::pair("defaultClusterQuota", rules.cluster_quota),
                                     {"defaultGroupQuota", rules.group_quota},
                                     {"defaultMaxSize", rules.max_size},
                                     {"defaultMaxAggrCount", rules.max_aggr_count},
                                     {"defaultMaxAggrSize", rules.max_aggr_size}})
    out.member(name, std::to_string(number));
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
      {Method::kGet, "/nacos/v1/console/server/announcement", &ServerHttp::announcement_v1, nullptr, "",
       "What the console shows everybody. Public: shown before anyone signs in.", kLanguage, kConsole},
      {Method::kGet,
       "/nacos/v1/console/server/guide",
       &ServerHttp::guide_v1,
       nullptr,
       "",
       "What is shown in place of a console that is off. Public: shown before anyone signs in.",
       {},
       kConsole},
      {Method::kGet,
       "/v3/console/server/state",
       &ServerHttp::state_v1,
       nullptr,
       "",
       "Version, mode and limits. Public: asked before anyone signs in.",
       {},
       kConsoleV3},
      {Method::kGet, "/v3/console/server/announcement", &ServerHttp::announcement_v3, nullptr, "",
       "What the console shows everybody. Public: shown before anyone signs in.", kLanguage, kConsoleV3},
      {Method::kGet,
       "/v3/console/server/guide",
       &ServerHttp::guide_v3,
       nullptr,
       "",
       "What is shown in place of a console that is off. Public: shown before anyone signs in.",
       {},
       kConsoleV3},
      {Method::kGet,
       "/v3/console/health/liveness",
       &ServerHttp::live_result,
       nullptr,
       "",
       "The process answers. Public: asked by probes.",
       {},
       kConsoleV3},
      {Method::kGet,
       "/v3/console/health/readiness",
       &ServerHttp::ready_result,
       nullptr,
       "",
       "The node can serve. Public: asked by probes.",
       {},
       kConsoleV3},
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
    return unmatched_v3(request, allowed);
  });
  router.set_fallback("/nacos/prometheus", [this](const wire::Request& request, std::string_view allowed) {
    return unmatched_v3(request, allowed);
  });
  // The console answers what it does not have from its last handler of exceptions.
  router.set_fallback("/v3/console/", [](const wire::Request& request, std::string_view allowed) {
    if (allowed.empty()) {
      return caused(500,
                    escape_html("No static resource " + std::string(path_as_sent(request).substr(1)) + "."));
    }
    return caused(500,
                  escape_html("Request method '" + std::string(request.method_name) + "' is not supported"));
  });
}

wire::Response ServerHttp::unmatched_v3(const wire::Request& request, std::string_view allowed) const {
  const std::string method(request.method_name);
  if (allowed.empty()) {
    return framework_error(request, runtime_.wall_now(), 404,
                           "No endpoint " + method + " " + std::string(path_as_sent(request)) + ".");
  }
  wire::Response response =
      framework_error(request, runtime_.wall_now(), 405, "Method '" + method + "' is not supported.");
  response.header("Allow", without_head(allowed));
  return response;
}

std::string ServerHttp::state() const {
  std::string state;
  json::Writer out(state);
  // What this server has settings for, and upstream's defaults for the rest.
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
  write_limits(out, capacities_.rules());
  const auto retention = std::chrono::duration_cast<std::chrono::days>(configs_.options().history_retention);
  out.member("config_retention_days", std::to_string(retention.count()))
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

wire::Response ServerHttp::announcement_v1(const wire::Request& request) const {
  return rest_result(announcement(request, access_.options().any()).value_or("null"));
}
wire::Response ServerHttp::announcement_v3(const wire::Request& request) const {
  if (const auto text = announcement(request, access_.options().any())) return result(*text);
  std::string body;
  json::Writer(body)
      .begin_object()
      .member("code", 30000)
      .member("message", "Unsupported language: " + as_utf8(request.param("language").value_or("")))
      .key("data")
      .null()
      .end_object();
  return answer(200, kJson, std::move(body));
}

// The console is not off, so that nobody needs to be told how to turn it on.
wire::Response ServerHttp::guide_v1(const wire::Request&) const {
  return rest_result("null");
}
wire::Response ServerHttp::guide_v3(const wire::Request&) const {
  return result("null");
}

}  // namespace batata::nacos
