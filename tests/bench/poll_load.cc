// Long polls of 1.x clients on one config that is published.
//
//   poll_load PORT POLLS ROUNDS
//       POLLS clients hold a poll on the config, on a connection each. In each round it is published once,
//       and every poll is to be answered that it changed; then all poll again, for the new content.
//
// Prints {"ready":N} when every poll is held and goes on when a line arrives on standard input; prints the
// figures as Fanout::print does and waits for another line before it disconnects.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "fanout.h"
#include "http_client.h"
#include "payload.h"
#include "run.h"

namespace batata::bench {
namespace {

constexpr std::string_view kConfigs = "/nacos/v1/cs/configs";
constexpr std::string_view kListener = "/nacos/v1/cs/configs/listener";
constexpr std::string_view kConfig = "/nacos/v1/cs/configs?dataId=push&group=bench";
constexpr std::string_view kHold = "Long-Pulling-Timeout: 60000\r\n";
constexpr std::string_view kChanged = "push%02bench";  // what the answer to a poll begins with
constexpr std::size_t kValueBytes = 200;
// Until a server has read a poll that was sent and holds it: nothing says so. One that comes too late would
// be answered at once and count in full, so this can only make figures worse.
constexpr auto kSettled = std::chrono::milliseconds(200);
constexpr auto kSettledEach = std::chrono::microseconds(50);

bool is_ok(const HttpMessage& answer) {
  return answer.head.starts_with("HTTP/1.1 200");
}

class Polls {
 public:
  Polls(std::uint16_t port, std::size_t count)
      : fanout_(count),
        publisher_(poller_, port, [this](const HttpMessage& answer, auto) { on_published(answer); }) {
    publish();
    poll_until(poller_, [this] { return is_answered_; });
    connect(port, count);
  }

  void run(int rounds) {
    poll_again();
    print_ready(clients_.size());
    serve_until_told(poller_);
    for (int i = 1; i <= rounds; ++i) {
      fanout_.begin();
      publish();
      poll_until(poller_, [this] { return is_answered_ && fanout_.is_complete(); });
      fanout_.end();
      poll_again();
    }
    fanout_.print();
    serve_until_told(poller_);
  }

 private:
  // Each of them asks for the config first, as a client does that starts: no more are dialled than were
  // accepted.
  void connect(std::uint16_t port, std::size_t count) {
    while (clients_.size() < count) {
      const std::size_t until = std::min(count, clients_.size() + kDialsAtOnce);
      while (clients_.size() < until) {
        clients_.push_back(std::make_unique<HttpClient>(
            poller_, port,
            [this, number = clients_.size()](const HttpMessage& answer, WallClock::time_point arrived_at) {
              on_answer(number, answer, arrived_at);
            },
            Stamps::kOn));
        clients_.back()->send(http_get(kConfig));
      }
      poll_until(poller_, [this] { return connected_ == clients_.size(); });
    }
    is_polling_ = true;
  }

  void publish() {
    is_answered_ = false;
    publisher_.send(
        http_post(kConfigs, "dataId=push&group=bench&content=" + value_of(++published_, kValueBytes)));
  }

  void on_published(const HttpMessage& answer) {
    if (!is_ok(answer)) give_up("a publish or a read failed");
    md5_ = http_header(answer.head, "Content-MD5");  // of a read
    is_answered_ = true;
  }

  // Whether it is the start of a client or an answer to its poll depends on the phase.
  void on_answer(std::size_t number, const HttpMessage& answer, WallClock::time_point arrived_at) {
    if (!is_polling_) {
      if (!is_ok(answer)) give_up("a read failed");
      ++connected_;
      return;
    }
    if (!is_ok(answer) || !answer.body.starts_with(kChanged)) return fanout_.wrong();
    fanout_.received(number, arrived_at);
  }

  void poll_again() {
    is_answered_ = false;
    publisher_.send(http_get(kConfig));
    poll_until(poller_, [this] { return is_answered_; });
    if (md5_.empty()) give_up("a read without Content-MD5");
    const std::string request =
        http_post(kListener, "Listening-Configs=push%02bench%02" + md5_ + "%01", kHold);
    for (const auto& client : clients_) client->send(request);
    const auto settled = kSettled + kSettledEach * clients_.size();
    poll_for(poller_, std::chrono::duration_cast<std::chrono::milliseconds>(settled));
  }

  Poller poller_;
  Fanout fanout_;
  HttpClient publisher_;
  std::vector<std::unique_ptr<HttpClient>> clients_;
  std::string md5_;
  std::uint64_t published_ = 0;
  std::size_t connected_ = 0;
  bool is_answered_ = false, is_polling_ = false;
};

}  // namespace
}  // namespace batata::bench

int main(int argc, char** argv) {
  using namespace batata::bench;
  if (argc != 4) give_up("wrong arguments; the first lines of poll_load.cc are the manual");
  const auto count = static_cast<std::size_t>(std::atoi(argv[2]));
  need_sockets(count + 1);
  Polls(static_cast<std::uint16_t>(std::atoi(argv[1])), count).run(std::atoi(argv[3]));
  return 0;
}
