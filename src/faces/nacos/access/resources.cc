#include "faces/nacos/access/resources.h"

#include <array>
#include <set>
#include <utility>

#include "base/text.h"
#include "domain/access/resource.h"

namespace batata::nacos {
namespace {

using domain::resource_name;

constexpr std::string_view kConfig = "config", kNaming = "naming";

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
  demand.administrators = permission == wire::kAdministrators;
  if (demand.identity || demand.administrators) return demand;
  const std::size_t colon = permission.rfind(':');
  // A permission that says neither asks for what is harder to have.
  demand.action = permission.substr(colon + 1) == "r" ? 'r' : 'w';
  demand.resources = std::move(resources);
  if (demand.resources.empty()) demand.resources.emplace_back(permission.substr(0, colon));
  return demand;
}

Demand demand_of(const wire::Request& request, const wire::Right& right) {
  return demand_of(right.text, right.resources != nullptr ? right.resources(request) : Resources{});
}

std::string config_resource(const domain::ConfigId& id) {
  return resource_name(id.space, id.group, kConfig, id.data_id);
}

std::string service_resource(const registry::ServiceKey& service) {
  return resource_name(service.space, service.group, kNaming, service.name);
}

std::function<bool(const domain::ConfigId&)> readable_by(const domain::Rights& rights,
                                                         std::string principal) {
  if (principal.empty()) return nullptr;
  return [&rights, user = std::move(principal)](const domain::ConfigId& id) {
    return rights.allows(user, config_resource(id), 'r');
  };
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
