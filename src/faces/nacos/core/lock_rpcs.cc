#include "faces/nacos/core/lock_rpcs.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "faces/nacos/common/limits.h"

namespace batata::nacos {
namespace {

constexpr std::string_view kMembers = R"("result":false)";
constexpr std::string_view kAcquire = "ACQUIRE", kRelease = "RELEASE", kExpire = "EXPIRE";
constexpr std::string_view kOnlyType = "NACOS_LOCK";
// What a JVM says of a member that was not sent; recorded from upstream, whose clients print it.
constexpr std::string_view kNullLock =
    "Cannot invoke \"com.alibaba.nacos.api.lock.model.LockInstance.getLockType()\" because \"lockInstance\" "
    "is null";

// Upstream leaves the error code of every failure at 0.
RpcAnswer failed(std::string_view message) {
  return typed_failure(kMembers, 0, message);
}

}  // namespace

std::vector<Rpc> LockRpcs::rows() {
  std::vector<Rpc> rows;
  rows.push_back(on_loop({.request = "LockOperationRequest",
                          .response = "LockOperationResponse",
                          .failure_members = kMembers,
                          .summary = "Acquires a lock for a while, or releases it whoever holds it.",
                          .permission = "identity"},
                         *this, &LockRpcs::decode, &LockRpcs::operate));
  return rows;
}

Result<LockRpcs::LockRequest> LockRpcs::decode(const RpcCall& call) {
  LockRequest request;
  const json::Value operation = call.body["lockOperationEnum"];
  if (operation.present() && !operation.is_null()) {
    const auto text = operation.as_string();
    constexpr std::array kOperations = {kAcquire, kRelease, kExpire};
    if (!text || std::ranges::find(kOperations, *text) == kOperations.end())
      return fail(Errc::kInvalidArgument, "lockOperationEnum is no operation");
    request.operation = *text;
  }
  const json::Value lock = call.body["lockInstance"];
  if (!lock.present() || lock.is_null()) return request;
  if (!lock.is_object()) return fail(Errc::kInvalidArgument, "lockInstance is no object");
  LockInstance& instance = request.lock.emplace(LockInstance{{}, {}, -1});
  auto type = text_member(lock, "lockType");
  if (!type) return tl::unexpected(std::move(type.error()));
  auto key = text_member(lock, "key");
  if (!key) return tl::unexpected(std::move(key.error()));
  instance.type = std::move(*type);
  instance.key = std::move(*key);
  const json::Value ttl = lock["expiredTime"];
  if (!ttl.present() || ttl.is_null()) return request;
  const auto ttl_ms = ttl.as_int();
  if (!ttl_ms) return fail(Errc::kInvalidArgument, "expiredTime is no number");
  instance.ttl_ms = *ttl_ms;
  return request;
}

Task<RpcAnswer> LockRpcs::operate(ConnectionPtr connection, LockRequest request) {
  const bool acquires = request.operation == kAcquire;
  if (!acquires && request.operation != kRelease) co_return failed("There is no Handler of such operations!");
  if (!request.lock) co_return thrown(500, kNullLock);
  LockInstance& lock = *request.lock;
  if (!lock.type || !lock.key) co_return failed("lockType or lockKey is null.");
  if (*lock.type != kOnlyType) co_return failed("lockType: " + *lock.type + " is not exist.");
  cluster::Context context;
  context.deadline = runtime_.now() + kWriteTimeout;
  const std::chrono::milliseconds ttl = ttl_of(lock);
  domain::LockId id{std::move(*lock.type), std::move(*lock.key)};
  auto done = acquires ? co_await locks_.acquire(std::move(context), std::move(id), connection->id(), ttl)
                       : co_await locks_.release(std::move(context), std::move(id));
  if (!done) co_return failed(done.error().message);
  co_return succeeded([&done](json::Writer& out) { out.member("result", *done); });
}

std::chrono::milliseconds LockRpcs::ttl_of(const LockInstance& lock) const {
  if (lock.ttl_ms < 0) return times_.fallback;
  return std::min(std::chrono::milliseconds(lock.ttl_ms), times_.max);
}

}  // namespace batata::nacos
