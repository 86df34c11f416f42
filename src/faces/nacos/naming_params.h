#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "base/types.h"
#include "faces/nacos/naming_instance.h"
#include "registry/instance.h"
#include "wire/http.h"

namespace batata::nacos {

/// What was read from a request, or the answer that refuses it.
template <class T>
using Read = tl::expected<T, wire::Response>;

/// An address that a request names.
struct Address {
  std::string ip;
  std::uint16_t port = 0;
};

/// The parameter check of everything that naming requests of v1 and v3 have in common, in upstream's order:
/// names, clusters, address, metadata. `metadata` is what `metadata` was read as, null when it was not.
/// Nothing when all is well. Source: upstream's ParamCheckerFilter.
[[nodiscard]] std::optional<wire::Response> check_parameters(const wire::Request& request,
                                                             const Metadata* metadata);

/// v1's service: "group@@name" or a name and `groupName`; a missing one is refused.
/// Source: upstream's ServiceNameFilter and WebUtils.required.
[[nodiscard]] Read<registry::ServiceKey> service_of_v1(const wire::Request& request, WallTime now);
/// v1's address; missing parts are refused.
[[nodiscard]] Read<Address> address_of_v1(const wire::Request& request);
/// v1's instance to register. `sent.instance.ephemeral` is as sent.
[[nodiscard]] Read<SentInstance> instance_of_v1(const wire::Request& request, Metadata metadata);
/// `Param 'x' is required.`
[[nodiscard]] wire::Response required_v1(std::string_view name);
/// What Java says of a text that should be a number.
[[nodiscard]] wire::Response not_a_number_v1(std::string_view text);

/// v3's service; a missing name is refused.
[[nodiscard]] Read<registry::ServiceKey> service_of_v3(const wire::Request& request);
[[nodiscard]] Read<Address> address_of_v3(const wire::Request& request);
[[nodiscard]] Read<SentInstance> instance_of_v3(const wire::Request& request, Metadata metadata);
/// A boolean as Spring reads it; blank and absent are `fallback`.
[[nodiscard]] Read<bool> flag_of_v3(const wire::Request& request, std::string_view name, bool fallback);

/// The parameter, blank when it is absent.
[[nodiscard]] inline std::string_view text_param(const wire::Request& request, std::string_view name) {
  return request.param(name).value_or("");
}
/// v1's booleans: "true", "yes", "on", "y", "t" in any case; blank and absent are `fallback`.
[[nodiscard]] bool flag_of_v1(const wire::Request& request, std::string_view name, bool fallback);
/// A whole number in decimal digits, as Integer.parseInt reads it.
[[nodiscard]] std::optional<std::int32_t> parse_int(std::string_view text);

}  // namespace batata::nacos
