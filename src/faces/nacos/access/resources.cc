#include "faces/nacos/access/resources.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>

#include "domain/access/resource.h"
#include "domain/config/names.h"
#include "faces/nacos/common/listening.h"
#include "faces/nacos/common/naming_names.h"
#include "faces/nacos/common/utf8.h"

namespace batata::nacos {
namespace {

using domain::is_blank;
using domain::resource_name;

constexpr std::string_view kConfig = "config", kNaming = "naming";
constexpr std::string_view kListener = "/nacos/v1/cs/configs/listener", kStatuses = "/instance/statuses";

// How far down a row goes by what its request names.
enum class Reach {
  kName,   // to one config or service
  kGroup,  // to a group: any name in it
  kSpace,  // to a namespace: any name of any group
};

std::string text(const wire::Request& request, std::string_view name) {
  return as_utf8(request.param(name).value_or(""));
}

void add_new(std::vector<std::string>& texts, std::string one) {
  if (std::ranges::count(texts, one) == 0) texts.push_back(std::move(one));
}

// What `own` says, also when it says nothing, and what any of the others says differently.
std::vector<std::string> spellings(const wire::Request& request, std::string_view own,
                                   std::initializer_list<std::string_view> others) {
  std::vector<std::string> said = {text(request, own)};
  for (const std::string_view name : others) {
    std::string other = text(request, name);
    if (!is_blank(other)) add_new(said, std::move(other));
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

Resources config_of(const wire::Request& request, Reach reach) {
  if (auto resources = polled(request)) return std::move(*resources);
  const bool v1 = request.path.starts_with("/nacos/v1/"), v2 = request.path.starts_with("/nacos/v2/");
  const auto spaces = v1 ? spellings(request, "tenant", {"namespaceId", "namespace"})
                         : spellings(request, "namespaceId", {"tenant", "namespace", "targetNamespaceId"});
  std::vector<std::string> groups = {""};
  if (reach != Reach::kSpace)
    groups =
        v1 || v2 ? spellings(request, "group", {"groupName"}) : spellings(request, "groupName", {"group"});
  Resources resources =
      all_of(spaces, groups, kConfig, reach == Reach::kName ? text(request, "dataId") : std::string());
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

// A parameter as it stands, and as a handler reads it that decodes it once more (`encoding`).
std::vector<std::string> readings(const wire::Request& request, std::string_view name) {
  std::vector<std::string> said = {text(request, name)};
  add_new(said, text_of_v1(request, name));
  return said;
}

// What "group@@name" beside a group of its own means: over v1 the service of that group; over v2 and v3 also
// what is before the marks, or the whole, as a name in the other group.
void add_services(Resources& resources, const wire::Request& request, std::string_view space,
                  std::string_view group, std::string_view name) {
  const auto add = [&](std::string_view in, std::string_view what) {
    add_new(resources, resource_name(space, in, kNaming, what));
  };
  const std::string_view own = is_blank(name) ? group : or_default(group, kDefaultGroup);
  const std::size_t at = name.find("@@");
  if (at == name.npos) return add(own, name);
  add(name.substr(0, at), name.substr(at + 2));
  if (!is_blank(group)) add(group, name.substr(at + 2));
  if (request.path.starts_with("/nacos/v1/")) return;
  add(own, name.substr(0, at));
  add(own, name);
}

Resources naming_of(const wire::Request& request, Reach reach) {
  if (const std::size_t at = request.path.find(kStatuses); at != request.path.npos) {
    const auto key = request.path.substr(at + kStatuses.size());  // of v2: "/group@@service"
    return status_of(key.empty() ? request.param("key").value_or("") : key.substr(1));
  }
  std::vector<std::string> groups = {""}, names = {""};
  if (reach != Reach::kSpace) groups = readings(request, "groupName");
  if (reach == Reach::kName) names = readings(request, "serviceName");
  Resources resources;
  for (const std::string& space : readings(request, "namespaceId"))
    for (const std::string& group : groups)
      for (const std::string& name : names) add_services(resources, request, space, group, name);
  return resources;
}

Resources resources_of(const wire::Request& request, std::string_view what) {
  if (what == kConfig) return config_of(request, Reach::kName);
  if (what == "config/*") return config_of(request, Reach::kGroup);
  if (what == "*:config/*") return config_of(request, Reach::kSpace);
  if (what == kNaming) return naming_of(request, Reach::kName);
  if (what == "naming/*") return naming_of(request, Reach::kGroup);
  if (what == "*:naming/*") return naming_of(request, Reach::kSpace);
  if (what == "ai")
    return {resource_name(text(request, "namespaceId"), kDefaultGroup, what, text(request, "mcpName"))};
  if (what == "lock") return {resource_name(text(request, "namespaceId"), "", what, text(request, "key"))};
  return {std::string(what)};
}

std::string member(json::Value object, std::string_view name) {
  return object[name].as_text().value_or("");
}

// "namespace>>group>>name"; what is behind a further mark is not looked at, as in FuzzyPattern. A star of a
// permission stands for one of the pattern, so whatever the pattern finds is allowed, too.
Resources watched(json::Value body, std::string_view kind) {
  const std::string pattern = member(body, "groupKeyPattern");
  std::array<std::string_view, 3> parts;
  std::string_view rest = pattern;
  for (std::string_view& part : parts) {
    const std::size_t end = rest.find(">>");
    part = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view{} : rest.substr(end + 2);
  }
  return {resource_name(parts[0], parts[1], kind, parts[2])};
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

Resources group_resources(json::Value body) {
  return {resource_name(member(body, "namespace"), member(body, "groupName"), kNaming, "")};
}

Resources watched_config_resources(json::Value body) {
  return watched(body, kConfig);
}

Resources watched_service_resources(json::Value body) {
  return watched(body, kNaming);
}

}  // namespace batata::nacos
