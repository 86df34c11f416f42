#pragma once
#include "wire/endpoint.h"

namespace batata::nacos {

/// When a row of this face is served while there is too much to do: probes and heartbeats first, then what
/// clients read, then what they write, and consoles, operators and searches last.
[[nodiscard]] wire::Priority priority_of(const wire::RowInfo& row);
/// The same for a request type of gRPC, by the permission that its row asks for.
[[nodiscard]] wire::Priority priority_of_rpc(std::string_view permission);

}  // namespace batata::nacos
