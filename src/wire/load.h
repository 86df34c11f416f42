#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/metrics.h"
#include "wire/priority.h"

namespace batata::wire {

/// How much may be under way. Plain data; the defaults are those of tests.
struct LoadLimits {
  /// Requests that the loop works on or that wait for it, of all clients.
  std::size_t in_flight = 16'384;
  /// Bytes that wait until their clients take them, of all connections.
  std::size_t unsent_bytes = std::size_t{1} << 30;
  /// Bytes of requests that have not come to their end, of all connections.
  std::size_t unfinished_bytes = std::size_t{1} << 30;
};

/// A number of bytes that I/O threads hold together, and whether it is above its limit: then until it is an
/// eighth below it. Any thread.
class HeldBytes {
 public:
  explicit HeldBytes(std::size_t most) : most_(static_cast<std::ptrdiff_t>(most)) {}
  /// Bytes that have come (positive) or gone (negative), gathered by an I/O thread until they are worth
  /// telling.
  void note(std::ptrdiff_t bytes);
  [[nodiscard]] bool too_many() const { return too_many_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t bytes() const;
  [[nodiscard]] std::size_t most() const { return static_cast<std::size_t>(most_); }
  /// How many an I/O thread of so many may keep to itself: all of them together a sixteenth of the limit at
  /// most.
  [[nodiscard]] std::size_t step(std::size_t io_threads) const;

 private:
  const std::ptrdiff_t most_;
  alignas(64) std::atomic<std::ptrdiff_t> bytes_ = 0;
  alignas(64) std::atomic<bool> too_many_ = false;
};

/// What the server has to do, and what it may begin beside it: admission by priority.
///
/// The room for requests in flight is shared so that each kind leaves some to the kinds before it:
/// administration may fill half of it, administration and writes three quarters, those and reads seven
/// eighths, and the last eighth is for what is vital. So a disk that hangs fills the writes' part, and reads
/// and heartbeats go on. While more bytes are unsent than may be, everything but what is vital is refused:
/// answers would make them more.
///
/// Requests that only wait for something to tell (long polls, streams) are not in flight while they wait. Any
/// thread.
class Load {
 public:
  explicit Load(LoadLimits limits = {});
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  /// A request's place among those in flight, given back when it is destroyed. Moved with the request; the
  /// load outlives it.
  class Place {
   public:
    Place() = default;
    explicit Place(Load& load) : load_(&load) {}
    Place(Place&& other) noexcept : load_(std::exchange(other.load_, nullptr)) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(load_, other.load_);
      return *this;
    }
    ~Place() {
      if (load_ != nullptr) load_->in_flight_.fetch_sub(1, std::memory_order_relaxed);
    }

    [[nodiscard]] bool is_taken() const { return load_ != nullptr; }

   private:
    Load* load_ = nullptr;
  };

  /// Whether a request may be looked at at all: asked for each one, also those that are answered at once.
  /// Costs the reading of one number that seldom changes. A refusal is counted.
  [[nodiscard]] bool admits(Priority priority) {
    return !unsent_.too_many() || priority == Priority::kVital || refuse(priority);
  }
  /// A place for a request that goes to the loop; nothing when there is none for its priority, which is
  /// counted.
  [[nodiscard]] std::optional<Place> begin(Priority priority);

  /// Bytes that wait until their clients take them.
  [[nodiscard]] HeldBytes& unsent() { return unsent_; }
  /// Bytes of requests that have not come to their end. While they are too many, a request that is not small
  /// is refused by its transport before it has come.
  [[nodiscard]] HeldBytes& unfinished() { return unfinished_; }
  static constexpr std::size_t kSmallRequest = 64 << 10;

  [[nodiscard]] std::size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

  [[nodiscard]] static std::span<const metrics::Metric> metric_rows();
  void write(metrics::Writer& out) const;

 private:
  bool refuse(Priority priority);

  const LoadLimits limits_;
  std::array<std::size_t, kPriorities> room_{};
  metrics::CounterTable
      refused_;  // twice the priorities: for the requests in flight, and for the bytes unsent
  alignas(64) std::atomic<std::size_t> in_flight_ = 0;
  HeldBytes unsent_, unfinished_;
};

}  // namespace batata::wire
