#include "unary_load.h"

#include "run.h"

namespace batata::bench {

void UnaryLoad::run(const std::vector<H2Client*>& connections, int in_flight, Limits limits) {
  const auto start = Clock::now();
  end_ = start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(limits.seconds));
  calls_max_ = limits.calls;
  for (H2Client* connection : connections) {
    for (int i = 0; i < in_flight && !is_over(); ++i) call(*connection);
    connection->flush();
  }
  auto quiet_since = Clock::now();
  for (std::size_t seen = 0; open_ > 0;) {
    poller_.poll(100);
    if (latencies_.count() != seen) quiet_since = Clock::now();
    seen = latencies_.count();
    if (Clock::now() - quiet_since > kPatience) give_up("calls were left without an answer");
  }
  took_ = Clock::now() - start;
}

void UnaryLoad::call(H2Client& connection) {
  const std::uint64_t n = counter_++;
  ++open_;
  connection.call(kind_.path, kind_.make_request(n),
                  [this, n, &connection, sent = Clock::now()](bool ok, std::string_view message) {
                    --open_;
                    latencies_.add(Clock::now() - sent);
                    if (!kind_.is_right(n, ok, message)) ++errors_;
                    if (!is_over()) call(connection);
                  });
}

}  // namespace batata::bench
