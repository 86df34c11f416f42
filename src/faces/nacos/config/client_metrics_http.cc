#include "faces/nacos/config/client_metrics_http.h"

#include <map>
#include <utility>

#include "async/one_shot.h"
#include "base/json.h"
#include "domain/config/config_id.h"
#include "domain/config/names.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/param_check.h"
#include "faces/nacos/config/config_group_key.h"
#include "faces/nacos/config/config_params.h"
#include "faces/nacos/config/config_rights.h"

namespace batata::nacos {
namespace {

using wire::Method;

struct Asked {
  std::string address;
  domain::ConfigId config;
};

// Upstream demands the config's names although it says that they may be left out.
Result<Asked> checked(const wire::Request& request, domain::ConfigId config, std::string_view group) {
  if (!domain::is_name(config.space)) return fail(Errc::kInvalidArgument, "invalid tenant");
  if (!domain::is_name(config.data_id))
    return fail(Errc::kInvalidArgument,
                "invalid dataId : " + (request.param("dataId") ? config.data_id : "null"));
  if (!domain::is_name(config.group))
    return fail(Errc::kInvalidArgument, "invalid group : " + (request.param(group) ? config.group : "null"));
  return Asked{text_of(request, "ip"), std::move(config)};
}

Refusal check_names(const wire::Request& request, std::string_view group, std::string_view space) {
  if (auto refusal = check_ip(request.param("ip").value_or(""))) return refusal;
  if (auto refusal = check_namespace(request.param(space).value_or(""))) return refusal;
  if (auto refusal = check_data_id(request.param("dataId").value_or(""))) return refusal;
  return check_group(request.param(group).value_or(""));
}

std::string key_of(const domain::ConfigId& id) {
  return config_group_key(id.data_id, id.group, id.space);
}

tl::expected<Asked, wire::Response> asked_v3(const wire::Request& request) {
  if (const auto refusal = check_names(request, "groupName", "namespaceId"))
    return tl::unexpected(refused_parameter(*refusal, {}));
  if (!request.param("ip")) return tl::unexpected(missing_result(missing_parameter("ip")));
  auto asked = checked(request, config_of_v3(request), "groupName");
  if (!asked)
    return tl::unexpected(failed_result(400, result_code(asked.error().code), asked.error().message));
  return std::move(*asked);
}

std::string metrics_keys(const std::string& config_key) {
  std::string members;
  json::Writer out(members);
  out.key("metricsKeys").begin_array();
  for (const std::string_view type : {"cacheData", "snapshotData"})
    out.begin_object().member("type", type).member("key", config_key).end_object();
  out.end_array();
  return members;
}

// Nesting is bounded by the parser.
void write_value(json::Writer& out, json::Value value) {
  if (value.is_object()) {
    out.begin_object();
    value.each_member([&out](std::string_view name, json::Value member) {
      out.key(name);
      write_value(out, member);
    });
    out.end_object();
  } else if (value.is_array()) {
    out.begin_array();
    value.each([&out](json::Value element) { write_value(out, element); });
    out.end_array();
  } else if (const auto string = value.as_string()) {
    out.string(*string);
  } else if (const auto boolean = value.as_bool()) {
    out.boolean(*boolean);
  } else if (const auto number = value.as_double()) {
    const auto whole = value.as_int();
    if (whole && static_cast<double>(*whole) == *number) {
      out.number(*whole);
    } else {
      out.number(*number);
    }
  } else {
    out.null();
  }
}

// What one client said goes over what those before it said.
void add_metrics(std::map<std::string, std::string>& metrics, const std::string& answer) {
  const auto body = json::parse(answer);
  if (!body) return;
  (*body)["metrics"].each_member([&metrics](std::string_view name, json::Value value) {
    std::string text;
    json::Writer out(text);
    write_value(out, value);
    metrics.insert_or_assign(std::string(name), std::move(text));
  });
}

bool is_for_configs(const Connection& connection) {
  const std::string_view module = connection.client.label("module");
  return module.empty() || module.find("config") != module.npos;
}

struct Said {
  PushOutcome outcome;
  std::string answer;
};

}  // namespace

std::span<const wire::Endpoint<ClientMetricsHttp>> ClientMetricsHttp::rows() {
  using Row = wire::Endpoint<ClientMetricsHttp>;
  static constexpr wire::Param kV1[] = {{"ip", true, "Address that the client gives as its own"},
                                        {"dataId", true, "Name of the config that it is asked about"},
                                        {"group", true, "Group of the config"},
                                        {"tenant", false, "Namespace; blank is public"}};
  static constexpr wire::Param kV3[] = {{"ip", true, "Address that the client gives as its own"},
                                        {"dataId", true, "Name of the config that it is asked about"},
                                        {"groupName", true, "Group of the config"},
                                        {"namespaceId", false, "Namespace; blank is public"}};
  constexpr std::string_view kSource1 = "ClientMetricsController (2.5.1)";
  constexpr std::string_view kSource3 = "docs: nacos.io/docs/v3.0/manual/admin/admin-api (3.1)";
  static constexpr Row kRows[] = {
      {Method::kGet, "/nacos/v1/cs/metrics/cluster", nullptr, &ClientMetricsHttp::metrics_v1, kReadsMetered,
       "What a client says of itself and of one config.", kV1, kSource1},
      {Method::kGet, "/nacos/v1/cs/metrics/current", nullptr, &ClientMetricsHttp::metrics_v1, kReadsMetered,
       "The same, of clients of this node.", kV1, kSource1},
      {Method::kGet, "/nacos/v3/admin/cs/metrics/cluster", nullptr, &ClientMetricsHttp::of_cluster_v3,
       kReadsConfigV3, "What a client says of itself and of one config.", kV3, kSource3},
      {Method::kGet, "/nacos/v3/admin/cs/metrics/ip", nullptr, &ClientMetricsHttp::of_address_v3,
       kReadsConfigV3, "The same, of clients of this node.", kV3, kSource3},
  };
  return kRows;
}

// A client that does not answer is left out, as upstream.
Task<wire::Response> ClientMetricsHttp::metrics_v1(wire::Request request, cluster::Context) {
  if (const auto refusal = check_names(request, "group", "tenant"))
    co_return refused_parameter(*refusal, kJsonUtf8);
  if (!request.param("ip")) co_return caused(500, escape_html(missing_parameter("ip")));
  const auto asked = checked(request, metered_config(request), "group");
  if (!asked) {
    wire::Response refused = caused(400, asked.error().message);
    refused.content_type = kJsonUtf8;
    co_return refused;
  }
  // 2.5.1 names the public namespace by nothing.
  const auto& [space, group, data_id] = asked->config;
  Gathered gathered = co_await gather(
      asked->address, config_group_key(data_id, group, space == "public" ? std::string() : space));
  co_return answer(200, kJsonUtf8, std::move(gathered.metrics));
}

Task<wire::Response> ClientMetricsHttp::of_address_v3(wire::Request request, cluster::Context) {
  const auto asked = asked_v3(request);
  if (!asked) co_return asked.error();
  const Gathered gathered = co_await gather(asked->address, key_of(asked->config));
  if (gathered.failure) co_return failed_result(500, {30000, "server error"}, *gathered.failure);
  co_return result(gathered.metrics);
}

// The answers of all nodes, which upstream puts into its own as they come, wrapper and all.
Task<wire::Response> ClientMetricsHttp::of_cluster_v3(wire::Request request, cluster::Context) {
  const auto asked = asked_v3(request);
  if (!asked) co_return asked.error();
  const Gathered gathered = co_await gather(asked->address, key_of(asked->config));
  if (gathered.failure) co_return result("{}");
  co_return result(R"({"code":0,"message":"success","data":)" + gathered.metrics + "}");
}

std::vector<ConnectionPtr> ClientMetricsHttp::connections_of(std::string_view address) const {
  std::vector<ConnectionPtr> found;
  for (const auto& [serial, connection] : connections_.all()) {
    if (found.size() == kAskedMax) break;
    if (connection->client.ip == address && is_for_configs(*connection)) found.push_back(connection);
  }
  return found;
}

Task<ClientMetricsHttp::Gathered> ClientMetricsHttp::gather(std::string address, std::string config_key) {
  const std::vector<ConnectionPtr> clients = connections_of(address);
  const std::string members = metrics_keys(config_key);
  std::vector<std::unique_ptr<OneShot<Said>>> answers;
  std::vector<std::uint64_t> request_ids;
  for (const ConnectionPtr& client : clients) {
    answers.push_back(std::make_unique<OneShot<Said>>(runtime_));
    const Push push = pushes_.make("ClientConfigMetricRequest", members, "config");
    request_ids.push_back(push.request_id);
    pushes_.ask(client, push, kAnswerTimeout,
                [setter = answers.back()->setter()](PushOutcome outcome, std::string said) {
                  setter.set({outcome, std::move(said)});
                });
  }
  Gathered gathered;
  std::map<std::string, std::string> metrics;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const Said said = co_await *answers[i];
    if (said.outcome == PushOutcome::kAcknowledged) {
      add_metrics(metrics, said.answer);
    } else if (!gathered.failure) {
      gathered.failure =
          "request timeout after 1000 milliseconds, requestId=" + std::to_string(request_ids[i]) +
          ", connectionId=" + clients[i]->id();
    }
  }
  json::Writer out(gathered.metrics);
  out.begin_object();
  for (const auto& [name, value] : metrics) out.key(name).raw(value);
  out.end_object();
  co_return gathered;
}

}  // namespace batata::nacos
