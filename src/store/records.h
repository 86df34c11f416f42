#pragma once
#include <chrono>
#include <cstdint>
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
