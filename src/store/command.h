#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace batata::store {

/// The keys `begin` <= key < `end`, compared as unsigned bytes.
struct KeyRange {
  std::string begin, end;
  /// The one key `key`.
  static KeyRange one(std::string_view key);
  /// Every key that starts with `prefix`; every key there is when it is empty.
  static KeyRange prefix(std::string_view prefix);
  [[nodiscard]] bool contains(std::string_view key) const {
    return key >= begin && (end.empty() || key < end);
  }
  /// True when the range is exactly one key.
  [[nodiscard]] bool is_one() const {
    return end.size() == begin.size() + 1 && end.back() == '\0' && end.compare(0, begin.size(), begin) == 0;
  }
  /// What of the range comes after `key`.
  [[nodiscard]] KeyRange after(std::string_view key) const;
  bool operator==(const KeyRange&) const = default;
};

/// Holds when nothing in `range` was written or erased after `since`.
struct Unchanged {
  KeyRange range;
  Revision since;
  bool operator==(const Unchanged&) const = default;
};

/// Writes a key. With a lease, which must exist, the key is erased when the lease ends.
struct Put {
  std::string key, value;
  LeaseId lease;
  bool operator==(const Put&) const = default;
};
/// Writes a key with `head`, followed by the value that `source` has at this point of the transaction; with
/// `head` alone when there is no such key. So that what a value was is kept without going through the log
/// again.
struct PutCopy {
  std::string key, head, source;
  bool operator==(const PutCopy&) const = default;
};
/// Erases every key of a range.
struct Erase {
  KeyRange range;
  bool operator==(const Erase&) const = default;
};
/// Starts a lease, or starts it anew: it ends `ttl` after the time of the command.
struct Grant {
  LeaseId lease;
  std::chrono::milliseconds ttl;
  bool operator==(const Grant&) const = default;
};
/// Ends a lease and erases its keys.
struct Revoke {
  LeaseId lease;
  bool operator==(const Revoke&) const = default;
};
/// Forgets events up to and with `upto`. Commanded, so that every replica refuses the same past.
struct Compact {
  Revision upto;
  bool operator==(const Compact&) const = default;
};
/// Moves the revision on, past some that may have been given out for writes that are lost, so that nobody
/// sees one of them again for something else.
struct Advance {
  std::uint64_t by;  ///< at least
  Revision to;       ///< at least
  bool operator==(const Advance&) const = default;
};
using Op = std::variant<Put, PutCopy, Erase, Grant, Revoke, Compact, Advance>;

/// All of `then`, in order and under one revision, or, when a member of `when` does not hold, nothing.
struct Txn {
  std::vector<Unchanged> when;
  std::vector<Op> then;
  bool operator==(const Txn&) const = default;
};

/// The only thing in the log.
struct Command {
  std::uint64_t request_id = 0;  ///< 0: none; kept in the log so that a forwarded retry can be recognised
  WallTime proposed_at;          ///< the proposer's clock: the only time the store ever learns
  Txn txn;
  bool operator==(const Command&) const = default;
};

/// Appends `command` in format version 1.
void encode(const Command& command, std::string& out);
/// Reads the commands of one log entry, which are written one behind the other.
/// Errors: kDamaged for bytes that `encode` did not write; never crashes on any input.
[[nodiscard]] Result<std::vector<Command>> decode_commands(std::string_view bytes);

}  // namespace batata::store
