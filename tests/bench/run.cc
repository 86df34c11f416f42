#include "run.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "latencies.h"

namespace batata::bench {
namespace {

constexpr rlim_t kOtherFiles = 32;  // standard streams, epoll, what libraries have open

}  // namespace

void give_up(const char* why) {
  std::fprintf(stderr, "load generator: %s\n", why);
  std::exit(1);
}

void need_sockets(std::size_t count) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) give_up("the limit of open files cannot be read");
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) give_up("the limit of open files cannot be raised");
  if (limit.rlim_max < count + kOtherFiles) give_up("the limit of open files (ulimit -Hn) is too low");
}

void poll_until(Poller& poller, const std::function<bool()>& done) {
  const auto end = Clock::now() + kPatience;
  while (!done()) {
    poller.poll(100);
    if (Clock::now() > end) give_up("the server did not do its part in time");
  }
}

void poll_for(Poller& poller, std::chrono::milliseconds time) {
  const auto end = Clock::now() + time;
  for (auto now = Clock::now(); now < end; now = Clock::now()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - now);
    poller.poll(static_cast<int>(left.count()) + 1);
  }
}

void print_ready(std::size_t count) {
  std::printf("{\"ready\":%zu}\n", count);
  std::fflush(stdout);
}

void serve_until_told(Poller& poller) {
  struct Input final : Poller::Socket {
    bool told = false;
    void on_ready(std::uint32_t) override {
      told = true;
      if (std::getchar() == EOF) std::exit(0);
    }
  } input;
  std::setvbuf(stdin, nullptr, _IONBF, 0);
  poller.add(STDIN_FILENO, input);
  while (!input.told) poller.poll(1000);
  poller.remove(STDIN_FILENO);
}

}  // namespace batata::bench
