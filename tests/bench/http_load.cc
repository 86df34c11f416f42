// Config publishes over HTTP/1.1 with keep-alive, one request at a time on each connection.
//
//   http_load PORT CONNECTIONS SECONDS KEYS VALUE_BYTES     publishes for SECONDS
//   http_load PORT CONNECTIONS 0 KEYS VALUE_BYTES           publishes each key once
//
// Prints what Latencies::print writes.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "h2_client.h"
#include "latencies.h"
#include "payload.h"

namespace batata::bench {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);

[[noreturn]] void give_up(const char* why) {
  std::fprintf(stderr, "http_load: %s\n", why);
  std::exit(1);
}

/// What the connections share: which request comes next, and what came of them.
struct Run {
  std::uint64_t requests_max = UINT64_MAX;
  Clock::time_point end = Clock::time_point::max();
  std::uint64_t keys = 1, salt = 0;
  std::size_t value_bytes = 0;
  std::uint64_t counter = 0, errors = 0, open = 0;
  Latencies latencies;

  bool is_over() const { return counter >= requests_max || Clock::now() >= end; }

  std::string next_request() {
    const std::uint64_t n = counter++;
    const std::string form = "dataId=app-" + std::to_string(n * 7919 % keys) +
                             "&group=bench&content=" + value_of(salt + n, value_bytes);
    return "POST /nacos/v1/cs/configs HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: http-bench/1\r\n"
           "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
           std::to_string(form.size()) + "\r\n\r\n" + form;
  }
};

/// One connection with one request at a time.
class Connection final : public Poller::Socket {
 public:
  Connection(Poller& poller, std::uint16_t port, Run& run)
      : poller_(poller), fd_(connect_loopback(port)), run_(run) {
    poller_.add(fd_, *this);
  }
  ~Connection() override { ::close(fd_); }

  void start() {
    if (run_.is_over()) return;
    ++run_.open;
    const std::string request = run_.next_request();
    sent_ = Clock::now();
    // A request is far smaller than a socket's buffer, which is empty between requests.
    if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
      give_up("send failed");
  }

  void on_ready(std::uint32_t) override {
    std::array<char, 4096> buffer;
    const ssize_t size = ::read(fd_, buffer.data(), buffer.size());
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) give_up("the server closed a connection");
    in_.append(buffer.data(), static_cast<std::size_t>(size));
    if (!is_complete()) return;
    run_.latencies.add(Clock::now() - sent_);
    if (!in_.starts_with("HTTP/1.1 200") || !in_.ends_with("true")) ++run_.errors;
    in_.clear();
    --run_.open;
    start();
  }

 private:
  bool is_complete() const {
    const auto end_of_head = in_.find("\r\n\r\n");
    if (end_of_head == std::string::npos) return false;
    auto at = in_.find("ontent-");
    while (at != std::string::npos && at < end_of_head &&
           ::strncasecmp(in_.c_str() + at, "ontent-length:", 14) != 0) {
      at = in_.find("ontent-", at + 1);
    }
    if (at == std::string::npos || at > end_of_head) give_up("an answer without Content-Length");
    return in_.size() >= end_of_head + 4 + std::strtoul(in_.c_str() + at + 14, nullptr, 10);
  }

  Poller& poller_;
  int fd_;
  Run& run_;
  Clock::time_point sent_;
  std::string in_;
};

int load(std::uint16_t port, int count, double seconds, std::uint64_t keys, std::size_t value_bytes) {
  Poller poller;
  Run run;
  run.keys = keys;
  run.value_bytes = value_bytes;
  run.salt = static_cast<std::uint64_t>(Clock::now().time_since_epoch().count());
  std::vector<std::unique_ptr<Connection>> connections;
  for (int i = 0; i < count; ++i) connections.push_back(std::make_unique<Connection>(poller, port, run));
  const auto begin = Clock::now();
  if (seconds > 0) {
    run.end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  } else {
    run.requests_max = keys;
  }
  for (const auto& connection : connections) connection->start();
  auto quiet_since = Clock::now();
  for (std::size_t seen = 0; run.open > 0;) {
    poller.poll(100);
    if (run.latencies.count() != seen) quiet_since = Clock::now();
    seen = run.latencies.count();
    if (Clock::now() - quiet_since > kPatience) give_up("requests were left without an answer");
  }
  run.latencies.print(std::chrono::duration<double>(Clock::now() - begin).count(), run.errors);
  return 0;
}

}  // namespace
}  // namespace batata::bench

int main(int argc, char** argv) {
  if (argc != 6) batata::bench::give_up("wrong arguments; the first lines of http_load.cc are the manual");
  return batata::bench::load(static_cast<std::uint16_t>(std::atoi(argv[1])), std::atoi(argv[2]),
                             std::atof(argv[3]), std::strtoull(argv[4], nullptr, 10),
                             std::strtoull(argv[5], nullptr, 10));
}
