#include "faces/nacos/config/config_history_http.h"

#include <algorithm>

#include "async/next_turn.h"
#include "base/assert.h"
#include "base/json.h"
#include "faces/nacos/config/config_history_json.h"

namespace batata::nacos {
namespace {

using domain::ConfigId;
using domain::HistoryEntry;

constexpr std::string_view kOfAnother = "Please check dataId, group or namespaceId.";
constexpr std::size_t kSliceMax = 1000;  // configs between which others get the loop

std::optional<wire::Response> refuse(const wire::Request& request, Family family) {
  if (family == Family::kV3) return refuse_v3(request);
  if (const auto refusal = check_config_names(request))
    return refused_parameter(*refusal, family == Family::kV1 ? kJsonUtf8 : std::string_view{});
  for (const std::string_view name : {"dataId", "group"})
    if (!request.param(name)) return missing_answer(family, name, "String");
  return std::nullopt;
}

ConfigId asked(const wire::Request& request, Family family) {
  return family == Family::kV3 ? config_of_v3(request) : config_of(request);
}

wire::Response wrapped(Family family, std::string json) {
  return family == Family::kV1 ? answer(200, kJsonUtf8, std::move(json)) : result(json);
}

wire::Response not_found(Family family) {
  switch (family) {
    case Family::kV1:
      return answer(200, kJsonUtf8, {});
    case Family::kV2:
      return result("null");
    case Family::kV3:
      return failed_result(400, result_code(Errc::kInvalidArgument), "Source must not be null");
  }
  BATATA_ASSERT(false);
}
// What was asked for belongs to another config: to tell it would go around that config's permissions.
wire::Response of_another(Family family) {
  // 2.5.1 sends a status line that no client can read here.
  if (family == Family::kV1) return answer(403, kText, std::string(kOfAnother));
  return failed_result(403, result_code(Errc::kPermissionDenied), kOfAnother);
}

std::string page_json(const std::vector<HistoryEntry>& entries, const ConfigId& id, const PageAsked& page,
                      Family family) {
  const auto total = static_cast<std::int64_t>(entries.size());
  // Divisions, so that no product of page and size can overflow.
  const std::int64_t pages = total / page.size + (total % page.size != 0 ? 1 : 0);
  const std::int64_t first = page.number > pages ? total : (page.number - 1) * page.size;
  std::string body;
  json::Writer out(body);
  out.begin_object().member("totalCount", total).member("pageNumber", page.number);
  out.member("pagesAvailable", pages).key("pageItems").begin_array();
  for (std::int64_t i = first; i < std::min(total, first + page.size); ++i) {
    const HistoryEntry& entry = entries[static_cast<std::size_t>(i)];
    family == Family::kV3 ? write_history_v3(out, id, entry, true) : write_history(out, id, entry, true);
  }
  out.end_array().end_object();
  return body;
}

std::string entry_json(const HistoryEntry& entry, const ConfigId& id, Family family) {
  std::string json;
  json::Writer out(json);
  family == Family::kV3 ? write_history_v3(out, id, entry, false) : write_history(out, id, entry, false);
  return json;
}

// What came after an update: the next entry holds it, or it is there still.
std::string detail_json(domain::ConfigService& configs, const HistoryEntry& entry, const ConfigId& id) {
  const std::string gray(entry.view.gray_name);
  const auto next = configs.history().next(id, entry.nid, gray);
  const auto reading = gray.empty() ? std::nullopt : configs.gray(id, gray);
  const auto config = reading ? std::optional(reading->config) : configs.get(id);
  Updated updated;
  if (entry.view.kind == domain::ChangeKind::kUpdate && next) {
    const domain::ConfigView& value = next->view.config;
    updated = {value.content, value.md5, value.encrypted_data_key, ext_info(next->view)};
  } else if (entry.view.kind == domain::ChangeKind::kUpdate && config && (gray.empty() || reading)) {
    updated = {(*config)->content, (*config)->md5, (*config)->encrypted_data_key, std::nullopt};
  }
  std::string json;
  json::Writer out(json);
  write_history_detail(out, id, entry, updated);
  return json;
}

void write_config(json::Writer& out, const domain::Found& found, Family family) {
  const auto& [id, config] = found;
  out.begin_object().member("id", std::to_string(domain::numeric_id(id)));
  if (family == Family::kV3) {
    out.member("namespaceId", id.space).member("groupName", id.group).member("dataId", id.data_id);
    out.key("md5").null().member("type", config->type).member("appName", config->app);
    out.member("createTime", config->created.ms).member("modifyTime", config->modified.ms).end_object();
    return;
  }
  out.member("dataId", id.data_id).member("group", id.group).key("content").null().key("md5").null();
  out.key("encryptedDataKey").null();
  out.member("tenant", id.space == "public" ? std::string_view{} : std::string_view(id.space));
  out.member("appName", config->app).member("type", config->type);
  out.member("lastModified", config->modified.ms).end_object();
}

}  // namespace

Task<wire::Response> ConfigHistoryHttp::list(wire::Request request, Family family) {
  if (auto refused = refuse(request, family)) co_return std::move(*refused);
  const auto page = page_of(request, family);
  if (!page) co_return page.error();
  const ConfigId id = asked(request, family);
  co_return wrapped(family, page_json(configs_.history().list(id), id, *page, family));
}

Task<wire::Response> ConfigHistoryHttp::entry(wire::Request request, Family family, bool in_full) {
  if (auto refused = refuse(request, family)) co_return std::move(*refused);
  const auto nid = required_number(request, family, "nid", "Long");
  if (!nid) co_return nid.error();
  const ConfigId id = asked(request, family);
  const auto number = static_cast<std::uint64_t>(*nid);
  const auto found = configs_.history().find(id, number);
  if (found)
    co_return wrapped(family, in_full ? detail_json(configs_, *found, id) : entry_json(*found, id, family));
  const bool elsewhere = co_await configs_.history().has_nid(number);
  co_return elsewhere ? of_another(family) : not_found(family);
}

Task<wire::Response> ConfigHistoryHttp::previous(wire::Request request, Family family) {
  if (auto refused = refuse(request, family)) co_return std::move(*refused);
  const auto asked_id = required_number(request, family, "id", "Long");
  if (!asked_id) co_return asked_id.error();
  const ConfigId id = asked(request, family);
  const auto number = static_cast<std::uint64_t>(*asked_id);
  if (number == domain::numeric_id(id)) {
    const auto found = configs_.history().previous(id);
    co_return found ? wrapped(family, entry_json(*found, id, family)) : not_found(family);
  }
  const bool elsewhere = co_await configs_.history().has_config(number);
  co_return elsewhere ? of_another(family) : not_found(family);
}

Task<wire::Response> ConfigHistoryHttp::configs(wire::Request request, Family family) {
  const std::string_view name = family == Family::kV1 ? "tenant" : "namespaceId";
  const auto space = request.param(name);
  if (const auto refusal = check_namespace(space.value_or("")))
    co_return refused_parameter(*refusal, family == Family::kV1 ? kJsonUtf8 : std::string_view{});
  if (!space) co_return missing_answer(family, name, "String");
  const auto found = co_await configs_.of_space(domain::canonical_space(*space));
  std::string list;
  json::Writer out(list);
  out.begin_array();
  for (std::size_t i = 0; i < found.size(); ++i) {
    write_config(out, found[i], family);
    if ((i + 1) % kSliceMax == 0) co_await next_turn(runtime_);
  }
  out.end_array();
  co_return wrapped(family, std::move(list));
}

Task<wire::Response> ConfigHistoryHttp::list_v1(wire::Request request, cluster::Context) {
  return list(std::move(request), Family::kV1);
}
Task<wire::Response> ConfigHistoryHttp::entry_v1(wire::Request request, cluster::Context) {
  return entry(std::move(request), Family::kV1, false);
}
Task<wire::Response> ConfigHistoryHttp::previous_v1(wire::Request request, cluster::Context) {
  return previous(std::move(request), Family::kV1);
}
Task<wire::Response> ConfigHistoryHttp::configs_v1(wire::Request request, cluster::Context) {
  return configs(std::move(request), Family::kV1);
}
Task<wire::Response> ConfigHistoryHttp::list_v2(wire::Request request, cluster::Context) {
  return list(std::move(request), Family::kV2);
}
Task<wire::Response> ConfigHistoryHttp::entry_v2(wire::Request request, cluster::Context) {
  return entry(std::move(request), Family::kV2, false);
}
Task<wire::Response> ConfigHistoryHttp::detail_v2(wire::Request request, cluster::Context) {
  return entry(std::move(request), Family::kV2, true);
}
Task<wire::Response> ConfigHistoryHttp::previous_v2(wire::Request request, cluster::Context) {
  return previous(std::move(request), Family::kV2);
}
Task<wire::Response> ConfigHistoryHttp::configs_v2(wire::Request request, cluster::Context) {
  return configs(std::move(request), Family::kV2);
}
Task<wire::Response> ConfigHistoryHttp::list_v3(wire::Request request, cluster::Context) {
  return list(std::move(request), Family::kV3);
}
Task<wire::Response> ConfigHistoryHttp::entry_v3(wire::Request request, cluster::Context) {
  return entry(std::move(request), Family::kV3, false);
}
Task<wire::Response> ConfigHistoryHttp::previous_v3(wire::Request request, cluster::Context) {
  return previous(std::move(request), Family::kV3);
}
Task<wire::Response> ConfigHistoryHttp::configs_v3(wire::Request request, cluster::Context) {
  return configs(std::move(request), Family::kV3);
}

}  // namespace batata::nacos
