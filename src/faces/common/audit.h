#pragma once
#include <string_view>

#include "wire/endpoint.h"

namespace batata::faces {

/// What a row does that is audited, as a literal like "config.publish"; empty: nothing. Audited are sign-ins,
/// and what changes users, roles, permissions, namespaces, configs, backups, log levels and settings; not
/// what clients of discovery do all the time.
[[nodiscard]] std::string_view audited_action(const wire::RowInfo& row);
/// The same of a request type of Nacos' gRPC: "ConfigPublishRequest".
[[nodiscard]] std::string_view audited_rpc(std::string_view type);

}  // namespace batata::faces
