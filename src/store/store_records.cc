// A Store as records: what lies on disk, in snapshots and in backups.
#include <algorithm>
#include <utility>

#include "store/record_check.h"
#include "store/records.h"
#include "store/store.h"

namespace batata::store {
namespace {

Status damaged(std::string_view name) {
  return fail(Errc::kDamaged, "damaged record '" + std::string(name) + "'");
}

}  // namespace

Record Store::meta_record() const {
  return records::meta({revision_, time_, compacted_, tombstone_floor_});
}

std::vector<Record> Store::snapshot() const {
  std::vector<Record> all;
  all.reserve(keys_.size() + leases_.size() + tombstones_.size() + 1);
  for (const auto& [name, kv] : keys_) all.push_back(records::key(*kv));
  for (const auto& [id, lease] : leases_) all.push_back(records::lease(id, lease.ttl, lease.ends));
  for (const auto& [key, revision] : tombstones_) all.push_back(records::tombstone(key, revision));
  all.push_back(meta_record());
  return all;
}

Status Store::restore(std::string_view name, std::string_view value) {
  const std::string_view rest = name.substr(std::min<std::size_t>(name.size(), 1));
  bool good = false;
  switch (name.empty() ? char{0} : name[0]) {
    case records::kKey:
      return restore_key(rest, value) ? Status{} : damaged(name);
    case records::kLease:
      good = restore_lease(rest, value);
      break;
    case records::kTombstone:
      good = restore_tombstone(rest, value);
      break;
    case records::kMeta:
      return is_meta_record(name) ? restore_meta(value) : damaged(name);
    default:
      break;
  }
  if (!good) return damaged(name);
  digest_ += records::fingerprint(name, value);
  return {};
}

bool Store::restore_key(std::string_view key, std::string_view value) {
  const auto parts = records::decode_key(value);
  if (!parts) return false;
  KeyValue kv{std::string(key), std::string(parts->value), parts->created, parts->modified, parts->lease};
  kv.fingerprint = records::fingerprint(kv);
  const auto shared = std::make_shared<const KeyValue>(std::move(kv));
  // Keys sort before leases, so the lease may not be known yet; its record fills in the rest.
  if (shared->lease.value != 0) leases_[shared->lease].keys.insert(shared->key);
  digest_ += shared->fingerprint;
  bytes_ += shared->key.size() + shared->value.size();
  revision_ = std::max(revision_, shared->modified);
  const std::size_t before = keys_.size();
  keys_.emplace_hint(keys_.end(), shared->key, shared);  // records come in the order of names
  return keys_.size() > before;
}

bool Store::restore_lease(std::string_view digits, std::string_view value) {
  const auto parts = records::decode_lease(digits, value);
  if (!parts) return false;
  Lease& lease = leases_[parts->id];
  lease.ttl = parts->ttl;
  lease.ends = parts->ends;
  return lease_ends_.emplace(lease.ends, parts->id).second;
}

bool Store::restore_tombstone(std::string_view key, std::string_view value) {
  const auto revision = records::decode_tombstone(value);
  if (!revision) return false;
  revision_ = std::max(revision_, *revision);
  tombstones_by_age_.emplace(*revision, key);
  return tombstones_.emplace(key, *revision).second;
}

Status Store::restore_meta(std::string_view value) {
  const auto meta = records::decode_meta(value);
  if (!meta) return tl::unexpected(meta.error());
  // The meta record comes last: until then the revision is the newest that any record has named.
  if (meta->revision < revision_)
    return fail(Errc::kDamaged, "damaged state: a record is of a revision that is yet to come");
  revision_ = meta->revision;
  time_ = meta->time;
  compacted_ = meta->compacted;
  tombstone_floor_ = meta->tombstone_floor;
  // By now every lease that a key names must have had its own record.
  if (lease_ends_.size() != leases_.size())
    return fail(Errc::kDamaged, "damaged state: a key's lease is missing");
  history_floor_ = revision_;
  return {};
}

bool is_meta_record(std::string_view name) {
  return name.size() == 1 && name[0] == records::kMeta;
}

Result<LaterMeta> later_meta(std::string_view value, const Advance& by) {
  auto meta = records::decode_meta(value);
  if (!meta) return tl::unexpected(std::move(meta.error()));
  if (by.by > kNumberMax - meta->revision.value || by.to.value > kNumberMax)
    return fail(Errc::kDamaged, "damaged meta record: its revision has no room for later ones");
  meta->revision = meta->compacted = std::max(Revision{meta->revision.value + by.by}, by.to);
  return LaterMeta{records::meta(*meta), meta->revision};
}

}  // namespace batata::store
