#include "faces/nacos/config/config_listeners_http.h"

#include "base/json.h"
#include "faces/nacos/config/config_group_key.h"
#include "faces/nacos/config/config_rights.h"

namespace batata::nacos {
namespace {

using domain::ConfigId;
using wire::Method;
using wire::Param;

// Upstream's name of a config in one text. 2.5.1 leaves out the default namespace.
std::string group_key(const ConfigId& id, Family family) {
  const bool is_left_out = family == Family::kV1 && id.space == "public";
  return config_group_key(id.data_id, id.group, is_left_out ? std::string_view() : id.space);
}

std::string object(const std::map<std::string, std::string>& members) {
  std::string json;
  json::Writer out(json);
  out.begin_object();
  for (const auto& [name, value] : members) out.member(name, value);
  out.end_object();
  return json;
}

// The misspelling is upstream's.
wire::Response status_v1(const std::map<std::string, std::string>& status) {
  return answer(200, kJsonUtf8, R"({"collectStatus":200,"lisentersGroupkeyStatus":)" + object(status) + "}");
}
wire::Response sample_v1(const std::map<std::string, std::string>& status) {
  return answer(200, kJsonUtf8, R"({"lisentersGroupkeyStatus":)" + object(status) + "}");
}
wire::Response info_v3(std::string_view query, const std::map<std::string, std::string>& status) {
  return result(R"({"queryType":")" + std::string(query) + R"(","listenersStatus":)" + object(status) + "}");
}

std::optional<wire::Response> refuse_v1(const wire::Request& request) {
  if (const auto refusal = check_config_names(request)) return refused_parameter(*refusal, kJsonUtf8);
  for (const std::string_view name : {"dataId", "group"})
    if (!request.param(name)) return missing_answer(Family::kV1, name, "String");
  if (const auto times = number_of(request, Family::kV1, "sampleTime", "int"); !times) return times.error();
  return std::nullopt;
}

}  // namespace

Task<ConfigListenersHttp::Status> ConfigListenersHttp::listeners_of(ConfigId id) const {
  Status status;
  auto polls = polls_.each({}, [&status, &id](const std::string& address, const Listening& one) {
    if (config_of(one) == id) status.insert_or_assign(address, one.md5);
  });
  co_await polls;
  auto listeners = hub_.each_listener(id, [&status](const std::string& address, const std::string& md5) {
    status.insert_or_assign(address, md5);
  });
  co_await listeners;
  co_return status;
}

Task<ConfigListenersHttp::Configs> ConfigListenersHttp::configs_of(std::string address) const {
  Configs configs;
  auto polls = polls_.each(address, [&configs](const std::string&, const Listening& one) {
    configs.insert_or_assign(config_of(one), one.md5);
  });
  co_await polls;
  auto listeners = hub_.each_config(
      address, [&configs](const ConfigId& id, const std::string& md5) { configs.insert_or_assign(id, md5); });
  co_await listeners;
  co_return configs;
}

Task<wire::Response> ConfigListenersHttp::of_config_v1(wire::Request request, cluster::Context) {
  if (auto refused = refuse_v1(request)) co_return std::move(*refused);
  co_return status_v1(co_await listeners_of(listened_config(request)));
}

Task<wire::Response> ConfigListenersHttp::watchers_v1(wire::Request request, cluster::Context) {
  if (auto refused = refuse_v1(request)) co_return std::move(*refused);
  co_return sample_v1(co_await listeners_of(listened_config(request)));
}

Task<wire::Response> ConfigListenersHttp::of_address_v1(wire::Request request, cluster::Context) {
  if (const auto refusal = check_config_names(request)) co_return refused_parameter(*refusal, kJsonUtf8);
  if (!request.param("ip")) co_return missing_answer(Family::kV1, "ip", "String");
  const auto all = flag_of(request, Family::kV1, "all");
  if (!all) co_return all.error();
  const auto times = number_of(request, Family::kV1, "sampleTime", "int");
  if (!times) co_return times.error();
  // Without `all` those of the default namespace, and those of the one that is named.
  const std::string space = space_of(request);
  const auto configs = co_await configs_of(text_of(request, "ip"));
  Status status;
  for (const auto& [id, md5] : configs)
    if (*all || id.space == space || id.space == "public")
      status.insert_or_assign(group_key(id, Family::kV1), md5);
  co_return status_v1(status);
}

Task<wire::Response> ConfigListenersHttp::watched_v1(wire::Request request, cluster::Context) {
  if (!request.param("ip")) co_return missing_answer(Family::kV1, "ip", "String");
  const auto configs = co_await configs_of(text_of(request, "ip"));
  Status status;
  for (const auto& [id, md5] : configs) status.insert_or_assign(group_key(id, Family::kV1), md5);
  co_return sample_v1(status);
}

Task<wire::Response> ConfigListenersHttp::of_config_v3(wire::Request request, cluster::Context) {
  if (auto refused = refuse_v3(request)) co_return std::move(*refused);
  if (const auto merged = flag_of(request, Family::kV3, "aggregation"); !merged) co_return merged.error();
  co_return info_v3("config", co_await listeners_of(nacos::config_of_v3(request)));
}

Task<wire::Response> ConfigListenersHttp::of_address_v3(wire::Request request, cluster::Context) {
  if (const auto refusal = check_config_names(request)) co_return refused_parameter(*refusal, {});
  if (!request.param("ip")) co_return missing_answer(Family::kV3, "ip", "String");
  const auto all = flag_of(request, Family::kV3, "all");
  if (!all) co_return all.error();
  if (const auto merged = flag_of(request, Family::kV3, "aggregation"); !merged) co_return merged.error();
  // A namespace that is not named selects nothing here: every config has one in 3.x.
  const std::string space = text_of(request, "namespaceId");
  const auto configs = co_await configs_of(text_of(request, "ip"));
  Status status;
  for (const auto& [id, md5] : configs)
    if (*all || id.space == space) status.insert_or_assign(group_key(id, Family::kV3), md5);
  co_return info_v3("ip", status);
}

namespace {

constexpr Param kDataId = {"dataId", true, "Name of the config"};
constexpr Param kAll = {"all", false, "true: of every namespace"};
constexpr Param kSampleTime = {"sampleTime", false, "Times to look; once suffices here"};
constexpr Param kAggregation = {"aggregation", false, "Of all nodes; there is one"};
constexpr Param kConfigV1[] = {kDataId,
                               {"group", true, "Group of the config; blank is DEFAULT_GROUP"},
                               {"tenant", false, "Namespace; blank is public"},
                               kSampleTime};
constexpr Param kConfigV3[] = {kDataId,
                               {"groupName", true, "Group of the config"},
                               {"namespaceId", false, "Namespace; blank is public"},
                               kAggregation};
constexpr Param kAddress[] = {{"ip", true, "Address of the client, as it sees itself over gRPC"}};
constexpr Param kAddressV1[] = {{"ip", true, "Address of the client, as it sees itself over gRPC"},
                                kAll,
                                {"tenant", false, "Namespace to show beside public"},
                                kSampleTime};
constexpr Param kAddressV3[] = {{"ip", true, "Address of the client, as it sees itself over gRPC"},
                                kAll,
                                {"namespaceId", false, "Namespace to show"},
                                kAggregation};

constexpr std::string_view kWho = "Who listens to a config, with the md5s that the clients have.";
constexpr std::string_view kWhat = "What an address listens to, with the md5s that its clients have.";
constexpr std::string_view kV1 = "docs: nacos.io/docs/v2/guide/user/open-api (2.5.1)";
constexpr std::string_view kV3 = "docs: nacos.io/docs/v3.0/manual/admin/admin-api (3.1)";
constexpr std::string_view kConsole = "docs: nacos.io/docs/v3.0/manual/admin/console-api (3.1)";

}  // namespace

std::span<const wire::Endpoint<ConfigListenersHttp>> ConfigListenersHttp::rows() {
  using Row = wire::Endpoint<ConfigListenersHttp>;
  using Http = ConfigListenersHttp;
  static constexpr Row kRows[] = {
      {Method::kGet, "/nacos/v1/cs/configs/listener", nullptr, &Http::of_config_v1, kReadsListened, kWho,
       kConfigV1, kV1},
      {Method::kGet, "/nacos/v1/cs/listener", nullptr, &Http::of_address_v1, "*:*:config/*:r", kWhat,
       kAddressV1, kV1},
      {Method::kGet, "/nacos/v1/cs/communication/configWatchers", nullptr, &Http::watchers_v1, kReadsListened,
       kWho, kConfigV1, kV1},
      {Method::kGet, "/nacos/v1/cs/communication/watcherConfigs", nullptr, &Http::watched_v1,
       "*:*:config/*:r", kWhat, kAddress, kV1},
      {Method::kGet, "/nacos/v3/admin/cs/config/listener", nullptr, &Http::of_config_v3, kWritesConfigV3,
       kWho, kConfigV3, kV3},
      {Method::kGet, "/nacos/v3/admin/cs/listener", nullptr, &Http::of_address_v3, "*:*:config/*:r", kWhat,
       kAddressV3, kV3},
      {Method::kGet, "/v3/console/cs/config/listener", nullptr, &Http::of_config_v3, kReadsConfigV3, kWho,
       kConfigV3, kConsole},
      {Method::kGet, "/v3/console/cs/config/listener/ip", nullptr, &Http::of_address_v3, "*:*:config/*:r",
       kWhat, kAddressV3, kConsole},
  };
  return kRows;
}

}  // namespace batata::nacos
