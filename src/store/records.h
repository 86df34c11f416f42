#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"

namespace batata::store::records {

// Names and values of the records of format version 1 (docs/formats.md). Numbers in names are big-endian, so
// that records sort as their numbers do.
//   k<key>          varint created | varint modified | varint lease | value
//   l<lease, 8>     varint ttl ms | i64 end
//   t<key>          varint revision of the erasure
//   z               u8 version | varint revision | i64 time | varint compacted | varint tombstone floor
constexpr char kKey = 'k', kLease = 'l', kTombstone = 't', kMeta = 'z';
constexpr std::uint8_t kVersion = 1;

/// What the meta record says.
struct Meta {
  Revision revision;
  WallTime time;
  Revision compacted, tombstone_floor;
};
Record meta(const Meta& meta);
/// Errors: kUnsupported for another format version; kDamaged.
Result<Meta> decode_meta(std::string_view value);

/// The longest lease: no end of one that begins within kTimeMax overflows a WallTime.
constexpr std::chrono::milliseconds kLeaseMax = std::chrono::hours(24 * 366 * 10);

// What values say; nothing for those that no store writes.
struct KeyParts {
  Revision created, modified;
  LeaseId lease;
  std::string_view value;  ///< a piece of what was decoded
};
std::optional<KeyParts> decode_key(std::string_view value);
struct LeaseParts {
  LeaseId id;
  std::chrono::milliseconds ttl;
  WallTime ends;
};
/// `digits`: the name without its first letter.
std::optional<LeaseParts> decode_lease(std::string_view digits, std::string_view value);
std::optional<Revision> decode_tombstone(std::string_view value);

Record key(const KeyValue& kv);
std::string key_name(std::string_view key);
Record lease(LeaseId id, std::chrono::milliseconds ttl, WallTime ends);
std::string lease_name(LeaseId id);
Record tombstone(std::string_view key, Revision revision);
std::string tombstone_name(std::string_view key);

/// What a record adds to the digest of a state; of a key, without its bytes as a record.
std::uint64_t fingerprint(std::string_view name, std::string_view value);
std::uint64_t fingerprint(const KeyValue& kv);

}  // namespace batata::store::records
