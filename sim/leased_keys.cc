#include "sim/leased_keys.h"

namespace batata::sim {
namespace {

constexpr std::string_view kPrefix = "leased/";

WallTime later(WallTime time, std::chrono::milliseconds by) {
  return {time.ms + by.count()};
}

}  // namespace

std::string LeasedKeys::key(LeaseId id) {
  return std::string(kPrefix) + std::to_string(id.value);
}

void LeasedKeys::sent(LeaseId id, std::chrono::milliseconds ttl, WallTime time) {
  keys_[key(id)] = {ttl, later(time, ttl), {}, {}};
}

void LeasedKeys::written(LeaseId id, Revision revision, WallTime time) {
  Told& told = keys_.at(key(id));
  told.ends_last = later(time, told.ttl);
  told.revision = revision;
}

std::string LeasedKeys::check_one(const store::KeyValue& kv, WallTime now) const {
  const auto it = keys_.find(kv.key);
  if (it == keys_.end()) return "a lease is there that was refused or had ended: " + kv.key;
  const Told& told = it->second;
  if (key(kv.lease) != kv.key || kv.created != kv.modified) return "not as it was written: " + kv.key;
  if (told.revision.value == 0) return "";
  if (kv.modified != told.revision) return "another revision than acknowledged: " + kv.key;
  return now >= told.ends_last ? "a lease outlives its time: " + kv.key : "";
}

std::string LeasedKeys::check(const store::Store& store) const {
  for (const auto& kv : store.latest().range(store::KeyRange::prefix(kPrefix)))
    if (auto wrong = check_one(*kv, store.time()); !wrong.empty()) return wrong;
  for (const auto& [name, told] : keys_) {
    const bool must_be_there = told.revision.value != 0 && store.time() < told.ends_first;
    if (must_be_there && store.latest().get(name) == nullptr) return "a lease ended before its time: " + name;
  }
  return "";
}

void LeasedKeys::observe(const store::Store& store) {
  std::erase_if(keys_, [&](const auto& key) { return store.latest().get(key.first) == nullptr; });
  for (const auto& kv : store.latest().range(store::KeyRange::prefix(kPrefix)))
    if (keys_.at(kv->key).revision.value == 0) written(kv->lease, kv->modified, store.time());
}

}  // namespace batata::sim
