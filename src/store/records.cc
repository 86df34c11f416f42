#include "store/records.h"

#include "base/bytes.h"

namespace batata::store::records {
namespace {

std::string named(char kind, std::string_view rest) {
  std::string name;
  name.reserve(rest.size() + 1);
  name.push_back(kind);
  name.append(rest);
  return name;
}

}  // namespace

std::string key_name(std::string_view key) {
  return named(kKey, key);
}
std::string tombstone_name(std::string_view key) {
  return named(kTombstone, key);
}
std::string lease_name(LeaseId id) {
  char digits[8];
  for (int i = 0; i < 8; ++i) digits[i] = static_cast<char>(id.value >> (56 - 8 * i));
  return named(kLease, std::string_view(digits, sizeof digits));
}

Record key(const KeyValue& kv) {
  Record record{key_name(kv.key), {}, false};
  record.value.reserve(kv.value.size() + 24);
  ByteWriter out(record.value);
  out.varint(kv.created.value);
  out.varint(kv.modified.value);
  out.varint(kv.lease.value);
  record.value.append(kv.value);
  return record;
}

Record lease(LeaseId id, std::chrono::milliseconds ttl, WallTime ends) {
  Record record{lease_name(id), {}, false};
  ByteWriter out(record.value);
  out.varint(static_cast<std::uint64_t>(ttl.count()));
  out.i64(ends.ms);
  return record;
}

Record tombstone(std::string_view key, Revision revision) {
  Record record{tombstone_name(key), {}, false};
  ByteWriter(record.value).varint(revision.value);
  return record;
}

}  // namespace batata::store::records
