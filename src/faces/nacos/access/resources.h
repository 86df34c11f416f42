#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "wire/http.h"

namespace batata::nacos {

/// The resources that a request touches, in full ("public:DEFAULT_GROUP:config/app.yaml"), each as
/// domain/access/resource.h makes it: who asks must have a right to all of them.
using Resources = std::vector<std::string>;

/// What a row's permission asks for, taken apart.
struct Demand {
  Resources resources;    ///< empty with `identity`
  char action = 'r';      ///< 'r' or 'w'
  bool identity = false;  ///< anybody who has signed in may
};

/// For a row with `permission` (wire/endpoint.h). Names are read as handlers read them, also where `encoding`
/// has them decoded once more. Where one thing can be spelled by several parameters ("tenant", "namespaceId",
/// "namespace"; "group", "groupName"; a service's "group@@"), the family's own spelling counts and so does
/// every other one that says something else: whichever the handler goes by, it needed the right.
///
/// "config/*" and "naming/*" are of rows that go by a group but by no name, "*:config/*" and "*:naming/*" of
/// those that go by a namespace alone. Names that such a request carries all the same do not count: they
/// would only make it look small. Source: upstream's HTTP resource parsers, which know one spelling, and
/// believe those names.
[[nodiscard]] Demand demand_of(const wire::Request& request, std::string_view permission);

/// The same for rows of gRPC, from the resources that the row's own function has found.
[[nodiscard]] Demand demand_of(std::string_view permission, Resources resources);

// Those functions, for the request types that there are. `body` is the request's JSON, read as handlers read
// it. Source: upstream's GRPC resource parsers.

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
