#include "faces/nacos/core/loader_http.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/param_text.h"
#include "faces/nacos/common/utf8.h"

namespace batata::nacos {
namespace {

using wire::Method;

constexpr std::string_view kAppPrefix = "app_";
constexpr std::string_view kMissingCount =
    "Required request parameter 'count' for method parameter type Integer is not present";

// How the console of 2.5.1 says that something went wrong.
wire::Response failed_v2(int status, std::string_view message) {
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .member("code", status)
      .member("message", "caused: " + escape_html(message) + ";")
      .key("data")
      .null()
      .end_object();
  return answer(status, kJson, std::move(body));
}

// A value that cannot be converted; 400 where upstream says 500.
wire::Response not_a_count_v3(std::string_view text) {
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .member("code", 30'000)
      .member("message",
              "Method parameter 'count': Failed to convert value of type 'java.lang.String' to required type "
              "'java.lang.Integer'; " +
                  for_input(text))
      .key("data")
      .null()
      .end_object();
  return answer(400, kJson, std::move(body));
}

// A number as Float.parseFloat reads it, without its hexadecimal forms.
std::optional<double> parse_float(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (!text.empty() && std::string_view("fFdD").find(text.back()) != std::string_view::npos)
    text.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// As Java prints a float.
std::string java_float(double value) {
  std::string text = fmt::format("{}", static_cast<float>(value));
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string java_double(double value) {
  std::string text;
  json::Writer(text).number(value);
  return text;
}

void write_labels(json::Writer& out, const ClientInfo& client) {
  out.key("labels").begin_object();
  for (const auto& [name, value] : client.labels) out.member(name, value);
  out.end_object();
}

void write_app_labels(json::Writer& out, const ClientInfo& client) {
  out.key("appLabels").begin_object().member("ClientVersion", client.version);
  for (const auto& [name, value] : client.labels) {
    if (name == "AppName") out.member(name, value);
    if (name.starts_with(kAppPrefix) && name.size() > kAppPrefix.size() && !is_blank(value))
      out.member(std::string_view(name).substr(kAppPrefix.size()), value);
  }
  out.end_object();
}

void write_meta(json::Writer& out, const Connection& connection, WallTime last_active) {
  const ClientInfo& client = connection.client;
  const std::string_view app = client.label("AppName"), tag = client.label("Vipserver-Tag");
  out.key("metaInfo").begin_object();
  out.member("connectionId", connection.id()).member("clientIp", client.ip);
  out.member("remoteIp", connection.remote_address()).member("remotePort", int{connection.remote_port()});
  out.member("localPort", int{connection.local_port()}).member("connectType", "GRPC");
  out.member("version", client.version).member("appName", app.empty() ? "-" : app);
  write_labels(out, client);
  out.member("createTime", iso_time(client.set_up_at)).member("lastActiveTime", last_active.ms);
  out.member("namespaceId", client.tenant).member("tlsProtected", false).key("tag");
  if (tag.empty()) {
    out.null();
  } else {
    out.string(tag);
  }
  write_app_labels(out, client);
  out.member("clusterSource", false).member("sdkSource", true).end_object();
}

void write_connection(json::Writer& out, const Connection& connection, WallTime last_active) {
  out.begin_object();
  write_meta(out, connection, last_active);
  out.member("traced", false).key("abilityTable");
  if (const auto& abilities = connection.client.abilities) {
    out.begin_object();
    for (const auto& [name, has] : *abilities) out.member(name, has);
    out.end_object();
  } else {
    out.null();
  }
  out.member("connected", connection.registered());
  write_labels(out, connection.client);
  write_app_labels(out, connection.client);
  out.end_object();
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table
std::span<const wire::Endpoint<LoaderHttp>> LoaderHttp::rows() {
  using Row = wire::Endpoint<LoaderHttp>;
  static constexpr wire::Param kCount[] = {{"count", true, "Connections that are to stay; below 1: all"},
                                           {"redirectAddress", false, "ip:port of the server to go to"}};
  static constexpr wire::Param kClient[] = {{"connectionId", true, "Which connection"},
                                            {"redirectAddress", false, "ip:port of the server to go to"}};
  static constexpr wire::Param kFactor[] = {
      {"loaderFactor", false, "How far from the average a server may be; 0.1"}};
  constexpr std::string_view kSource2 = "ServerLoaderController (2.5.1)";
  constexpr std::string_view kSource3 = "docs: nacos.io/docs/v3.0/manual/admin/admin-api (3.1)";
  constexpr std::string_view kRead = "nacos/admin:r", kWrite = "nacos/admin:w";
  static constexpr Row kRows[] = {
      {Method::kGet,
       "/nacos/v2/core/loader/current",
       nullptr,
       &LoaderHttp::current_v2,
       kRead,
       "The clients that are connected to this node.",
       {},
       kSource2},
      {Method::kGet,
       "/nacos/v2/core/loader/cluster",
       nullptr,
       &LoaderHttp::cluster_v2,
       kRead,
       "How many clients each node has.",
       {},
       kSource2},
      {Method::kGet, "/nacos/v2/core/loader/reloadCurrent", nullptr, &LoaderHttp::reload_current_v2, kWrite,
       "Tells clients above a count to go.", kCount, kSource2},
      {Method::kGet, "/nacos/v2/core/loader/reloadClient", nullptr, &LoaderHttp::reload_client_v2, kWrite,
       "Tells one client to go.", kClient, kSource2},
      {Method::kGet, "/nacos/v2/core/loader/smartReloadCluster", nullptr, &LoaderHttp::smart_reload_v2,
       kWrite, "Gives nodes equal shares of clients.", kFactor, kSource2},
      {Method::kGet,
       "/nacos/v3/admin/core/loader/current",
       nullptr,
       &LoaderHttp::current_v3,
       kRead,
       "The clients that are connected to this node.",
       {},
       kSource3},
      {Method::kGet,
       "/nacos/v3/admin/core/loader/cluster",
       nullptr,
       &LoaderHttp::cluster_v3,
       kRead,
       "How many clients each node has.",
       {},
       kSource3},
      {Method::kPost, "/nacos/v3/admin/core/loader/reloadCurrent", nullptr, &LoaderHttp::reload_current_v3,
       kWrite, "Tells clients above a count to go.", kCount, kSource3},
      {Method::kPost, "/nacos/v3/admin/core/loader/reloadClient", nullptr, &LoaderHttp::reload_client_v3,
       kWrite, "Tells one client to go.", kClient, kSource3},
      {Method::kPost, "/nacos/v3/admin/core/loader/smartReloadCluster", nullptr, &LoaderHttp::smart_reload_v3,
       kWrite, "Gives nodes equal shares of clients.", kFactor, kSource3},
  };
  return kRows;
}

std::string LoaderHttp::connections_json() const {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  for (const auto& [serial, connection] : connections_.all()) {
    const Duration silent = runtime_.now() - connection->last_active();
    const WallTime last_active{runtime_.wall_now().ms - silent / std::chrono::milliseconds(1)};
    out.key(connection->id());
    write_connection(out, *connection, last_active);
  }
  out.end_object();
  return body;
}

Task<wire::Response> LoaderHttp::current_v2(wire::Request, cluster::Context) {
  co_return answer(200, kJson, connections_json());
}
Task<wire::Response> LoaderHttp::current_v3(wire::Request, cluster::Context) {
  co_return result(connections_json());
}

// This node is all there is of its cluster.
Task<wire::Response> LoaderHttp::cluster_v2(wire::Request, cluster::Context) {
  const MachineLoad load = load_ ? load_() : MachineLoad{};
  const auto count = static_cast<std::int64_t>(connections_.all().size());
  const std::string count_text = std::to_string(count);
  std::string body;
  json::Writer out(body);
  out.begin_object().member("total", count).member("min", count).member("avg", count).member("max", count);
  out.member("memberCount", 1).member("metricsCount", 1);
  out.member("threshold", static_cast<double>(count) * 1.1).key("detail").begin_array().begin_object();
  out.member("address", identity_.ip + ":" + std::to_string(identity_.http_port)).key("metric");
  out.begin_object().member("load", java_float(load.load)).member("sdkConCount", count_text);
  out.member("cpu", java_float(load.cpu)).member("conCount", count_text).end_object();
  out.end_object().end_array().member("completed", true).end_object();
  co_return answer(200, kJson, std::move(body));
}

Task<wire::Response> LoaderHttp::cluster_v3(wire::Request, cluster::Context) {
  const MachineLoad load = load_ ? load_() : MachineLoad{};
  const auto count = static_cast<std::int64_t>(connections_.all().size());
  std::string data;
  json::Writer out(data);
  out.begin_object().key("detail").begin_array().begin_object();
  out.member("address", identity_.ip + ":" + std::to_string(identity_.http_port));
  out.member("sdkConCount", count).member("conCount", count);
  out.member("load", java_float(load.load)).member("cpu", java_float(load.cpu)).end_object().end_array();
  out.member("memberCount", 1).member("metricsCount", 1).member("completed", true);
  out.member("max", count).member("min", count).member("avg", count);
  out.member("threshold", java_double(static_cast<double>(count) * 1.1)).member("total", count).end_object();
  co_return result(data);
}

Task<wire::Response> LoaderHttp::reload_current_v2(wire::Request request, cluster::Context) {
  const std::string_view given = text_param(request, "count");
  if (given.empty()) co_return failed_v2(500, kMissingCount);
  const auto count = parse_int(given);
  if (!count) {
    co_return failed_v2(400,
                        "Failed to convert value of type 'java.lang.String' to required type "
                        "'java.lang.Integer'; nested exception is java.lang.NumberFormatException: " +
                            for_input(as_utf8(given)));
  }
  connections_.reset_down_to(*count, as_utf8(text_param(request, "redirectAddress")));
  co_return answer(200, kText, "success");
}

Task<wire::Response> LoaderHttp::reload_current_v3(wire::Request request, cluster::Context) {
  const std::string_view given = text_param(request, "count");
  if (given.empty()) co_return missing_result(kMissingCount);
  const auto count = parse_int(given);
  if (!count) co_return not_a_count_v3(as_utf8(given));
  connections_.reset_down_to(*count, as_utf8(text_param(request, "redirectAddress")));
  co_return result("null");
}

// Nothing happens for a connection that is not there, as upstream.
void LoaderHttp::reload_client(const wire::Request& request) {
  const ConnectionPtr connection = connections_.find(text_param(request, "connectionId"));
  if (connection != nullptr) connections_.reset(connection, as_utf8(text_param(request, "redirectAddress")));
}

Task<wire::Response> LoaderHttp::reload_client_v2(wire::Request request, cluster::Context) {
  if (!request.param("connectionId")) co_return failed_v2(500, missing_parameter("connectionId"));
  reload_client(request);
  co_return answer(200, kText, "success");
}

Task<wire::Response> LoaderHttp::reload_client_v3(wire::Request request, cluster::Context) {
  if (!request.param("connectionId")) co_return missing_result(missing_parameter("connectionId"));
  reload_client(request);
  co_return result("null");
}

// A cluster of one is in balance: no node has more than the average.
Task<wire::Response> LoaderHttp::smart_reload_v2(wire::Request request, cluster::Context) {
  const std::string_view factor = text_param(request, "loaderFactor");
  if (!is_blank(factor) && !parse_float(factor)) co_return caused(400, for_input(as_utf8(factor)));
  co_return answer(200, kText, "Ok");
}

Task<wire::Response> LoaderHttp::smart_reload_v3(wire::Request request, cluster::Context) {
  const std::string_view factor = text_param(request, "loaderFactor");
  if (!factor.empty() && !parse_float(factor))
    co_return failed_result(400, result_code(Errc::kInvalidArgument), for_input(as_utf8(factor)));
  co_return result("null");
}

}  // namespace batata::nacos
