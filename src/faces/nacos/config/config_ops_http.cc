#include "faces/nacos/config/config_ops_http.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/common/errors.h"
#include "faces/nacos/common/log_level.h"
#include "faces/nacos/config/config_params.h"

namespace batata::nacos {
namespace {

using domain::CapacityOwner;

constexpr std::string_view kNoOwnerV1 = "The parameter group and tenant cannot be empty at the same time";
constexpr std::string_view kNoOwnerV3 =
    "At least one of the parameters (groupName or namespaceId) must be provided";
constexpr std::string_view kNoValues =
    "The parameters quota, maxSize, maxAggrCount, maxAggrSize cannot be empty at the same time";
// There is no SQL database here, so these calls are answered as by a server with an external one.
constexpr std::string_view kNoDerby = "The current storage mode is not Derby";
constexpr std::string_view kNoDerbyImport = "Limited to embedded storage mode";

// A group or a namespace as a request names it; the namespace wins.
struct Named {
  CapacityOwner owner;
  std::string field, spelling;
};
std::optional<Named> named(const wire::Request& request, std::string_view group, std::string_view space) {
  if (std::string value = text_of(request, space); !is_blank(value))
    return Named{
        {CapacityOwner::Kind::kNamespace, domain::canonical_space(value)}, std::string(space), value};
  if (std::string value = text_of(request, group); !is_blank(value))
    return Named{{CapacityOwner::Kind::kGroup, value}, std::string(group), value};
  return std::nullopt;
}

std::string report_json(const Named& named, const domain::CapacityReport& report) {
  // Upstream's is the number of a row that the question makes; here nothing is made.
  const auto id = hash64(domain::capacity_key(named.owner)) & 0x7fff'ffff'ffff'ffffULL;
  const domain::Capacity& capacity = report.capacity;
  std::string json;
  json::Writer out(json);
  out.begin_object().member("id", std::to_string(id)).member("quota", capacity.quota);
  out.member("usage", static_cast<std::int64_t>(report.usage)).member("maxSize", capacity.max_size);
  out.member("maxAggrCount", capacity.max_aggr_count).member("maxAggrSize", capacity.max_aggr_size);
  out.key("gmtCreate").null().key("gmtModified").null().member(named.field, named.spelling).end_object();
  return json;
}

bool has_values(const domain::Capacities::Change& change) {
  return change.quota || change.max_size || change.max_aggr_count || change.max_aggr_size;
}

Parsed<domain::Capacities::Change> change_of(const wire::Request& request, Family family) {
  domain::Capacities::Change change;
  const std::array<std::pair<std::string_view, std::optional<std::int32_t>*>, 4> fields = {
      {{"quota", &change.quota},
       {"maxSize", &change.max_size},
       {"maxAggrCount", &change.max_aggr_count},
       {"maxAggrSize", &change.max_aggr_size}}};
  for (const auto& [name, field] : fields) {
    if (is_blank(request.param(name).value_or(""))) continue;
    auto number = number_of(request, family, name, "Integer");
    if (!number) return tl::unexpected(std::move(number.error()));
    constexpr auto kMax = std::numeric_limits<std::int32_t>::max(), kMin = -kMax;
    // What Java's type cannot hold is as good as its end.
    *field = static_cast<std::int32_t>(std::clamp<std::int64_t>(**number, kMin, kMax));
  }
  return change;
}

// `{"code":…,"message":…,"data":…}` of v1 with a status of its own.
wire::Response refused_v1(std::string_view message, std::string_view data) {
  wire::Response response = rest_answer(400, message, data);
  response.status = 400;
  return response;
}

}  // namespace

Task<wire::Response> ConfigOpsHttp::capacity_v1(wire::Request request, cluster::Context) {
  if (const auto refusal = check_config_names(request)) co_return refused_parameter(*refusal, kJsonUtf8);
  auto owner = named(request, "group", "tenant");
  if (!owner) co_return refused_v1(kNoOwnerV1, "null");
  const auto report = co_await capacities_.report(owner->owner);
  co_return rest_answer(200, std::nullopt, report_json(*owner, report));
}

Task<wire::Response> ConfigOpsHttp::capacity_v3(wire::Request request, cluster::Context) {
  if (const auto refusal = check_config_names(request)) co_return refused_parameter(*refusal, {});
  auto owner = named(request, "groupName", "namespaceId");
  if (!owner) co_return missing_result(kNoOwnerV3);
  const auto report = co_await capacities_.report(owner->owner);
  co_return result(report_json(*owner, report));
}

Task<wire::Response> ConfigOpsHttp::set_capacity_v1(wire::Request request, cluster::Context context) {
  if (const auto refusal = check_config_names(request)) co_return refused_parameter(*refusal, kJsonUtf8);
  auto change = change_of(request, Family::kV1);
  if (!change) co_return std::move(change.error());
  auto owner = named(request, "group", "tenant");
  if (!owner) co_return refused_v1(kNoOwnerV1, "false");
  if (!has_values(*change)) co_return refused_v1(kNoValues, "false");
  const auto done = co_await capacities_.set(std::move(context), owner->owner, *change);
  if (!done) co_return caused(http_status(done.error().code), done.error().message);
  co_return rest_answer(200,
                        "successfully updated the capacity information configuration of " + owner->field +
                            " to " + owner->spelling,
                        "true");
}

Task<wire::Response> ConfigOpsHttp::set_capacity_v3(wire::Request request, cluster::Context context) {
  if (const auto refusal = check_config_names(request)) co_return refused_parameter(*refusal, {});
  auto change = change_of(request, Family::kV3);
  if (!change) co_return std::move(change.error());
  auto owner = named(request, "groupName", "namespaceId");
  if (!owner) co_return missing_result(kNoOwnerV3);
  if (!has_values(*change)) co_return missing_result(kNoValues);
  const auto done = co_await capacities_.set(std::move(context), owner->owner, *change);
  if (!done)
    co_return failed_result(http_status(done.error().code), result_code(done.error().code),
                            done.error().message);
  co_return result("true");
}

// Reads come from the store itself: there is no other copy that could be out of date.
wire::Response ConfigOpsHttp::local_cache_v1(const wire::Request&) const {
  return answer(200, kText, "200");
}
wire::Response ConfigOpsHttp::local_cache_v3(const wire::Request&) const {
  return result("\"Local cache updated from store successfully!\"");
}

wire::Response ConfigOpsHttp::log_v1(const wire::Request& request) const {
  for (const std::string_view name : {"logName", "logLevel"})
    if (!request.param(name)) return missing_answer(Family::kV1, name, "String");
  (void)set_log_level(text_of(request, "logName"), text_of(request, "logLevel"));
  return answer(200, kText, "200");
}

wire::Response ConfigOpsHttp::log_v3(const wire::Request& request) const {
  for (const std::string_view name : {"logName", "logLevel"})
    if (!request.param(name)) return missing_answer(Family::kV3, name, "String");
  const std::string name = text_of(request, "logName"), level = text_of(request, "logLevel");
  (void)set_log_level(name, level);
  std::string data;
  json::Writer(data).string("Log level updated successfully! Module: " + name + ", Log Level: " + level);
  return result(data);
}

wire::Response ConfigOpsHttp::derby_v1(const wire::Request& request) const {
  if (!request.param("sql")) return missing_answer(Family::kV1, "sql", "String");
  return rest_answer(500, kNoDerby, "null");
}
wire::Response ConfigOpsHttp::derby_v3(const wire::Request& request) const {
  if (!request.param("sql")) return missing_answer(Family::kV3, "sql", "String");
  return exception_result(200, kNoDerby);
}
wire::Response ConfigOpsHttp::derby_import_v1(const wire::Request&) const {
  return rest_answer(500, kNoDerbyImport, "null");
}
wire::Response ConfigOpsHttp::derby_import_v3(const wire::Request&) const {
  return exception_result(200, kNoDerbyImport);
}

}  // namespace batata::nacos
