#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "net/timer_wheel.h"
#include "wire/load.h"

namespace batata::net {

/// A connection, as seen by who looks for those that leave too much unread. I/O thread only.
class Holder {
 public:
  virtual ~Holder() = default;
  /// Gives up most of what waits for its client, if need be the client. May end it. Tells Holders and the
  /// load what it has given up before it returns.
  virtual void shed() = 0;
  /// Bytes that its client has taken since it is here.
  [[nodiscard]] virtual std::uint64_t taken() const = 0;

 private:
  friend class Holders;
  static constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();
  std::size_t index_ = kNowhere;  // in Holders
  std::size_t held_ = 0;
  std::uint64_t taken_before_ = 0;  // at the last look
  bool looked_at_ = false;          // since it is there: else taken_before_ means nothing
};

/// What the greatest holder of each I/O thread has, so that of all of them the greatest go, and what is just
/// going, so that no two threads give up the same excess. Any thread.
class GreatestHeld {
 public:
  explicit GreatestHeld(std::size_t threads) : bytes_(threads) {}
  void tell(std::size_t thread, std::size_t bytes) { bytes_[thread].store(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t of_all() const;
  /// A thread is about to give up so many bytes. What other threads are about to, which it must not count on
  /// as being there.
  [[nodiscard]] std::size_t begin_shedding(std::size_t bytes) { return going_.fetch_add(bytes); }
  /// It has, and the load knows of it; or it does not.
  void end_shedding(std::size_t bytes) { going_.fetch_sub(bytes); }

 private:
  std::vector<std::atomic<std::size_t>> bytes_;
  std::atomic<std::size_t> going_ = 0;
};

/// The connections of one I/O thread whose clients have not taken all that waits for them.
///
/// While all clients of the server leave more than may be (Load::unsent), those with the most go, until there
/// is room again: they, and not whoever is the next to be sent something. Who would be done within kSoon at
/// the pace of the last look is spared: a large answer to a good reader is no fault. I/O thread only.
class Holders final : public WheelTimer {
 public:
  static constexpr auto kLook = std::chrono::milliseconds(500);
  static constexpr auto kSoon = std::chrono::seconds(8);
  static constexpr std::size_t kWorthShedding = 4 << 10;  // what a connection costs anyway

  /// `load`: null, nobody ever goes; outlives it, as all others do. `thread`: its number in `all`. `now`: the
  /// time of its turns.
  Holders(wire::Load* load, GreatestHeld& all, std::size_t thread, TimerWheel& wheel, const SteadyTime& now)
      : load_(load), all_(all), thread_(thread), wheel_(wheel), now_(now) {}
  /// `holder` has so many bytes for its client; with 0 it is forgotten.
  void note(Holder& holder, std::size_t bytes);
  [[nodiscard]] std::size_t size() const { return holders_.size(); }

 private:
  void expired() override;
  std::vector<Holder*> slow_ones();
  static std::size_t greatest_of(const std::vector<Holder*>& holders);
  void shed(const std::vector<Holder*>& slow);
  bool shed_if_needed(Holder& holder);

  wire::Load* const load_;
  GreatestHeld& all_;
  const std::size_t thread_;
  TimerWheel& wheel_;
  const SteadyTime& now_;
  std::vector<Holder*> holders_;
  int looks_ = 0;  // since the shortage began
};

}  // namespace batata::net
