#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "wire/load.h"

namespace batata::net {

/// What is on its way to one client through one stream, so that a client that does not read is noticed by who
/// sends, on whatever thread. Any thread.
class SendMeter {
 public:
  /// `load`: null or that of the server, which outlives the meter. While it is short of memory, who is behind
  /// with what was sent is the one to go.
  explicit SendMeter(wire::Load* load) : load_(load) {}

  /// What may gather, one piece of whatever size apart. wire/ promises this number to faces.
  static constexpr std::size_t kUnsentMax = 4 << 20;
  /// The same while the server is short of memory: who keeps up never has so much.
  static constexpr std::size_t kUnsentMaxInShortage = 64 << 10;

  enum class Verdict : std::uint8_t {
    kGo,
    kEnded,     ///< nothing more is sent
    kOverflow,  ///< this piece is too much; told once, kEnded from then on
  };
  /// Counts `bytes` that are to be sent.
  Verdict count(std::size_t bytes) {
    if (ended_.load(std::memory_order_relaxed)) return Verdict::kEnded;
    const std::size_t before = unsent_.fetch_add(bytes, std::memory_order_relaxed);
    const bool is_short = load_ != nullptr && load_->unsent().too_many();
    if (before == 0 || before + bytes <= (is_short ? kUnsentMaxInShortage : kUnsentMax)) return Verdict::kGo;
    if (ended_.exchange(true, std::memory_order_relaxed)) return Verdict::kEnded;
    overflowed_.store(true, std::memory_order_relaxed);
    return Verdict::kOverflow;
  }
  /// Something has not been sent for being too much: what was must not look whole.
  [[nodiscard]] bool overflowed() const { return overflowed_.load(std::memory_order_relaxed); }
  /// `bytes` of those have been handed to the socket.
  void note_sent(std::size_t bytes) { unsent_.fetch_sub(bytes, std::memory_order_relaxed); }
  void end() { ended_.store(true, std::memory_order_relaxed); }
  /// Nothing of it will be sent any more.
  void drop() {
    end();
    unsent_.store(0, std::memory_order_relaxed);
  }
  [[nodiscard]] std::size_t unsent() const { return unsent_.load(std::memory_order_relaxed); }

 private:
  wire::Load* const load_;
  std::atomic<std::size_t> unsent_ = 0;
  std::atomic<bool> ended_ = false, overflowed_ = false;
};

}  // namespace batata::net
