#include "domain/coordination/lock_plan.h"

#include <utility>

namespace batata::domain {
namespace {

// Both keys as they stand: who else acquires or releases the lock meanwhile comes between, and so does its
// end.
store::Txn unchanged(const store::View& view, const std::string& known, const std::string& held) {
  store::Txn txn;
  txn.when.push_back({store::KeyRange::one(known), view.revision()});
  txn.when.push_back({store::KeyRange::one(held), view.revision()});
  return txn;
}

}  // namespace

std::optional<store::Txn> plan_acquire(const store::View& view, const LockId& id, const LockRecord& lock,
                                       LockLeases leases) {
  std::string known = lock_key(id), held = held_key(id);
  if (view.get(held) != nullptr) return std::nullopt;
  store::Txn txn = unchanged(view, known, held);
  // A lock that ran out is remembered under a lease already, which begins anew.
  const store::KeyValuePtr before = view.get(known);
  const LeaseId memory = before != nullptr && before->lease.value != 0 ? before->lease : leases.known;
  txn.then.emplace_back(store::Grant{memory, lock.ttl + kLockRemembered});
  txn.then.emplace_back(store::Put{std::move(known), encode_lock(lock), memory});
  if (lock.ttl.count() <= 0) return txn;
  txn.then.emplace_back(store::Grant{leases.held, lock.ttl});
  txn.then.emplace_back(store::Put{std::move(held), {}, leases.held});
  return txn;
}

std::optional<store::Txn> plan_release(const store::View& view, const LockId& id) {
  const std::string known = lock_key(id), held = held_key(id);
  const store::KeyValuePtr memory = view.get(known);
  if (memory == nullptr) return std::nullopt;
  store::Txn txn = unchanged(view, known, held);
  for (const store::KeyValuePtr& kv : {memory, view.get(held)}) {
    if (kv == nullptr) continue;
    // With its lease, which would be kept until its end for nothing.
    txn.then.emplace_back(store::Erase{store::KeyRange::one(kv->key)});
    if (kv->lease.value != 0) txn.then.emplace_back(store::Revoke{kv->lease});
  }
  return txn;
}

}  // namespace batata::domain
