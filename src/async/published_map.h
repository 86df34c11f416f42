#pragma once
#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/hash.h"

namespace batata {

/// The names of a PublishedMap's values: copies that the map keeps.
struct KeptNames {
  explicit KeptNames(std::string_view name) : name_(name) {}
  template <class T>
  [[nodiscard]] std::string_view of(const T& /*value*/) const {
    return name_;
  }

 private:
  std::string name_;
};

/// … a member of the values, so that millions of them need no second copy of theirs.
template <auto kMember>
struct NamesInside {
  explicit NamesInside(std::string_view /*name*/) {}
  template <class T>
  [[nodiscard]] std::string_view of(const T& value) const {
    return value.*kMember;
  }
};

/// Immutable values by name that the loop publishes and any thread reads without going to the loop.
///
/// One writer (the loop), any number of readers. A value that `publish` has returned from is what every later
/// `find` sees, on every thread. The lock of a shard is held for one hash look-up, or while the shard grows;
/// this is the only lock between the wire and the domain, and the reason why hot reads need no hop.
template <class T, class Names = KeptNames>
class PublishedMap {
 public:
  using Pointer = std::shared_ptr<const T>;

  /// Null when there is none. Any thread.
  [[nodiscard]] Pointer find(std::string_view name) const {
    const Hashed hashed(name);
    const Shard& shard = shard_of(hashed);
    const std::lock_guard lock(shard.mutex);
    const auto it = shard.entries.find(hashed);
    return it == shard.entries.end() ? nullptr : it->value;
  }
  /// Loop only.
  void publish(std::string_view name, Pointer value) {
    const Hashed hashed(name);
    Shard& shard = shard_of(hashed);
    const std::lock_guard lock(shard.mutex);
    const auto it = shard.entries.find(hashed);
    if (it != shard.entries.end()) {
      it->value.swap(value);  // the old value is freed after the lock
    } else {
      shard.entries.emplace(hashed, std::move(value));
    }
  }
  /// Loop only.
  void retract(std::string_view name) {
    const Hashed hashed(name);
    Shard& shard = shard_of(hashed);
    const std::lock_guard lock(shard.mutex);
    const auto it = shard.entries.find(hashed);
    if (it != shard.entries.end()) shard.entries.erase(it);
  }
  /// Makes room for about so many values, so that they do not move each other about. Loop only.
  void reserve(std::size_t count) {
    for (Shard& shard : shards_) {
      const std::lock_guard lock(shard.mutex);
      shard.entries.reserve(count / kShards);
    }
  }

 private:
  static constexpr std::size_t kShards =
      64;  // as many as 6 bits tell apart; two I/O threads and the loop collide in one look-up of 64
  // A name that is hashed once, for the choice of the shard and within it: of that, boost takes the high bits
  // and the lowest eight, so the shard is chosen by others.
  struct Hashed {
    explicit Hashed(std::string_view of) : name(of), hash(hash64(of)) {}
    std::string_view name;
    std::uint64_t hash;
  };
  struct Entry {
    Entry(const Hashed& hashed, Pointer published)
        : hash(hashed.hash), names(hashed.name), value(std::move(published)) {}
    [[nodiscard]] std::string_view name() const { return names.of(*value); }
    std::uint64_t hash;  // kept: a shard that grows looks at no value
    [[no_unique_address]] Names names;
    mutable Pointer value;  // its name and hash stay
  };
  struct Hash {
    using is_transparent = void;
    // NOLINTNEXTLINE(readability-identifier-naming): boost's name for what need not be mixed once more
    using is_avalanching = void;
    std::size_t operator()(const Hashed& hashed) const { return hashed.hash; }
    std::size_t operator()(const Entry& entry) const { return entry.hash; }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const Entry& a, const Entry& b) const { return same(a, b.hash, b.name()); }
    bool operator()(const Entry& entry, const Hashed& hashed) const {
      return same(entry, hashed.hash, hashed.name);
    }
    bool operator()(const Hashed& hashed, const Entry& entry) const {
      return same(entry, hashed.hash, hashed.name);
    }
    static bool same(const Entry& entry, std::uint64_t hash, std::string_view name) {
      return entry.hash == hash && entry.name() == name;
    }
  };
  struct alignas(64) Shard {  // of a cache line of its own: threads that read different shards do not meet
    mutable std::mutex mutex;
    boost::unordered_flat_set<Entry, Hash, Equal> entries;
  };
  const Shard& shard_of(const Hashed& hashed) const { return shards_[hashed.hash >> 8 & (kShards - 1)]; }
  Shard& shard_of(const Hashed& hashed) { return shards_[hashed.hash >> 8 & (kShards - 1)]; }

  std::array<Shard, kShards> shards_;
};

}  // namespace batata
