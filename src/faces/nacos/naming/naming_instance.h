#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "async/runtime.h"
#include "base/json.h"
#include "base/result.h"
#include "faces/nacos/common/param_check.h"
#include "registry/instance.h"

namespace batata::nacos {

using Metadata = std::map<std::string, std::string>;

/// An instance as a client sent it.
struct SentInstance {
  registry::Instance instance;  ///< without an id unless the client gave one
  std::string cluster_in_id;    ///< ids spell the cluster as it was sent: "null" when it was not
};

/// Reads the JSON of an instance; absent and null members take upstream's defaults, a blank cluster becomes
/// DEFAULT. Whatever it says it is ephemeral. Errors: kInvalidArgument for members of the wrong kind.
[[nodiscard]] Result<SentInstance> read_instance(json::Value json);

/// The parameter check of the members of an instance that is JSON.
[[nodiscard]] Refusal check_instance(json::Value json);

/// Reads the value of a `metadata` parameter: a JSON object or `k=v,k2=v2`; blank text is no metadata.
/// Nothing when it is neither. Source: upstream's UtilsAndCommons.parseMetadata.
[[nodiscard]] std::optional<Metadata> parse_metadata(std::string_view parameter);
/// The parameter check of metadata.
[[nodiscard]] Refusal check_metadata(const Metadata& metadata);

/// What upstream says of beat times that contradict each other.
constexpr std::string_view kContradictoryTimes =
    "Instance 'heart beat interval' must less than 'heart beat timeout' and 'ip delete timeout'.";

/// Gives instances their ids. Loop only.
class InstanceIds {
 public:
  explicit InstanceIds(Runtime& runtime) : runtime_(runtime) {}

  /// "ip#port#cluster#group@@service", or with a number that is never given twice instead of the address when
  /// the metadata asks for `snowflake`. An id that the client gave stays.
  [[nodiscard]] registry::Instance named(SentInstance sent, const registry::ServiceKey& service);

 private:
  std::uint64_t next_snowflake();

  Runtime& runtime_;
  std::uint64_t last_ = 0;
};

}  // namespace batata::nacos
