#pragma once
#include <optional>
#include <string>

#include "base/json.h"
#include "domain/namespaces/namespace_service.h"

namespace batata::nacos {

/// What is wrong with the namespaces that a gRPC request names, when only existing ones may be used: the text
/// of the refusal for the first that does not exist. Blank ones pass. Any thread.
///
/// Looks at `tenant` (configs, and the contexts of listening), `namespace` (services) and `namespaceId` (AI).
/// Source: upstream's NamespaceValidationRequestFilter, which looks at gRPC requests alone.
[[nodiscard]] std::optional<std::string> find_absent_namespace(const domain::NamespaceService& namespaces,
                                                               json::Value body);

}  // namespace batata::nacos
