#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "domain/coordination/lock_service.h"
#include "faces/nacos/grpc/rpc.h"

namespace batata::nacos {

/// How long locks are held. Plain data; the defaults are upstream's.
/// Source: nacos.lock.default_expire_time, nacos.lock.max_expire_time.
struct LockTimes {
  std::chrono::milliseconds fallback = std::chrono::seconds(30);  ///< for a client that asks for no time
  std::chrono::milliseconds max = std::chrono::minutes(30);       ///< whatever a client asks for
};

/// Locks over gRPC. A lock belongs to no connection: it stays when the connection that acquired it ends.
/// Loop only.
/// Source: upstream's LockRequestHandler and LockOperationServiceImpl.
class LockRpcs {
 public:
  /// Both outlive this.
  LockRpcs(Runtime& runtime, domain::LockService& locks, const LockTimes& times)
      : runtime_(runtime), locks_(locks), times_(times) {}

  /// The row. It refers to this object, which must outlive it.
  [[nodiscard]] std::vector<Rpc> rows();

 private:
  struct LockInstance {
    std::optional<std::string> type, key;
    std::int64_t ttl_ms;  ///< below 0: none was asked for
  };
  struct LockRequest {
    std::optional<std::string> operation;
    std::optional<LockInstance> lock;
  };
  static Result<LockRequest> decode(const RpcCall& call);
  Task<RpcAnswer> operate(ConnectionPtr connection, LockRequest request);
  [[nodiscard]] std::chrono::milliseconds ttl_of(const LockInstance& lock) const;

  Runtime& runtime_;
  domain::LockService& locks_;
  const LockTimes times_;
};

}  // namespace batata::nacos
