#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace batata::net {

/// What a piece of what is to be sent costs beside its bytes: its places in queues, its owner, the head of
/// its frame. So a million empty messages are not nothing.
constexpr std::size_t kPieceCost = 128;

/// What is on its way to one client through one stream, so that a client that does not read is noticed by who
/// sends, on whatever thread. Any thread.
class SendMeter {
 public:
  /// `most`: bytes that may gather, one piece of whatever size apart.
  explicit SendMeter(std::size_t most) : most_(most) {}

  enum class Verdict : std::uint8_t {
    kGo,
    kEnded,     ///< nothing more is sent
    kOverflow,  ///< this piece is too much; told once, kEnded from then on
  };
  /// Counts a piece of `bytes` that is to be sent.
  Verdict count(std::size_t bytes) {
    if (ended_.load(std::memory_order_relaxed)) return Verdict::kEnded;
    const std::size_t cost = bytes + kPieceCost;
    const std::size_t before = unsent_.fetch_add(cost, std::memory_order_relaxed);
    if (before == 0 || before + cost <= most_) return Verdict::kGo;
    if (ended_.exchange(true, std::memory_order_relaxed)) return Verdict::kEnded;
    overflowed_.store(true, std::memory_order_relaxed);
    return Verdict::kOverflow;
  }
  /// Something has not been sent for being too much: what was must not look whole.
  [[nodiscard]] bool overflowed() const { return overflowed_.load(std::memory_order_relaxed); }
  /// `bytes` of those have been handed to the socket, with which so many pieces came to their end.
  void note_sent(std::size_t bytes, std::size_t pieces) {
    unsent_.fetch_sub(bytes + pieces * kPieceCost, std::memory_order_relaxed);
  }
  void end() { ended_.store(true, std::memory_order_relaxed); }
  /// Nothing of it will be sent any more.
  void drop() {
    end();
    unsent_.store(0, std::memory_order_relaxed);
  }
  /// Bytes, and what the pieces cost beside them.
  [[nodiscard]] std::size_t unsent() const { return unsent_.load(std::memory_order_relaxed); }

 private:
  const std::size_t most_;
  std::atomic<std::size_t> unsent_ = 0;
  std::atomic<bool> ended_ = false, overflowed_ = false;
};

}  // namespace batata::net
