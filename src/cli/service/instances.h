#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cli/common/client.h"

namespace batata::cli {

/// Where an instance is found: two of one service differ in it.
struct InstancePlace {
  std::string ip;
  std::int64_t port = 0;
  std::string cluster;
  auto operator<=>(const InstancePlace&) const = default;

  /// "10.0.0.1:8080", IPv6 in brackets.
  [[nodiscard]] std::string address() const;
};

/// What else is known of an instance. Plain data.
struct Instance {
  bool is_healthy = false, is_enabled = false, is_ephemeral = false;
  double weight = 1;
  std::map<std::string, std::string> metadata;
  bool operator==(const Instance&) const = default;

  /// "k=v,k2=v2".
  [[nodiscard]] std::string metadata_text() const;
};
using Instances = std::map<InstancePlace, Instance>;

/// A service, all of it.
struct Service {
  double protect_threshold = 0;
  std::map<std::string, std::string> metadata;
  std::vector<std::string> clusters;
  Instances instances;
};

/// One object.
void write_instance(json::Writer& writer, const InstancePlace& place, const Instance& instance);

/// Errors: kNotFound when there is no such service; as of Client::call.
[[nodiscard]] Result<Service> read_service(const Client& client, std::string_view name);

/// What clients are told of a service, disabled instances left out; none of a service that is not there.
[[nodiscard]] Result<Instances> read_instances(const Client& client, std::string_view name);

/// "10.0.0.1:8080", "[::1]:8080". Errors: kInvalidArgument.
[[nodiscard]] Result<InstancePlace> parse_place(std::string_view address, std::string_view cluster);

/// Of "k=v" each. Errors: kInvalidArgument for what has no '=', or no name before it.
[[nodiscard]] Result<std::map<std::string, std::string>> parse_metadata(
    const std::vector<std::string>& words);

}  // namespace batata::cli
