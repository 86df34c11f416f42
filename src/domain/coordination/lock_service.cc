#include "domain/coordination/lock_service.h"

#include <string>
#include <utility>

#include "base/log.h"
#include "cluster/planned_write.h"

namespace batata::domain {
namespace {

Status check_lock(const LockId& id) {
  if (id.type.empty() || id.type.find('\0') != id.type.npos)
    return fail(Errc::kInvalidArgument, "the type of a lock is a name");
  if (id.key.size() > LockService::kKeyBytesMax)
    return fail(Errc::kInvalidArgument, "the key of a lock is longer than 4096 bytes");
  return {};
}

}  // namespace

Task<Result<bool>> LockService::acquire(cluster::Context context, LockId id, std::string holder,
                                        std::chrono::milliseconds ttl) {
  if (auto sound = check_lock(id); !sound) co_return tl::unexpected(std::move(sound.error()));
  const LockRecord lock{std::move(holder), runtime_.wall_now(), ttl};
  // The upper half, so that no lease of another kind that counts from 1 is met.
  constexpr std::uint64_t kUpperHalf = std::uint64_t{1} << 63;
  const LockLeases leases{LeaseId{runtime_.random() | kUpperHalf}, LeaseId{runtime_.random() | kUpperHalf}};
  const bool is_new = store_.latest().get(lock_key(id)) == nullptr;
  if (is_new && !has_room())
    co_return fail(Errc::kResourceExhausted, "there are " + std::to_string(kKnownMax) + " locks already");
  bool knows_the_time = false;
  // As cluster::write_planned, but for a plan that must first bring the store the time.
  for (int plans = 0; plans < cluster::kPlansMax; ++plans) {
    auto txn = plan_acquire(store_.latest(), id, lock, leases);
    const bool is_held = !txn;
    if (is_held) {
      // Once is enough: where the proposer's clock is behind this one, it is the proposer's that counts.
      if (knows_the_time || !a_lease_is_due()) co_return false;
      txn.emplace();  // nothing to write, but it brings the store the time, and it decides
    }
    auto done = co_await proposer_.propose(context, std::move(*txn));
    if (!done) co_return fail(std::move(done.error()), "acquire a lock");
    if (done->applied && !is_held) {
      known_ += is_new ? 1 : 0;
      added_ += is_new ? 1 : 0;
      co_return true;
    }
    knows_the_time = true;
  }
  co_return fail(Errc::kUnavailable, "acquire a lock: others change it too often");
}

Task<Result<bool>> LockService::release(cluster::Context context, LockId id) {
  if (auto sound = check_lock(id); !sound) co_return tl::unexpected(std::move(sound.error()));
  co_return co_await cluster::write_planned(
      proposer_, std::move(context), "release a lock",
      [&]() -> cluster::PlannedTxn { return plan_release(store_.latest(), id); });
}

std::optional<LockRecord> LockService::held(const LockId& id) const {
  if (store_.latest().get(held_key(id)) == nullptr) return std::nullopt;
  const store::KeyValuePtr stored = store_.latest().get(lock_key(id));
  if (stored == nullptr) return std::nullopt;
  auto lock = decode_lock(stored->value);
  if (!lock) {
    log::error("lock unreadable type={} error={}", id.type, lock.error().message);
    return std::nullopt;
  }
  return std::move(*lock);
}

bool LockService::has_room() {
  const bool is_due =
      known_ < kKnownMax ? added_ >= kRecountAfter : counted_at_ + kRecountPause <= runtime_.now();
  if (is_due) {
    known_ = store_.latest().range(all_locks(), kKnownMax).size();
    added_ = 0;
    counted_at_ = runtime_.now();
  }
  return known_ < kKnownMax;
}

// A hint of this node's clock that the store has not heard of the end of some lease yet.
bool LockService::a_lease_is_due() const {
  const auto expiry = store_.next_expiry();
  return expiry && *expiry <= runtime_.wall_now();
}

}  // namespace batata::domain
