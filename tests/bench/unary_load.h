#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "h2_client.h"
#include "latencies.h"

namespace batata::bench {

/// Keeps a number of calls going on each connection until the time or the calls are over. One thread.
class UnaryLoad {
 public:
  struct Kind {
    std::string_view path;
    std::function<std::string(std::uint64_t n)> make_request;  // framed; n counts from 0
    std::function<bool(std::uint64_t n, bool ok, std::string_view message)> is_right;
  };
  struct Limits {
    double seconds = 3600;
    std::uint64_t calls = UINT64_MAX;
  };

  UnaryLoad(Poller& poller, Kind kind) : poller_(poller), kind_(std::move(kind)) {}

  /// Returns when every call has its answer; ends the program when one has none.
  void run(const std::vector<H2Client*>& connections, int in_flight, Limits limits);

  std::uint64_t done() const { return latencies_.count(); }
  std::uint64_t errors() const { return errors_; }
  /// Prints the figures of the run.
  void print() { latencies_.print(std::chrono::duration<double>(took_).count(), errors_); }

 private:
  bool is_over() const { return counter_ >= calls_max_ || Clock::now() >= end_; }
  void call(H2Client& connection);

  Poller& poller_;
  Kind kind_;
  Latencies latencies_;
  Clock::time_point end_;
  Clock::duration took_{};
  std::uint64_t calls_max_ = 0, counter_ = 0, errors_ = 0, open_ = 0;
};

}  // namespace batata::bench
