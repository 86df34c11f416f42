#pragma once
#include "faces/nacos/access/resources.h"
#include "wire/right.h"

namespace batata::nacos {

// What the rows about services ask for. Each function reads a request with the function of naming_params.h by
// which the row's handler reads it. Any thread; must not wait.

[[nodiscard]] Resources touched_service_v1(const wire::Request& request);  ///< of `named_v1`
[[nodiscard]] Resources touched_service_v2(const wire::Request& request);  ///< of `named_v2`
[[nodiscard]] Resources touched_service_v3(const wire::Request& request);  ///< of `named_v3`
[[nodiscard]] Resources touched_catalog(const wire::Request& request);     ///< of `named_in_catalog`
[[nodiscard]] Resources touched_by_key(const wire::Request& request);      ///< `key` of `named_by_key`
[[nodiscard]] Resources touched_by_path(const wire::Request& request);     ///< the same of the path's capture
/// Any service of `listed_group_v1`, of `listed_group_v2`.
[[nodiscard]] Resources touched_group_v1(const wire::Request& request);
[[nodiscard]] Resources touched_group_v2(const wire::Request& request);
/// Any service of the namespace of those.
[[nodiscard]] Resources touched_space_v1(const wire::Request& request);
[[nodiscard]] Resources touched_space_v2(const wire::Request& request);

inline constexpr wire::Right kReadsServiceV1 = {"naming:r", touched_service_v1};
inline constexpr wire::Right kWritesServiceV1 = {"naming:w", touched_service_v1};
inline constexpr wire::Right kReadsServiceV2 = {"naming:r", touched_service_v2};
inline constexpr wire::Right kWritesServiceV2 = {"naming:w", touched_service_v2};
inline constexpr wire::Right kReadsServiceV3 = {"naming:r", touched_service_v3};
inline constexpr wire::Right kWritesServiceV3 = {"naming:w", touched_service_v3};
inline constexpr wire::Right kReadsCatalog = {"naming:r", touched_catalog};
inline constexpr wire::Right kReadsStatusesByKey = {"naming:r", touched_by_key};
inline constexpr wire::Right kReadsStatusesByPath = {"naming:r", touched_by_path};
inline constexpr wire::Right kReadsGroupV1 = {"naming/*:r", touched_group_v1};
inline constexpr wire::Right kReadsGroupV2 = {"naming/*:r", touched_group_v2};
inline constexpr wire::Right kReadsSpaceV1 = {"*:naming/*:r", touched_space_v1};
inline constexpr wire::Right kReadsSpaceV2 = {"*:naming/*:r", touched_space_v2};

}  // namespace batata::nacos
