#include "faces/nacos/naming/naming_rights.h"

#include "faces/nacos/naming/naming_params.h"

namespace batata::nacos {

Resources touched_service_v1(const wire::Request& request) {
  return {service_resource(named_v1(request))};
}

Resources touched_service_v2(const wire::Request& request) {
  return {service_resource(named_v2(request))};
}

Resources touched_service_v3(const wire::Request& request) {
  return {service_resource(named_v3(request))};
}

Resources touched_catalog(const wire::Request& request) {
  return {service_resource(named_in_catalog(request))};
}

Resources touched_by_key(const wire::Request& request) {
  return {service_resource(named_by_key(text_param(request, "key")))};
}

Resources touched_by_path(const wire::Request& request) {
  return {service_resource(named_by_key(request.captures.front()))};
}

Resources touched_group_v1(const wire::Request& request) {
  return {service_resource(listed_group_v1(request))};
}

Resources touched_group_v2(const wire::Request& request) {
  return {service_resource(listed_group_v2(request))};
}

Resources touched_space_v1(const wire::Request& request) {
  return {service_resource({listed_group_v1(request).space, {}, {}})};
}

Resources touched_space_v2(const wire::Request& request) {
  return {service_resource({listed_group_v2(request).space, {}, {}})};
}

}  // namespace batata::nacos
