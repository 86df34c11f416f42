#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/hash.h"

namespace batata {

/// Immutable values by name that the loop publishes and any thread reads without going to the loop.
///
/// One writer (the loop), any number of readers. A value that `publish` has returned from is what every later
/// `find` sees, on every thread. The lock of a shard is held for one hash look-up; this is the only lock
/// between the wire and the domain, and the reason why hot reads need no hop.
template <class T>
class PublishedMap {
 public:
  using Pointer = std::shared_ptr<const T>;

  /// Null when there is none. Any thread.
  [[nodiscard]] Pointer find(std::string_view name) const {
    const Shard& shard = shard_of(name);
    const std::lock_guard lock(shard.mutex);
    const auto it = shard.values.find(name);
    return it == shard.values.end() ? nullptr : it->second;
  }
  /// Loop only.
  void publish(std::string_view name, Pointer value) {
    Shard& shard = shard_of(name);
    const std::lock_guard lock(shard.mutex);
    const auto it = shard.values.find(name);
    if (it != shard.values.end()) {
      it->second.swap(value);  // the old value is freed after the lock
    } else {
      shard.values.emplace(std::string(name), std::move(value));
    }
  }
  /// Loop only.
  void retract(std::string_view name) {
    Shard& shard = shard_of(name);
    const std::lock_guard lock(shard.mutex);
    const auto it = shard.values.find(name);
    if (it != shard.values.end()) shard.values.erase(it);
  }

 private:
  static constexpr std::size_t kShards = 64;  // two I/O threads and the loop collide in one look-up of 64
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, Pointer, StringHash, std::equal_to<>> values;  // guarded by mutex
  };
  const Shard& shard_of(std::string_view name) const { return shards_[hash64(name, 1) % kShards]; }
  Shard& shard_of(std::string_view name) { return shards_[hash64(name, 1) % kShards]; }

  std::array<Shard, kShards> shards_;
};

}  // namespace batata
