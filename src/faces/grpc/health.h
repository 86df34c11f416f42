#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/grpc.h"

namespace batata::grpc {

/// gRPC's health checking protocol: Check, Watch and List of grpc.health.v1.Health, as load balancers,
/// Kubernetes and grpc_health_probe ask. "" is the server as a whole. Source:
/// https://github.com/grpc/grpc/blob/master/doc/health-checking.md
class Health {
 public:
  /// `others`: the methods that this server has beside these. `ready`: whether it serves now; called on I/O
  /// threads.
  Health(std::span<const wire::GrpcMethod> others, std::function<bool()> ready);

  /// The methods; they refer to this, which must outlive them.
  [[nodiscard]] std::vector<wire::GrpcMethod> methods();

 private:
  enum class Serving : std::uint8_t { kServing = 1, kNotServing = 2, kUnknownService = 3 };
  [[nodiscard]] Serving serving(std::string_view service) const;
  [[nodiscard]] static std::string response(Serving serving);
  void check(std::string_view message, wire::UnaryReply& reply) const;
  [[nodiscard]] std::string list() const;

  class Watcher;
  const std::vector<std::string> services_;  // "package.Service", sorted
  const std::function<bool()> ready_;
};

/// The service that a HealthCheckRequest names. Nothing for bytes that are none.
[[nodiscard]] std::optional<std::string_view> decode_health_request(std::string_view message);

}  // namespace batata::grpc
