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
  /// Bytes of requests from their first byte until they are answered, of all connections.
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
/// The room for the bytes of requests is shared in the same way, and counts from a request's first byte,
/// which its transport sees, until it is answered. Its priority is known when it has come: until then large
/// ones may fill half of it, small ones five eighths, and tiny ones a sixteenth more. So who begins requests
/// and does not end them leaves room to those that are whole.
///
/// Requests that only wait for something to tell (long polls, streams) are not in flight while they wait; the
/// bytes that they hold count. Any thread.
class Load {
 public:
  explicit Load(LoadLimits limits = {});
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  /// A request's place among those in flight and its bytes, given back when it is destroyed. Moved with the
  /// request; the load outlives it.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept
        : load_(std::exchange(other.load_, nullptr)),
          bytes_(std::exchange(other.bytes_, 0)),
          waits_(other.waits_) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(load_, other.load_);
      std::swap(bytes_, other.bytes_);
      std::swap(waits_, other.waits_);
      return *this;
    }
    ~Place() {
      if (load_ == nullptr) return;
      wait_only();
      load_->unfinished_.note(-static_cast<std::ptrdiff_t>(bytes_));
    }

    [[nodiscard]] bool is_taken() const { return load_ != nullptr; }
    /// The request only waits from now on: it is no longer in flight. Its bytes still count.
    void wait_only() {
      if (load_ != nullptr && !std::exchange(waits_, true))
        load_->in_flight_.fetch_sub(1, std::memory_order_relaxed);
    }

   private:
    friend Load;
    Place(Load& load, std::size_t bytes) : load_(&load), bytes_(bytes) {}
    Load* load_ = nullptr;
    std::size_t bytes_ = 0;
    bool waits_ = false;
  };

  /// Whether a request may be looked at at all: asked for each one, also those that are answered at once.
  /// Costs the reading of one number that seldom changes. A refusal is counted.
  [[nodiscard]] bool admits(Priority priority) {
    return !unsent_.too_many() || priority == Priority::kVital || refuse(priority);
  }
  /// A place for a request of so many bytes that goes to the loop; nothing when there is none for its
  /// priority, which is counted.
  [[nodiscard]] std::optional<Place> begin(Priority priority, std::size_t bytes);

  /// Bytes that wait until their clients take them.
  [[nodiscard]] HeldBytes& unsent() { return unsent_; }
  /// Bytes of requests that are not answered yet: transports tell of those that have not come to their end.
  [[nodiscard]] HeldBytes& unfinished() { return unfinished_; }
  /// Whether there is room for a request of which so many bytes have come and some have not; its transport
  /// refuses it otherwise, and counts that.
  [[nodiscard]] bool takes_in(std::size_t bytes) const {
    const std::size_t sixteenth = limits_.unfinished_bytes / 16;
    return unfinished_.bytes() <= sixteenth * (bytes > kSmallRequest ? 8 : bytes > kTinyRequest ? 10 : 11);
  }
  static constexpr std::size_t kSmallRequest = 64 << 10;
  static constexpr std::size_t kTinyRequest = 4 << 10;  // what clients send in two pieces: a head, and a form
  /// Whether reads are refused, or would be.
  [[nodiscard]] bool is_short() const {
    constexpr auto kRead = static_cast<std::size_t>(Priority::kRead);
    return unsent_.too_many() || in_flight() >= room_[kRead] || unfinished_.bytes() > byte_room_[kRead];
  }

  [[nodiscard]] std::size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

  [[nodiscard]] static std::span<const metrics::Metric> metric_rows();
  void write(metrics::Writer& out) const;

 private:
  enum class Reason : std::uint8_t { kInFlight, kUnsentBytes, kUnfinishedBytes };
  static constexpr std::size_t kReasons = 3;
  [[nodiscard]] static std::size_t refusal(Reason reason, Priority priority) {
    return static_cast<std::size_t>(reason) * kPriorities + static_cast<std::size_t>(priority);
  }
  bool refuse(Priority priority);

  const LoadLimits limits_;
  std::array<std::size_t, kPriorities> room_{}, byte_room_{};  // in flight, and their bytes
  metrics::CounterTable refused_;                              // by reason and priority
  alignas(64) std::atomic<std::size_t> in_flight_ = 0;
  HeldBytes unsent_, unfinished_;
};

}  // namespace batata::wire
