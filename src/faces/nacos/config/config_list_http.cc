#include "faces/nacos/config/config_list_http.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/access/resources.h"
#include "faces/nacos/config/config_params.h"

namespace batata::nacos {
namespace {

using domain::ConfigQuery;
using domain::Found;
using domain::FoundPage;

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const auto part = list.substr(0, list.find(','));
    if (!part.empty()) parts.emplace_back(part);
    list.remove_prefix(std::min(list.size(), part.size() + 1));
  }
  return parts;
}

json::Writer& begin_page(json::Writer& out, const ConfigQuery& query, const FoundPage& page) {
  out.begin_object().member("totalCount", page.total).member("pageNumber", query.page);
  out.member("pagesAvailable", page.pages).key("pageItems").begin_array();
  return out;
}

std::string number_text(const Found& found) {
  return std::to_string(domain::numeric_id_of_key(found.config.stored()->key));
}

// The page of v1 and v2, whose queries read more or less of a config.
std::string page_of_v1(const ConfigQuery& query, const FoundPage& page) {
  std::string body;
  json::Writer out(body);
  begin_page(out, query, page);
  for (const Found& found : page.items) {
    const auto& [id, config] = found;
    out.begin_object().member("id", number_text(found)).member("dataId", id.data_id);
    out.member("group", id.group).member("content", config->content).key("md5").null();
    out.key("encryptedDataKey");
    query.blur ? out.string(config->encrypted_data_key) : out.null();
    out.member("tenant", id.space == "public" ? std::string_view() : std::string_view(id.space));
    out.member("appName", config->app).key("type");
    // Upstream's query over tags does not read the type.
    query.blur || query.tags.empty() ? out.string(config->type) : out.null();
    out.end_object();
  }
  out.end_array().end_object();
  return body;
}

std::string page_of_v3(const ConfigQuery& query, const FoundPage& page) {
  std::string body;
  json::Writer out(body);
  begin_page(out, query, page);
  for (const Found& found : page.items) {
    const auto& [id, config] = found;
    out.begin_object().member("id", number_text(found)).member("namespaceId", id.space);
    out.member("groupName", id.group).member("dataId", id.data_id).key("md5");
    // Upstream's query over tags does not read the md5, and none reads the times.
    query.tags.empty() ? out.string(config->md5) : out.null();
    out.member("type", config->type).member("appName", config->app);
    out.member("createTime", 0).member("modifyTime", 0).end_object();
  }
  out.end_array().end_object();
  return body;
}

// Names are patterns where the request asks for "blur", and then no name is checked, as upstream.
Refusal check_names(const wire::Request& request) {
  if (request.param("search") == "blur") return std::nullopt;
  return check_config_names(request);
}

ConfigQuery query_of(const wire::Request& request, std::string_view group, std::string_view tags) {
  ConfigQuery query;
  auto [space, in, data_id] = config_named(request, group);
  query.space = std::move(space);
  query.group = std::move(in);
  query.data_id = std::move(data_id);
  query.app = text_of(request, "appName");
  query.tags = split(text_of(request, tags));
  for (std::string* text : {&query.data_id, &query.group, &query.app})
    if (is_blank(*text)) text->clear();
  return query;
}

}  // namespace

Task<wire::Response> ConfigListHttp::list_v1(wire::Request request, cluster::Context context) {
  ConfigQuery query = query_of(request, "group", "config_tags");
  for (const std::string_view name : {"dataId", "group"})
    if (!request.param(name)) co_return missing_answer(Family::kV1, name, "String");
  const auto page = required_number(request, Family::kV1, "pageNo", "int");
  if (!page) co_return page.error();
  const auto size = required_number(request, Family::kV1, "pageSize", "int");
  if (!size) co_return size.error();
  if (*page < 1 || *size < 1) {
    co_return caused(400, "serialize page error, dataId=" + query.data_id + ", group=" + query.group +
                              ";caused: pageNo and pageSize must be greater than zero");
  }
  if (const auto refusal = check_namespace(text_of(request, "tenant")))
    co_return refused_parameter(*refusal, kJsonUtf8);
  query.page = *page;
  query.size = *size;
  query.blur = request.param("search") == "blur";
  query.shows_content = true;
  if (query.blur) query.types = split(text_of(request, "types"));
  query.sees = readable_by(rights_, std::move(context.principal));
  auto found = co_await search_.find(std::move(query), page_of_v1);
  if (!found) co_return caused(http_status(found.error().code), found.error().message);
  co_return answer(200, kJsonUtf8, std::move(*found));
}

Task<wire::Response> ConfigListHttp::list_v2(wire::Request request, cluster::Context context) {
  if (const auto refusal = check_names(request)) co_return refused_parameter(*refusal, {});
  for (const std::string_view name : {"dataId", "group"})
    if (!request.param(name)) co_return missing_answer(Family::kV2, name, "String");
  const auto page = required_number(request, Family::kV2, "pageNo", "int");
  if (!page) co_return page.error();
  const auto size = required_number(request, Family::kV2, "pageSize", "int");
  if (!size) co_return size.error();
  if (!request.param("config_detail")) co_return missing_answer(Family::kV2, "config_detail", "String");
  if (*page < 1 || *size < 1) {
    co_return failed_result(400, result_code(Errc::kInvalidArgument),
                            "pageNo and pageSize must be greater than zero");
  }
  ConfigQuery query = query_of(request, "group", "config_tags");
  query.content = text_of(request, "config_detail");
  if (is_blank(query.content)) query.content.clear();
  query.types = split(text_of(request, "types"));
  query.page = *page;
  query.size = *size;
  const auto mode = request.param("search").value_or("");
  query.blur = mode.empty() || mode == "blur";
  query.shows_content = query.is_limited = true;
  query.sees = readable_by(rights_, std::move(context.principal));
  auto found = co_await search_.find(std::move(query), page_of_v1);
  if (!found)
    co_return failed_result(http_status(found.error().code), result_code(found.error().code),
                            found.error().message);
  co_return answer(200, kJson, std::move(*found));
}

Task<wire::Response> ConfigListHttp::list_v3(wire::Request request, cluster::Context context) {
  if (const auto refusal = check_names(request)) co_return refused_parameter(*refusal, {});
  ConfigQuery query = query_of(request, "groupName", "configTags");
  query.size = 100;
  for (const auto& [name, target] : {std::pair("pageNo", &query.page), {"pageSize", &query.size}}) {
    const auto number = number_of(request, Family::kV3, name, "int");
    if (!number) co_return number.error();
    *target = number->value_or(*target);
    if (*target >= 1) continue;
    co_return failed_result(400, result_code(Errc::kInvalidArgument),
                            "Required parameter '" + std::string(name) +
                                "' should be positive integer, current is " + std::to_string(*target));
  }
  query.content = text_of(request, "configDetail");
  if (is_blank(query.content)) query.content.clear();
  query.types = split(text_of(request, "type"));
  // Any other word than "blur" asks for exact names.
  const auto mode = request.param("search").value_or("");
  query.blur = mode.empty() || mode == "blur";
  query.is_limited = true;
  query.sees = readable_by(rights_, std::move(context.principal));
  auto found = co_await search_.find(std::move(query), page_of_v3);
  if (!found)
    co_return failed_result(http_status(found.error().code), result_code(found.error().code),
                            found.error().message);
  co_return result(*found);
}

}  // namespace batata::nacos
