#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "domain/access/rights.h"
#include "domain/config/config_id.h"
#include "registry/instance.h"
#include "wire/http.h"
#include "wire/right.h"

namespace batata::nacos {

/// The resources that a request touches, in full ("public:DEFAULT_GROUP:config/app.yaml"), each as
/// domain/access/resource.h makes it: who asks must have a right to all of them.
using Resources = std::vector<std::string>;

/// What a row's permission asks for, taken apart.
struct Demand {
  Resources resources;          ///< empty with `identity` and with `administrators`
  char action = 'r';            ///< 'r' or 'w'
  bool identity = false;        ///< anybody who has signed in may
  bool administrators = false;  ///< nobody else may, whatever permissions they have
};

/// Of a row of HTTP. What it touches its own function has read (config/config_rights.h,
/// naming/naming_rights.h), with the functions by which its handler reads names: the spelling that the
/// handler goes by counts, and no other. Names that a handler does not go by would only make a request look
/// small. Source: upstream's HTTP resource parsers, which know one spelling, and believe those names.
[[nodiscard]] Demand demand_of(const wire::Request& request, const wire::Right& right);

/// The same for rows of gRPC, from the resources that the row's own function has found.
[[nodiscard]] Demand demand_of(std::string_view permission, Resources resources);

/// The resource of one config, and of one service; a blank part stands for any.
[[nodiscard]] std::string config_resource(const domain::ConfigId& id);
[[nodiscard]] std::string service_resource(const registry::ServiceKey& service);

/// Which configs somebody who has been admitted may read, by `principal` of the request's context: empty, so
/// all of them, where nobody had to sign in. For lists by patterns, which find more than is written in them.
/// `rights` outlives the result, which any thread may call.
[[nodiscard]] std::function<bool(const domain::ConfigId&)> readable_by(const domain::Rights& rights,
                                                                       std::string principal);

// Functions of gRPC's rows, for the request types that there are. `body` is the request's JSON, read as
// handlers read it. Source: upstream's GRPC resource parsers.

/// Of one config: `tenant`, `group`, `dataId`.
[[nodiscard]] Resources config_resources(json::Value body);
/// Of listening: any config of each namespace that the contexts name; upstream looks at the first one alone.
[[nodiscard]] Resources listened_resources(json::Value body);
/// Of one service: `namespace`, `groupName`, `serviceName`.
[[nodiscard]] Resources naming_resources(json::Value body);
/// Of all services of a group: `namespace`, `groupName`.
[[nodiscard]] Resources group_resources(json::Value body);
/// Of what a fuzzy watch may tell: `groupKeyPattern`, whose stars are those of permissions.
[[nodiscard]] Resources watched_config_resources(json::Value body);
[[nodiscard]] Resources watched_service_resources(json::Value body);

}  // namespace batata::nacos
