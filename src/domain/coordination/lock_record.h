#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace batata::domain {

/// What is stored of a lock that somebody has acquired.
struct LockRecord {
  std::string holder;  ///< as the door that acquired it names its clients; for people, not for rights
  WallTime acquired;   ///< by the clock of the node that was asked; its end does not follow from it
  std::chrono::milliseconds ttl{};  ///< how long it may be held
  bool operator==(const LockRecord&) const = default;
};

/// The stored value. Format version 1: u8 version | string holder | i64 acquired | i64 ttl in ms.
[[nodiscard]] std::string encode_lock(const LockRecord& lock);
/// Errors: kInternal for bytes that `encode_lock` did not write.
[[nodiscard]] Result<LockRecord> decode_lock(std::string_view value);

}  // namespace batata::domain
