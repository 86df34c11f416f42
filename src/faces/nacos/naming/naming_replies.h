#pragma once
#include "base/result.h"
#include "faces/nacos/naming/naming_views.h"
#include "registry/instance.h"
#include "wire/http.h"

namespace batata::nacos {

// How the endpoints of naming say that something was done or failed. Pure; any thread.

/// "ok" as text, or in a Result.
[[nodiscard]] wire::Response done(Family family);

/// An instance could not be registered.
[[nodiscard]] wire::Response register_failed(const Error& error, Family family);
/// An instance could not be changed: also a service that is not there is the caller's mistake.
[[nodiscard]] wire::Response update_failed(const Error& error, Family family);
/// An instance was not found.
[[nodiscard]] wire::Response lookup_failed(const Error& error, Family family);
/// A service could not be created, changed or removed.
[[nodiscard]] wire::Response service_failed(const Error& error, Family family);
/// The same of a removal, where a conflict means instances.
[[nodiscard]] wire::Response removal_failed(const Error& error, Family family);
[[nodiscard]] wire::Response cluster_failed(const Error& error, const registry::ServiceKey& service,
                                            Family family);
[[nodiscard]] wire::Response health_failed(const Error& error, Family family);
[[nodiscard]] wire::Response switch_failed(const Error& error, Family family);

/// 404: upstream's catalog knows no such service, no such cluster of it.
[[nodiscard]] wire::Response no_service(const registry::ServiceKey& service, Family family);
[[nodiscard]] wire::Response no_cluster(std::string_view cluster, Family family);
/// `service not found, namespace: N, serviceName: G@@s`.
[[nodiscard]] wire::Response unknown_service(const registry::ServiceKey& service, Family family);

}  // namespace batata::nacos
