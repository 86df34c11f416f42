// The lists of configs that operators and their tools ask for: GET /nacos/v1/cs/configs?search=….
#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "domain/config/names.h"
#include "faces/nacos/config_http.h"
#include "faces/nacos/http_answers.h"
#include "faces/nacos/param_check.h"

namespace batata::nacos {
namespace {

/// What to look for. Blank texts and empty lists are not looked at.
struct Search {
  std::string space, group, data_id, app;
  std::vector<std::string> tags, types;
  bool blur = false;  ///< '*' in names stands for any text
  std::int64_t page = 1, size = 1;
};

struct Found {
  domain::ConfigId id;
  domain::Config config;
};

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const auto part = list.substr(0, list.find(','));
    if (!part.empty()) parts.emplace_back(part);
    list.remove_prefix(std::min(list.size(), part.size() + 1));
  }
  return parts;
}

// Matches greedily from the left: only the last star may have to give up what it took.
bool fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = pattern.npos, after = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++after;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

bool name_fits(const Search& search, const std::string& wanted, const std::string& name) {
  return wanted.empty() || (search.blur ? fits(wanted, name) : wanted == name);
}

bool any_of(const std::vector<std::string>& wanted, const std::vector<std::string>& there) {
  return wanted.empty() ||
         std::ranges::any_of(wanted, [&](const auto& w) { return std::ranges::count(there, w) > 0; });
}

bool wants(const Search& search, const domain::ConfigId& id, const domain::ConfigView& config) {
  return name_fits(search, search.data_id, id.data_id) && name_fits(search, search.group, id.group) &&
         (search.app.empty() || search.app == config.app) && any_of(search.tags, split(config.tags)) &&
         any_of(search.types, {std::string(config.type)});
}

std::vector<Found> find(const store::View& view, const Search& search) {
  std::vector<Found> found;
  for (auto& stored : view.range(domain::configs_of(search.space))) {
    auto id = domain::config_id(stored->key);
    auto config = domain::decode_config(stored->value);
    if (id && config && wants(search, *id, *config))
      found.push_back({std::move(*id), domain::Config(std::move(stored), *config)});
  }
  // The oldest first, as upstream's ascending ids.
  std::ranges::sort(found, {}, [](const Found& f) { return f.config.stored()->created; });
  return found;
}

std::string page_of(const std::vector<Found>& found, const Search& search) {
  const auto total = static_cast<std::int64_t>(found.size());
  // Divisions, so that no product of page and size can overflow.
  const std::int64_t pages = total / search.size + (total % search.size != 0 ? 1 : 0);
  const std::int64_t first = search.page > pages ? total : (search.page - 1) * search.size;
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .member("totalCount", total)
      .member("pageNumber", search.page)
      .member("pagesAvailable", pages);
  out.key("pageItems").begin_array();
  for (std::int64_t i = first; i < total && i - first < search.size; ++i) {
    const auto& [id, config] = found[static_cast<std::size_t>(i)];
    out.begin_object()
        .member("id", std::to_string(config.stored()->created.value))
        .member("dataId", id.data_id);
    out.member("group", id.group).member("content", config->content).key("md5").null();
    out.key("encryptedDataKey");
    search.blur ? out.string(config->encrypted_data_key) : out.null();
    out.member("tenant", id.space == "public" ? "" : std::string_view(id.space))
        .member("appName", config->app);
    out.key("type");
    // Upstream's query over tags does not read the type.
    search.blur || search.tags.empty() ? out.string(config->type) : out.null();
    out.end_object();
  }
  out.end_array().end_object();
  return body;
}

std::string not_a_number(std::string_view text) {
  const std::string input = "For input string: \"" + std::string(text) + "\"";
  return "caused: Failed to convert value of type 'java.lang.String' to required type 'int'; nested "
         "exception is "
         "java.lang.NumberFormatException: " +
         input + ";caused: " + input + ";";
}

std::string missing(std::string_view name, std::string_view type) {
  return "Required request parameter '" + std::string(name) + "' for method parameter type " +
         std::string(type) + " is not present";
}

tl::expected<std::int64_t, wire::Response> number(const wire::Request& request, std::string_view name) {
  const auto text = request.param(name);
  if (!text) return tl::unexpected(caused(500, escape_html(missing(name, "int"))));
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size())
    return tl::unexpected(answer(400, kText, not_a_number(*text)));
  return value;
}

}  // namespace

Task<wire::Response> ConfigHttp::search_v1(wire::Request request, cluster::Context) {
  Search search;
  search.blur = request.param("search") == "blur";
  for (const std::string_view name : {"dataId", "group"})
    if (!request.param(name)) co_return caused(500, escape_html(missing(name, "String")));
  const auto page = number(request, "pageNo");
  if (!page) co_return page.error();
  const auto size = number(request, "pageSize");
  if (!size) co_return size.error();
  search.data_id = *request.param("dataId");
  search.group = *request.param("group");
  search.page = *page;
  search.size = *size;
  if (search.page < 1 || search.size < 1) {
    co_return caused(400, "serialize page error, dataId=" + search.data_id + ", group=" + search.group +
                              ";caused: pageNo and pageSize must be greater than zero");
  }
  const auto tenant = request.param("tenant").value_or("");
  if (const auto refusal = check_namespace(tenant)) co_return refused_parameter(*refusal, kJsonUtf8);
  search.space = domain::canonical_space(tenant);
  search.app = request.param("appName").value_or("");
  search.tags = split(request.param("config_tags").value_or(""));
  if (search.blur) search.types = split(request.param("types").value_or(""));
  co_return answer(200, kJsonUtf8, page_of(find(watches_.store().latest(), search), search));
}

}  // namespace batata::nacos
