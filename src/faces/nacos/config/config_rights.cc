#include "faces/nacos/config/config_rights.h"

#include <set>

#include "base/text.h"
#include "faces/nacos/common/listening.h"
#include "faces/nacos/config/config_params.h"

namespace batata::nacos {
namespace {

Resources any_of_space(std::string_view spelling) {
  return {config_resource({domain::canonical_space(spelling), {}, {}})};
}

Resources any_of_param(const wire::Request& request, std::string_view name) {
  return any_of_space(request.param(name).value_or(""));
}

// An export by numbers looks at no name.
bool is_numbered(const wire::Request& request) {
  return !is_blank(request.param("ids").value_or(""));
}

}  // namespace

Resources touched_config(const wire::Request& request) {
  return {config_resource(config_of(request))};
}

Resources touched_list_v3(const wire::Request& request) {
  return {config_resource(config_named(request, "groupName"))};
}

Resources touched_config_v3(const wire::Request& request) {
  return {config_resource(config_of_v3(request))};
}

Resources touched_listened(const wire::Request& request) {
  return {config_resource(listened_config(request))};
}

Resources touched_metered(const wire::Request& request) {
  return {config_resource(metered_config(request))};
}

Resources touched_polled(const wire::Request& request) {
  std::set<std::string> spaces;
  if (const auto listenings = parse_listenings(polled_text(request)))
    for (const Listening& one : *listenings) spaces.insert(domain::canonical_space(one.tenant));
  // What cannot be read is refused by the handler, whoever asks.
  if (spaces.empty()) return any_of_space({});
  Resources resources;
  for (const std::string& space : spaces) resources.push_back(config_resource({space, {}, {}}));
  return resources;
}

Resources touched_export(const wire::Request& request) {
  return is_numbered(request) ? any_of_space(space_of(request)) : touched_config(request);
}

Resources touched_export_v3(const wire::Request& request) {
  return is_numbered(request) ? any_of_space(space_of(request)) : touched_list_v3(request);
}

Resources touched_numbered(const wire::Request&) {
  return {config_resource({"*", "*", "*"})};
}

Resources touched_tenant(const wire::Request& request) {
  return any_of_param(request, "tenant");
}

Resources touched_namespace(const wire::Request& request) {
  return any_of_param(request, "namespace");
}

Resources touched_namespace_id(const wire::Request& request) {
  return any_of_param(request, "namespaceId");
}

}  // namespace batata::nacos
