#include "store/records.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "base/bytes.h"
#include "base/hash.h"
#include "store/record_check.h"

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

Record meta(const Meta& meta) {
  Record record{std::string(1, kMeta), {}, false};
  ByteWriter out(record.value);
  out.u8(kVersion);
  out.varint(meta.revision.value);
  out.i64(meta.time.ms);
  out.varint(meta.compacted.value);
  out.varint(meta.tombstone_floor.value);
  return record;
}

Result<Meta> decode_meta(std::string_view value) {
  ByteReader in(value);
  if (in.u8() != kVersion) return fail(Errc::kUnsupported, "state of an unknown format version");
  Meta meta;
  meta.revision = Revision{in.varint()};
  meta.time = WallTime{in.i64()};
  meta.compacted = Revision{in.varint()};
  meta.tombstone_floor = Revision{in.varint()};
  const bool is_sound = in.ok() && in.at_end() && meta.revision.value <= kNumberMax &&
                        is_in_range(meta.time) && meta.compacted <= meta.revision &&
                        meta.tombstone_floor <= meta.revision;
  if (!is_sound) return fail(Errc::kDamaged, "damaged meta record");
  return meta;
}

std::optional<KeyParts> decode_key(std::string_view value) {
  ByteReader in(value);
  KeyParts parts{Revision{in.varint()}, Revision{in.varint()}, LeaseId{in.varint()}, in.rest()};
  const bool is_sound = in.ok() && parts.created >= Revision{1} && parts.created <= parts.modified &&
                        parts.modified.value <= kNumberMax;
  return is_sound ? std::optional(parts) : std::nullopt;
}

// Numbers can be written in more ways than one; a store writes one, and the digest is of that.
std::optional<LeaseParts> decode_lease(std::string_view digits, std::string_view value) {
  if (digits.size() != 8) return std::nullopt;
  LeaseParts parts{};
  for (const char c : digits) parts.id.value = parts.id.value << 8 | static_cast<unsigned char>(c);
  ByteReader in(value);
  const std::uint64_t ttl_ms = in.varint();
  if (ttl_ms > static_cast<std::uint64_t>(kLeaseMax.count())) return std::nullopt;
  parts.ttl = std::chrono::milliseconds(ttl_ms);
  parts.ends = WallTime{in.i64()};
  const bool is_sound = parts.ends >= WallTime{} && parts.ends.ms <= kTimeMax.ms + kLeaseMax.count() &&
                        lease(parts.id, parts.ttl, parts.ends).value == value;
  return is_sound ? std::optional(parts) : std::nullopt;
}

std::optional<Revision> decode_tombstone(std::string_view value) {
  const Revision revision{ByteReader(value).varint()};
  const bool is_sound =
      revision >= Revision{1} && revision.value <= kNumberMax && tombstone({}, revision).value == value;
  return is_sound ? std::optional(revision) : std::nullopt;
}

std::uint64_t fingerprint(std::string_view name, std::string_view value) {
  return hash64(value, hash64(name) ^ name.size());
}

std::uint64_t fingerprint(const KeyValue& kv) {
  const std::array numbers = {kv.created.value, kv.modified.value, kv.lease.value};
  const std::string_view bytes(reinterpret_cast<const char*>(numbers.data()), sizeof numbers);
  return hash64(kv.value, hash64(kv.key, hash64(bytes)));
}

}  // namespace batata::store::records

namespace batata::store {
namespace {

// What a change is to be sorted by: the name of its record, without making it.
struct NameOf {
  std::pair<char, std::string_view> operator()(const KeyValuePtr& kv) const {
    return {records::kKey, kv->key};
  }
  std::pair<char, std::string_view> operator()(const Record& record) const {
    return {record.name[0], std::string_view(record.name).substr(1)};
  }
};

struct RecordOf {
  Record operator()(const KeyValuePtr& kv) const { return records::key(*kv); }
  Record operator()(const Record& record) const { return record; }
};

bool is_sound(char kind, std::string_view rest, std::string_view value) {
  switch (kind) {
    case records::kKey:
      return records::decode_key(value).has_value();
    case records::kLease:
      return records::decode_lease(rest, value).has_value();
    case records::kTombstone:
      return records::decode_tombstone(value).has_value();
    default:
      return false;
  }
}

}  // namespace

Status check_record(std::string_view name, std::string_view value) {
  if (is_meta_record(name)) return records::decode_meta(value).map([](const records::Meta&) {});
  if (!name.empty() && is_sound(name[0], name.substr(1), value)) return {};
  return fail(Errc::kDamaged, "damaged record '" + std::string(name) + "'");
}

std::size_t size_of(const Change& change) {
  if (const auto* kv = std::get_if<KeyValuePtr>(&change)) return (*kv)->key.size() + (*kv)->value.size();
  const auto& record = std::get<Record>(change);
  return record.name.size() + record.value.size();
}

std::vector<Record> condense(const std::vector<Change>& changes) {
  struct Named {
    std::pair<char, std::string_view> name;
    std::size_t index;
    auto operator<=>(const Named&) const = default;
  };
  std::vector<Named> order;
  order.reserve(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) order.push_back({std::visit(NameOf{}, changes[i]), i});
  std::ranges::sort(order);
  std::vector<Record> records;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool last_of_its_name = i + 1 == order.size() || order[i + 1].name != order[i].name;
    if (last_of_its_name) records.push_back(std::visit(RecordOf{}, changes[order[i].index]));
  }
  return records;
}

}  // namespace batata::store
