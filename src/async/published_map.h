#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
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
    const Hashed hashed(name);
    const Shard& shard = shard_of(hashed);
    const std::lock_guard lock(shard.mutex);
    const auto it = shard.values.find(hashed);
    return it == shard.values.end() ? nullptr : it->second;
  }
  /// Loop only.
  void publish(std::string_view name, Pointer value) {
    const Hashed hashed(name);
    Shard& shard = shard_of(hashed);
    const std::lock_guard lock(shard.mutex);
    const auto it = shard.values.find(hashed);
    if (it != shard.values.end()) {
      it->second.swap(value);  // the old value is freed after the lock
    } else {
      shard.values.emplace(std::string(name), std::move(value));
    }
  }
  /// Loop only.
  void retract(std::string_view name) {
    const Hashed hashed(name);
    Shard& shard = shard_of(hashed);
    const std::lock_guard lock(shard.mutex);
    const auto it = shard.values.find(hashed);
    if (it != shard.values.end()) shard.values.erase(it);
  }

 private:
  static constexpr std::size_t kShards =
      64;  // as many as 6 bits tell apart; two I/O threads and the loop collide in one look-up of 64
  // A name that is hashed once, for the choice of the shard (high bits) and within it (low bits).
  struct Hashed {
    explicit Hashed(std::string_view of) : name(of), hash(hash64(of)) {}
    std::string_view name;
    std::uint64_t hash;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const Hashed& hashed) const { return hashed.hash; }
    std::size_t operator()(std::string_view name) const { return hash64(name); }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const Hashed& hashed, std::string_view name) const { return hashed.name == name; }
    bool operator()(std::string_view name, const Hashed& hashed) const { return hashed.name == name; }
    bool operator()(std::string_view a, std::string_view b) const { return a == b; }
  };
  struct alignas(64) Shard {  // of a cache line of its own: threads that read different shards do not meet
    mutable std::mutex mutex;
    std::unordered_map<std::string, Pointer, Hash, Equal> values;
  };
  const Shard& shard_of(const Hashed& hashed) const { return shards_[hashed.hash >> 58]; }
  Shard& shard_of(const Hashed& hashed) { return shards_[hashed.hash >> 58]; }

  std::array<Shard, kShards> shards_;
};

}  // namespace batata
