#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace batata::domain {

using Metadata = std::map<std::string, std::string>;

/// How the persistent instances of a cluster are checked. Plain data; members of other types than `type` are
/// kept, but mean nothing. The JSON of it is the faces' business.
struct HealthCheck {
  enum class Type : std::uint8_t { kTcp, kHttp, kMysql, kNone };
  Type type = Type::kTcp;
  std::string path = {};             ///< HTTP: with or without a leading slash
  std::string headers = {};          ///< HTTP: "k:v|k2:v2"
  std::int32_t expected_code = 200;  ///< HTTP
  std::optional<std::string> user = {}, password = {}, command = {};  ///< MYSQL
  bool operator==(const HealthCheck&) const = default;
};
/// "TCP", "HTTP", "MYSQL", "NONE".
[[nodiscard]] std::string_view name_of(HealthCheck::Type type);
/// By that name, in this spelling; nothing for others.
[[nodiscard]] std::optional<HealthCheck::Type> health_check_type(std::string_view name);

/// What is set for one cluster of a service. A cluster nothing was set for has all of the defaults.
struct ClusterMeta {
  HealthCheck check;
  std::uint16_t check_port = 80;
  bool use_instance_port = true;  ///< check the instance's own port, not `check_port`
  Metadata metadata;
  bool operator==(const ClusterMeta&) const = default;
};

/// Which instances a consumer is to see. `label` compares labels that a CMDB knows of consumers and
/// instances; there is no CMDB here, and where nothing matches, every instance is seen. So it is kept and
/// changes nothing.
struct ServiceSelector {
  enum class Type : std::uint8_t { kNone, kLabel };
  Type type = Type::kNone;
  std::string expression;  ///< of a label selector, as it was given
  bool operator==(const ServiceSelector&) const = default;
};
/// The labels of a selector's expression, `CONSUMER.label.a = PROVIDER.label.a & …`, sorted and each once.
/// Errors: kInvalidArgument ("parse expression failed!").
/// Source: upstream's LabelSelector and the deprecated CmdbSelector's parser.
[[nodiscard]] Result<std::vector<std::string>> labels_of(std::string_view expression);

/// What is set for a service. Replicated; a service that only has instances has none of this.
struct ServiceMeta {
  bool ephemeral = true;         ///< of what instances it was made for; decided once
  double protect_threshold = 0;  ///< share of healthy instances; not checked: 1.5 is allowed and always holds
  ServiceSelector selector;
  Metadata metadata;
  std::map<std::string, ClusterMeta> clusters;  ///< by name
  bool operator==(const ServiceMeta&) const = default;
};
using ServiceMetaPtr = std::shared_ptr<const ServiceMeta>;

}  // namespace batata::domain
