#include "faces/nacos/resources.h"

#include <algorithm>
#include <initializer_list>
#include <set>

#include "domain/access/resource.h"
#include "domain/config/names.h"
#include "faces/nacos/fuzzy_pattern.h"
#include "faces/nacos/listening.h"
#include "faces/nacos/naming_names.h"
#include "faces/nacos/utf8.h"

namespace batata::nacos {
namespace {

using domain::is_blank;
using domain::resource_name;

constexpr std::string_view kConfig = "config", kNaming = "naming";
constexpr std::string_view kListener = "/nacos/v1/cs/configs/listener", kStatuses = "/instance/statuses";

std::string text(const wire::Request& request, std::string_view name) {
  return as_utf8(request.param(name).value_or(""));
}

// What `own` says, also when it says nothing, and what any of the others says differently.
std::vector<std::string> spellings(const wire::Request& request, std::string_view own,
                                   std::initializer_list<std::string_view> others) {
  std::vector<std::string> said = {text(request, own)};
  for (const std::string_view name : others) {
    std::string other = text(request, name);
    if (!is_blank(other) && std::ranges::count(said, other) == 0) said.push_back(std::move(other));
  }
  return said;
}

Resources all_of(const std::vector<std::string>& spaces, const std::vector<std::string>& groups,
                 std::string_view kind, std::string_view name) {
  Resources resources;
  for (const std::string& space : spaces)
    for (const std::string& group : groups) resources.push_back(resource_name(space, group, kind, name));
  return resources;
}

// Any config of the namespaces that a long poll names. Its own parameters say nothing of them.
std::optional<Resources> polled(const wire::Request& request) {
  if (request.path != kListener || !request.param("Listening-Configs")) return std::nullopt;
  // Decoded once more, as the handler does.
  const auto listenings = parse_listenings(wire::percent_decode(*request.param("Listening-Configs"), true));
  if (!listenings) return std::nullopt;
  std::set<std::string> spaces;
  for (const Listening& one : *listenings) spaces.insert(is_blank(one.tenant) ? "" : as_utf8(one.tenant));
  Resources resources;
  for (const std::string& space : spaces) resources.push_back(resource_name(space, "", kConfig, ""));
  if (resources.empty()) return std::nullopt;
  return resources;
}

// Whether configs are named by their numbers, which say nothing of namespaces: to erase, export or copy them.
bool is_numbered(const wire::Request& request) {
  return !is_blank(request.param("ids").value_or("")) || request.param("clone").has_value() ||
         request.path.ends_with("/clone");
}

Resources config_of(const wire::Request& request) {
  if (auto resources = polled(request)) return std::move(*resources);
  const bool v1 = request.path.starts_with("/nacos/v1/"), v2 = request.path.starts_with("/nacos/v2/");
  const auto spaces = v1 ? spellings(request, "tenant", {"namespaceId", "namespace"})
                         : spellings(request, "namespaceId", {"tenant", "namespace", "targetNamespaceId"});
  const auto groups =
      v1 || v2 ? spellings(request, "group", {"groupName"}) : spellings(request, "groupName", {"group"});
  Resources resources = all_of(spaces, groups, kConfig, text(request, "dataId"));
  if (is_numbered(request)) resources.push_back(resource_name("*", "*", kConfig, "*"));
  return resources;
}

// "namespace##group@@service".
Resources status_of(std::string_view key) {
  std::string_view space, group = kDefaultGroup;
  if (const std::size_t at = key.find("##"); at != key.npos) {
    space = key.substr(0, at);
    key.remove_prefix(at + 2);
  }
  if (const std::size_t at = key.find("@@"); at != key.npos) {
    group = key.substr(0, at);
    key.remove_prefix(at + 2);
  }
  return {resource_name(as_utf8(space), as_utf8(group), kNaming, as_utf8(key))};
}

Resources naming_of(const wire::Request& request) {
  if (const std::size_t at = request.path.find(kStatuses); at != request.path.npos) {
    const auto key = request.path.substr(at + kStatuses.size());  // of v2: "/group@@service"
    return status_of(key.empty() ? request.param("key").value_or("") : key.substr(1));
  }
  std::string name = text(request, "serviceName");
  const std::string group = text(request, "groupName");
  std::vector<std::string> groups;
  if (const std::size_t at = name.find("@@"); at != name.npos) {
    groups.push_back(name.substr(0, at));
    name.erase(0, at + 2);
    if (!is_blank(group) && group != groups.front()) groups.push_back(group);
  } else {
    groups.emplace_back(is_blank(name) ? std::string_view(group) : or_default(group, kDefaultGroup));
  }
  return all_of({text(request, "namespaceId")}, groups, kNaming, name);
}

Resources resources_of(const wire::Request& request, std::string_view what) {
  if (what == kConfig) return config_of(request);
  if (what == kNaming) return naming_of(request);
  if (what == "ai")
    return {resource_name(text(request, "namespaceId"), kDefaultGroup, what, text(request, "mcpName"))};
  if (what == "lock") return {resource_name(text(request, "namespaceId"), "", what, text(request, "key"))};
  return {std::string(what)};
}

std::string member(json::Value object, std::string_view name) {
  return object[name].as_text().value_or("");
}

Resources watched(json::Value body, std::string_view kind) {
  const ResourceName parts = FuzzyPattern::parts_of(member(body, "groupKeyPattern"));
  return {resource_name(parts.space, parts.group, kind, parts.name)};
}

}  // namespace

Demand demand_of(std::string_view permission, Resources resources) {
  Demand demand;
  demand.identity = permission == "identity";
  if (demand.identity) return demand;
  const std::size_t colon = permission.rfind(':');
  // A permission that says neither asks for what is harder to have.
  demand.action = permission.substr(colon + 1) == "r" ? 'r' : 'w';
  demand.resources = std::move(resources);
  if (demand.resources.empty()) demand.resources.emplace_back(permission.substr(0, colon));
  return demand;
}

Demand demand_of(const wire::Request& request, std::string_view permission) {
  if (permission == "identity") return demand_of(permission, {});
  return demand_of(permission, resources_of(request, permission.substr(0, permission.rfind(':'))));
}

Resources config_resources(json::Value body) {
  return {resource_name(member(body, "tenant"), member(body, "group"), kConfig, member(body, "dataId"))};
}

Resources listened_resources(json::Value body) {
  std::set<std::string> spaces;
  body["configListenContexts"].each([&spaces](json::Value context) {
    std::string space = member(context, "tenant");
    spaces.insert(is_blank(space) ? "" : std::move(space));
  });
  if (spaces.empty()) spaces.insert("");
  Resources resources;
  for (const std::string& space : spaces) resources.push_back(resource_name(space, "", kConfig, ""));
  return resources;
}

Resources naming_resources(json::Value body) {
  return {resource_name(member(body, "namespace"), member(body, "groupName"), kNaming,
                        member(body, "serviceName"))};
}

Resources watched_config_resources(json::Value body) {
  return watched(body, kConfig);
}

Resources watched_naming_resources(json::Value body) {
  return watched(body, kNaming);
}

}  // namespace batata::nacos
