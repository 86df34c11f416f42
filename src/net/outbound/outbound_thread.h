#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "net/outbound/transfer.h"

namespace batata::net {

/// The thread on which an OutboundClient's calls run, all of them side by side in one handle of libcurl.
///
/// `submit` and `cancel` are for one other thread, the loop's; so are construction and destruction, which
/// waits for nobody's answer. Answers are given on the thread.
class OutboundThread {
 public:
  using Clock = std::chrono::steady_clock;
  using Answer = Result<OutboundAnswer>;
  using Give = UniqueFunction<void(std::uint64_t id, Answer answer)>;

  /// `curl` outlives it. `multi` is not null.
  OutboundThread(const Curl& curl, MultiPtr multi, OutboundOptions options, Give give);
  OutboundThread(const OutboundThread&) = delete;
  OutboundThread& operator=(const OutboundThread&) = delete;
  ~OutboundThread();

  /// Begins the call `id`, a number that was never used. Errors: kUnavailable when as many are under way and
  /// waiting as may be; then nothing happens.
  [[nodiscard]] Status submit(std::uint64_t id, OutboundRequest request, Target target);
  /// Ends a call; nothing is given for it unless that has happened already.
  void cancel(std::uint64_t id);

 private:
  struct Order {
    std::uint64_t id = 0;
    Clock::time_point deadline;
    OutboundRequest request;
    Target target;
    bool is_cancel = false;
  };
  struct Running {
    std::uint64_t id = 0;
    Clock::time_point deadline;
    std::string origin;  // that it was asked to call: redirects do not move it
    std::unique_ptr<Transfer> transfer;
  };
  using RunningMap = std::map<CURL*, Running>;

  void tell(Order order);
  void run();
  [[nodiscard]] bool take_orders();
  void obey(Order order);
  void forget(std::uint64_t id);
  void admit();
  [[nodiscard]] bool may_run(const Order& order) const;
  void begin(Order order);
  [[nodiscard]] bool collect();
  void end(RunningMap::iterator it, std::optional<Answer> answer);
  void expire();
  [[nodiscard]] int wait_ms() const;

  const Curl& curl_;
  MultiPtr multi_;  // the thread's, but for wake-ups
  const OutboundOptions options_;
  std::atomic<int> held_ = 0;  // calls that are begun and not yet forgotten

  std::mutex lock_;
  std::vector<Order> orders_;  // guarded by lock_
  bool stopping_ = false;      // guarded by lock_

  // The thread's alone.
  Give give_;
  std::deque<Order> waiting_;
  RunningMap running_;

  std::thread thread_;
};

}  // namespace batata::net
