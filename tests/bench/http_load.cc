// Config publishes over HTTP/1.1 with keep-alive, one request at a time on each connection.
//
//   http_load PORT CONNECTIONS SECONDS KEYS VALUE_BYTES     publishes for SECONDS
//   http_load PORT CONNECTIONS 0 KEYS VALUE_BYTES           publishes each key once
//
// Prints what Latencies::print writes.
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "http_client.h"
#include "latencies.h"
#include "payload.h"
#include "run.h"

namespace batata::bench {
namespace {

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
    return http_post("/nacos/v1/cs/configs", "dataId=app-" + std::to_string(n * 7919 % keys) +
                                                 "&group=bench&content=" + value_of(salt + n, value_bytes));
  }
};

/// One connection with one request at a time.
class Publisher {
 public:
  Publisher(Poller& poller, std::uint16_t port, Run& run)
      : run_(run), client_(poller, port, [this](const HttpMessage& answer, auto) { on_answer(answer); }) {}

  void start() {
    if (run_.is_over()) return;
    ++run_.open;
    const std::string request = run_.next_request();
    sent_ = Clock::now();
    client_.send(request);
  }

 private:
  void on_answer(const HttpMessage& answer) {
    run_.latencies.add(Clock::now() - sent_);
    if (!answer.head.starts_with("HTTP/1.1 200") || answer.body != "true") ++run_.errors;
    --run_.open;
    start();
  }

  Run& run_;
  Clock::time_point sent_;
  HttpClient client_;
};

int load(std::uint16_t port, int count, double seconds, std::uint64_t keys, std::size_t value_bytes) {
  Poller poller;
  Run run;
  run.keys = keys;
  run.value_bytes = value_bytes;
  run.salt = static_cast<std::uint64_t>(Clock::now().time_since_epoch().count());
  std::vector<std::unique_ptr<Publisher>> publishers;
  for (int i = 0; i < count; ++i) publishers.push_back(std::make_unique<Publisher>(poller, port, run));
  const auto begin = Clock::now();
  if (seconds > 0) {
    run.end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  } else {
    run.requests_max = keys;
  }
  for (const auto& publisher : publishers) publisher->start();
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
