// A Store as records: what lies on disk, in snapshots and in backups.
#include <algorithm>
#include <utility>

#include "base/bytes.h"
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
  ByteReader in(value);
  KeyValue kv{std::string(key), {}, Revision{in.varint()}, Revision{in.varint()}, LeaseId{in.varint()}};
  if (!in.ok()) return false;
  kv.value = in.rest();
  kv.fingerprint = records::fingerprint(kv);
  const auto shared = std::make_shared<const KeyValue>(std::move(kv));
  // Keys sort before leases, so the lease may not be known yet; its record fills in the rest.
  if (shared->lease.value != 0) leases_[shared->lease].keys.insert(shared->key);
  digest_ += shared->fingerprint;
  const std::size_t before = keys_.size();
  keys_.emplace_hint(keys_.end(), shared->key, shared);  // records come in the order of names
  return keys_.size() > before;
}

bool Store::restore_lease(std::string_view digits, std::string_view value) {
  if (digits.size() != 8) return false;
  std::uint64_t id = 0;
  for (const char c : digits) id = id << 8 | static_cast<unsigned char>(c);
  ByteReader in(value);
  Lease& lease = leases_[LeaseId{id}];
  lease.ttl = std::chrono::milliseconds(static_cast<std::int64_t>(in.varint()));
  lease.ends = WallTime{in.i64()};
  // Numbers can be written in more ways than one; a store writes one, and the digest is of that.
  return records::lease(LeaseId{id}, lease.ttl, lease.ends).value == value &&
         lease_ends_.emplace(lease.ends, LeaseId{id}).second;
}

bool Store::restore_tombstone(std::string_view key, std::string_view value) {
  ByteReader in(value);
  const Revision revision{in.varint()};
  if (records::tombstone(key, revision).value != value) return false;
  tombstones_by_age_.emplace(revision, key);
  return tombstones_.emplace(key, revision).second;
}

Status Store::restore_meta(std::string_view value) {
  const auto meta = records::decode_meta(value);
  if (!meta) return tl::unexpected(meta.error());
  revision_ = meta->revision;
  time_ = meta->time;
  compacted_ = meta->compacted;
  tombstone_floor_ = meta->tombstone_floor;
  // The meta record comes last: by now every lease that a key names must have had its own record.
  if (lease_ends_.size() != leases_.size())
    return fail(Errc::kDamaged, "damaged state: a key's lease is missing");
  history_floor_ = revision_;
  return {};
}

bool is_meta_record(std::string_view name) {
  return name.size() == 1 && name[0] == records::kMeta;
}

Result<LaterMeta> later_meta(std::string_view value, std::uint64_t by) {
  auto meta = records::decode_meta(value);
  if (!meta) return tl::unexpected(std::move(meta.error()));
  if (meta->revision.value > UINT64_MAX - by) return fail(Errc::kDamaged, "damaged meta record");
  meta->revision = meta->compacted = Revision{meta->revision.value + by};
  return LaterMeta{records::meta(*meta), meta->revision};
}

}  // namespace batata::store
