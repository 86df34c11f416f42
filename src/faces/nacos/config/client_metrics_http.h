#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "base/result.h"
#include "faces/nacos/grpc/connections.h"
#include "faces/nacos/grpc/push.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// What clients say of themselves when they are asked: how many configs they listen to, and what they hold of
/// one. Loop only.
///
/// Asked are the connections of an address that are for configs; others would not answer, and upstream then
/// fails. All are asked at once and have kAnswerTimeout.
/// Source: upstream's ClientMetricsController (v1, 2.5.1) and MetricsControllerV3.
class ClientMetricsHttp {
 public:
  /// All of it outlives this.
  ClientMetricsHttp(Runtime& runtime, Connections& connections, Pushes& pushes)
      : runtime_(runtime), connections_(connections), pushes_(pushes) {}
  ClientMetricsHttp(const ClientMetricsHttp&) = delete;
  ClientMetricsHttp& operator=(const ClientMetricsHttp&) = delete;

  [[nodiscard]] static std::span<const wire::Endpoint<ClientMetricsHttp>> rows();

  static constexpr Duration kAnswerTimeout = std::chrono::seconds(1);
  /// Connections asked for one request; the oldest. A client has a few.
  static constexpr std::size_t kAskedMax = 100;

 private:
  struct Gathered {
    std::string metrics;                 ///< a JSON object: what all have said, of equal names the last
    std::optional<std::string> failure;  ///< what the first that did not answer is told to have done
  };
  Task<wire::Response> metrics_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> of_address_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> of_cluster_v3(wire::Request request, cluster::Context context);
  Task<Gathered> gather(std::string address, std::string config_key);
  [[nodiscard]] std::vector<ConnectionPtr> connections_of(std::string_view address) const;

  Runtime& runtime_;
  Connections& connections_;
  Pushes& pushes_;
};

}  // namespace batata::nacos
