#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "arrival.h"
#include "latencies.h"

namespace batata::bench {

/// Rounds of one change that reaches many receivers. One thread.
///
/// Both times run from the moment before the change is sent, so that they contain the change itself and no
/// server gains by answering late who made it: `p50_us`, `p99_us` and `max_us` until the news is at the
/// receiver's socket, `read_p99_us` until the load generator's only thread has read it.
class Fanout {
 public:
  explicit Fanout(std::size_t receivers) : seen_in_(receivers, 0) {}

  /// Begins a round; the change is to be sent right after it.
  void begin() {
    ++round_;
    received_ = 0;
    sent_at_ = WallClock::now();
  }

  /// The news of this round, read now by one of the receivers. A second time counts as an error.
  void received(std::size_t receiver, WallClock::time_point arrived_at) {
    if (std::exchange(seen_in_.at(receiver), round_) == round_) {
      ++errors_;
      return;
    }
    last_read_at_ = WallClock::now();
    // A clock that is set back meanwhile must not make a time beyond all bounds.
    arrivals_.add(std::max(arrived_at - sent_at_, WallClock::duration::zero()));
    reads_.add(std::max(last_read_at_ - sent_at_, WallClock::duration::zero()));
    ++received_;
  }
  void wrong() { ++errors_; }

  bool is_complete() const { return received_ == seen_in_.size(); }
  void end() { total_ += last_read_at_ - sent_at_; }

  /// Prints the figures of all rounds.
  void print() {
    arrivals_.print(std::chrono::duration<double>(total_).count(), errors_,
                    ",\"read_p99_us\":" + std::to_string(reads_.micros(0.99)));
  }

 private:
  std::vector<std::uint32_t> seen_in_;  // the last round in which each receiver had the news
  std::uint32_t round_ = 0;
  std::size_t received_ = 0;
  std::uint64_t errors_ = 0;
  WallClock::time_point sent_at_, last_read_at_;
  WallClock::duration total_{};
  Latencies arrivals_, reads_;
};

}  // namespace batata::bench
