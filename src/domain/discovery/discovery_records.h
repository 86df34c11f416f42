#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "domain/discovery/instance_override.h"
#include "domain/discovery/naming_switches.h"
#include "domain/discovery/service_meta.h"
#include "registry/instance.h"

namespace batata::domain {

// The stored values of discovery. Each is u8 version (1), then the members in the order of their structs:
// strings and lists with their length before them, optional members with a u8 before them. Decoders give
// kInternal for bytes that the encoders did not write.

/// A persistent instance as it is stored.
struct StoredInstance {
  registry::InstancePtr instance;
  WallTime written;  ///< by its owner, a check or an operator
};

[[nodiscard]] std::string encode_service_meta(const ServiceMeta& meta);
[[nodiscard]] Result<ServiceMeta> decode_service_meta(std::string_view value);

[[nodiscard]] std::string encode_instance(const registry::Instance& instance, WallTime written);
[[nodiscard]] Result<StoredInstance> decode_instance(std::string_view value);

[[nodiscard]] std::string encode_override(const InstanceOverride& over);
[[nodiscard]] Result<InstanceOverride> decode_override(std::string_view value);

[[nodiscard]] std::string encode_switches(const Switches& switches);
[[nodiscard]] Result<Switches> decode_switches(std::string_view value);

}  // namespace batata::domain
