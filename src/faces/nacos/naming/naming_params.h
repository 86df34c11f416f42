#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "base/types.h"
#include "faces/nacos/common/param_text.h"
#include "faces/nacos/naming/naming_instance.h"
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

/// The parameter check of everything that naming requests have in common, in upstream's order: names,
/// clusters, address, metadata. `metadata` is what `metadata` was read as, null when it was not. Nothing when
/// all is well. Source: upstream's ParamCheckerFilter and NamingDefaultHttpParamExtractor.
[[nodiscard]] std::optional<wire::Response> check_parameters(const wire::Request& request,
                                                             const Metadata* metadata);
/// The same for lists of instances: names and `clusters`.
/// Source: upstream's NamingInstanceListHttpParamExtractor.
[[nodiscard]] std::optional<wire::Response> check_list_parameters(const wire::Request& request);

// Which service a request names, unchecked, for handlers and for the gate before them (naming_rights.h)
// alike. A name that is missing is blank.

/// v2's service of a request about an instance: what stands behind a "@@" in the name is cut off.
[[nodiscard]] registry::ServiceKey cut_at_group(registry::ServiceKey service);
/// v1: "group@@name", or a name and `groupName`.
[[nodiscard]] registry::ServiceKey named_v1(const wire::Request& request);
/// v3, and what of v2 does not cut names: the name as it stands, and `groupName`.
[[nodiscard]] registry::ServiceKey named_v3(const wire::Request& request);
/// v2, and lists of metadata of v3: the same, and what stands behind a "@@" in the name is cut off.
[[nodiscard]] registry::ServiceKey named_v2(const wire::Request& request);
/// v2's catalog: "group@@name", or a name in DEFAULT_GROUP, whatever `groupName` says.
[[nodiscard]] registry::ServiceKey named_in_catalog(const wire::Request& request);
/// Of statuses: "namespace##group@@name", of which the first two may be left out.
[[nodiscard]] registry::ServiceKey named_by_key(std::string_view key);
/// The group of which v1 and v2 list the services, without a name.
[[nodiscard]] registry::ServiceKey listed_group_v1(const wire::Request& request);
[[nodiscard]] registry::ServiceKey listed_group_v2(const wire::Request& request);

/// v1's service: "group@@name" or a name and `groupName`; a missing one is refused.
/// Source: upstream's ServiceNameFilter and WebUtils.required.
[[nodiscard]] Read<registry::ServiceKey> service_of_v1(const wire::Request& request, WallTime now);
/// v1's address; missing parts are refused.
[[nodiscard]] Read<Address> address_of_v1(const wire::Request& request);
/// v1's instance to register. `sent.instance.ephemeral` is as sent; `ephemeral` when it does not say.
[[nodiscard]] Read<SentInstance> instance_of_v1(const wire::Request& request, Metadata metadata,
                                                bool ephemeral = true);
/// v1's cluster: `clusterName`, else `cluster`, else DEFAULT.
[[nodiscard]] std::string cluster_of_v1(const wire::Request& request);
/// `Param 'x' is required.`
[[nodiscard]] wire::Response required_v1(std::string_view name);
/// What Java says of a text that should be a number.
[[nodiscard]] wire::Response not_a_number_v1(std::string_view text);

/// v3's service; a missing name is refused.
[[nodiscard]] Read<registry::ServiceKey> service_of_v3(const wire::Request& request);
[[nodiscard]] Read<Address> address_of_v3(const wire::Request& request);
[[nodiscard]] Read<SentInstance> instance_of_v3(const wire::Request& request, Metadata metadata,
                                                bool ephemeral = true);
/// A boolean parameter as Spring reads it; blank and absent are `fallback`. `type` is Java's, for the
/// refusal.
[[nodiscard]] Read<bool> flag_of_v3(const wire::Request& request, std::string_view name, bool fallback,
                                    std::string_view type = "boolean");
/// The same for a member of a form.
[[nodiscard]] Read<bool> member_flag(const wire::Request& request, std::string_view name, bool fallback);
/// `Required parameter 'x' type T is not present`.
[[nodiscard]] tl::unexpected<wire::Response> missing_member(std::string_view name, std::string_view type);
/// What Spring says of a member of a form that is no `type`. Upstream answers 500; a caller's mistake is 400
/// with us.
[[nodiscard]] tl::unexpected<wire::Response> member_not_converted(std::string_view name,
                                                                  std::string_view type,
                                                                  const std::string& cause);

/// v1's booleans: "true", "yes", "on", "y", "t" in any case; blank and absent are `fallback`.
[[nodiscard]] bool flag_of_v1(const wire::Request& request, std::string_view name, bool fallback);
[[nodiscard]] constexpr bool is_weight(double weight) {
  return weight >= 0 && weight <= 10'000;
}
inline constexpr std::string_view kWeightRange =
    "instance format invalid: The weights range from 0.0 to 10000.0";

}  // namespace batata::nacos
