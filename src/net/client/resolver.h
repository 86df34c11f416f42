#pragma once
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/unique_function.h"
#include "net/socket_address.h"

namespace batata::net {

/// Looks up names of servers, one after another on a thread of its own, which the first look-up starts: the
/// system's look-up blocks.
class Resolver {
 public:
  /// Called on the resolver's thread, or at once for an address in digits.
  using Done = UniqueFunction<void(Result<std::vector<SocketAddress>>)>;

  Resolver() = default;
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  ~Resolver();  ///< waits for the look-up that runs, as long as the system gives it; forgets the others

  /// The addresses of `host`, in the order in which the system would try them; kAddressesMax at most. One
  /// thread.
  /// Errors: kUnavailable when there are none, or kWaitingMax look-ups wait.
  void resolve(std::string host, std::uint16_t port, Done done);

  static constexpr std::size_t kWaitingMax = 1'000;
  static constexpr std::size_t kAddressesMax = 8;

 private:
  struct Job {
    std::string host;
    std::uint16_t port;
    Done done;
  };
  void run();

  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;   // guarded by lock_
  bool stopping_ = false;  // guarded by lock_
  std::thread thread_;
};

}  // namespace batata::net
