#pragma once
#include "faces/nacos/access/resources.h"
#include "wire/right.h"

namespace batata::nacos {

// What the rows about configs ask for. Each function reads a request with the functions of config_params.h by
// which the row's handler reads it. Any thread; must not wait.

/// The config of `config_of`: of v1 and v2. A list's names may be blank, which stands for any, or patterns:
/// those are asked for as they are written, and what they find is shown as far as it may be read.
[[nodiscard]] Resources touched_config(const wire::Request& request);
/// The same with `groupName`: lists and exports of v3.
[[nodiscard]] Resources touched_list_v3(const wire::Request& request);
/// The config of `config_of_v3`.
[[nodiscard]] Resources touched_config_v3(const wire::Request& request);
/// The config of `listened_config`: who listens, of v1.
[[nodiscard]] Resources touched_listened(const wire::Request& request);
/// The config of `metered_config`: metrics of clients, of v1.
[[nodiscard]] Resources touched_metered(const wire::Request& request);
/// Any config of each namespace that a long poll names.
[[nodiscard]] Resources touched_polled(const wire::Request& request);
/// The configs that an export names: by their names, or, by number, any of the namespace.
[[nodiscard]] Resources touched_export(const wire::Request& request);
[[nodiscard]] Resources touched_export_v3(const wire::Request& request);
/// Any config anywhere: a number says nothing of namespaces.
[[nodiscard]] Resources touched_numbered(const wire::Request& request);

/// Any config of the namespace that the parameter of that name says.
[[nodiscard]] Resources touched_tenant(const wire::Request& request);
[[nodiscard]] Resources touched_namespace(const wire::Request& request);
[[nodiscard]] Resources touched_namespace_id(const wire::Request& request);

inline constexpr wire::Right kReadsConfig = {"config:r", touched_config};
inline constexpr wire::Right kWritesConfig = {"config:w", touched_config};
inline constexpr wire::Right kReadsConfigV3 = {"config:r", touched_config_v3};
inline constexpr wire::Right kWritesConfigV3 = {"config:w", touched_config_v3};
inline constexpr wire::Right kListsConfigsV3 = {"config:r", touched_list_v3};
inline constexpr wire::Right kReadsListened = {"config:r", touched_listened};
inline constexpr wire::Right kReadsMetered = {"config:r", touched_metered};
inline constexpr wire::Right kPollsConfigs = {"config:r", touched_polled};
inline constexpr wire::Right kExportsConfigs = {"config:r", touched_export};
inline constexpr wire::Right kExportsConfigsV3 = {"config:r", touched_export_v3};
/// Copies take from anywhere, and into a namespace that this right includes.
inline constexpr wire::Right kWritesNumbered = {"config:w", touched_numbered};
inline constexpr wire::Right kReadsTenant = {"*:config/*:r", touched_tenant};
inline constexpr wire::Right kReadsNamespaceId = {"*:config/*:r", touched_namespace_id};
inline constexpr wire::Right kWritesNamespaceId = {"*:config/*:w", touched_namespace_id};
inline constexpr wire::Right kWritesNamespace = {"*:config/*:w", touched_namespace};

}  // namespace batata::nacos
