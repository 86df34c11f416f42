#include "store/command.h"

#include "base/bytes.h"

namespace batata::store {
namespace {

// Format version 1 of a command:
//   u8 version | varint request_id | i64 proposed_at | varint n, n × when | varint n, n × op
//   when:  range | varint since
//   op:    u8 kind | fields in the order of the struct, numbers as varint, strings with a varint length
//   range: u8 0 | string begin | string end, or, for a single key, u8 1 | string key
constexpr std::uint8_t kVersion = 1;
enum class Kind : std::uint8_t {
  kPut = 1,
  kErase = 2,
  kGrant = 3,
  kRevoke = 4,
  kCompact = 5,
  kPutCopy = 6,
  kAdvance = 7
};

enum class RangeKind : std::uint8_t { kFromTo = 0, kOne = 1 };

void write(ByteWriter& out, const KeyRange& range) {
  const bool one = range.is_one();
  out.u8(static_cast<std::uint8_t>(one ? RangeKind::kOne : RangeKind::kFromTo));
  out.string(range.begin);
  if (!one) out.string(range.end);
}
bool read_range(ByteReader& in, KeyRange& range) {
  const auto kind = static_cast<RangeKind>(in.u8());
  if (kind == RangeKind::kOne) {
    range = KeyRange::one(in.string());
  } else {
    range.begin = in.string();
    range.end = in.string();
  }
  return in.ok() && (kind == RangeKind::kOne || kind == RangeKind::kFromTo);
}

struct WriteOp {
  ByteWriter& out;
  void kind(Kind k) const { out.u8(static_cast<std::uint8_t>(k)); }
  void operator()(const Put& op) const {
    kind(Kind::kPut);
    out.string(op.key);
    out.string(op.value);
    out.varint(op.lease.value);
  }
  void operator()(const PutCopy& op) const {
    kind(Kind::kPutCopy);
    out.string(op.key);
    out.string(op.head);
    out.string(op.source);
  }
  void operator()(const Erase& op) const {
    kind(Kind::kErase);
    write(out, op.range);
  }
  void operator()(const Grant& op) const {
    kind(Kind::kGrant);
    out.varint(op.lease.value);
    out.varint(static_cast<std::uint64_t>(op.ttl.count()));
  }
  void operator()(const Revoke& op) const {
    kind(Kind::kRevoke);
    out.varint(op.lease.value);
  }
  void operator()(const Compact& op) const {
    kind(Kind::kCompact);
    out.varint(op.upto.value);
  }
  void operator()(const Advance& op) const {
    kind(Kind::kAdvance);
    out.varint(op.by);
    out.varint(op.to.value);
  }
};

bool read_op(ByteReader& in, std::vector<Op>& ops) {
  switch (static_cast<Kind>(in.u8())) {
    case Kind::kPut: {
      Put op;
      op.key = in.string();
      op.value = in.string();
      op.lease = {in.varint()};
      ops.emplace_back(std::move(op));
      return in.ok();
    }
    case Kind::kPutCopy: {
      PutCopy op;
      op.key = in.string();
      op.head = in.string();
      op.source = in.string();
      ops.emplace_back(std::move(op));
      return in.ok();
    }
    case Kind::kErase: {
      Erase op;
      const bool good = read_range(in, op.range);
      ops.emplace_back(std::move(op));
      return good;
    }
    case Kind::kGrant: {
      Grant op;
      op.lease = {in.varint()};
      op.ttl = std::chrono::milliseconds(static_cast<std::int64_t>(in.varint()));
      ops.emplace_back(op);
      return in.ok();
    }
    case Kind::kRevoke:
      ops.emplace_back(Revoke{LeaseId{in.varint()}});
      return in.ok();
    case Kind::kCompact:
      ops.emplace_back(Compact{Revision{in.varint()}});
      return in.ok();
    case Kind::kAdvance: {
      Advance op{};
      op.by = in.varint();
      op.to = {in.varint()};
      ops.emplace_back(op);
      return in.ok();
    }
  }
  return false;
}

bool read_command(ByteReader& in, Command& command) {
  if (in.u8() != kVersion) return false;
  command.request_id = in.varint();
  command.proposed_at = {in.i64()};
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    Unchanged when;
    if (!read_range(in, when.range)) return false;
    when.since = {in.varint()};
    command.txn.when.push_back(std::move(when));
  }
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n)
    if (!read_op(in, command.txn.then)) return false;
  return in.ok();
}

}  // namespace

KeyRange KeyRange::one(std::string_view key) {
  KeyRange range{std::string(key), std::string(key)};
  range.end.push_back('\0');
  return range;
}

KeyRange KeyRange::after(std::string_view key) const {
  return {one(key).end, end};
}

KeyRange KeyRange::prefix(std::string_view prefix) {
  KeyRange range{std::string(prefix), std::string(prefix)};
  while (!range.end.empty() && range.end.back() == '\xff') range.end.pop_back();
  if (!range.end.empty()) range.end.back() = static_cast<char>(range.end.back() + 1);
  return range;
}

void encode(const Command& command, std::string& out) {
  ByteWriter writer(out);
  writer.u8(kVersion);
  writer.varint(command.request_id);
  writer.i64(command.proposed_at.ms);
  writer.varint(command.txn.when.size());
  for (const Unchanged& when : command.txn.when) {
    write(writer, when.range);
    writer.varint(when.since.value);
  }
  writer.varint(command.txn.then.size());
  for (const Op& op : command.txn.then) std::visit(WriteOp{writer}, op);
}

Result<std::vector<Command>> decode_commands(std::string_view bytes) {
  std::vector<Command> commands;
  ByteReader in(bytes);
  while (!in.at_end()) {
    Command command;
    if (!read_command(in, command)) return fail(Errc::kDamaged, "a log entry holds no valid commands");
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace batata::store
