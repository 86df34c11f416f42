#include "store/records.h"

#include <algorithm>
#include <utility>
#include <variant>

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

}  // namespace

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
