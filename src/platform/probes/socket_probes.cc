#include "platform/probes/socket_probes.h"

#include <pthread.h>

#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "platform/probes/http_probe.h"
#include "platform/probes/mysql_probe.h"

namespace batata::platform {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using domain::HealthCheck;
using domain::Probe;

constexpr std::size_t kStatusLineMax = 1024;  // of an answer; real ones are a few dozen bytes

// Gives the answer of a probe to the loop, once, and never destroys what waits for it elsewhere.
class Answer {
 public:
  Answer(Runtime& runtime, domain::HealthProbes::Done done)
      : runtime_(runtime), done_(std::make_shared<domain::HealthProbes::Done>(std::move(done))) {}
  void give(Probe found) {
    if (done_ == nullptr) return;
    runtime_.post([done = std::exchange(done_, nullptr), found] { (*done)(found); });
  }

 private:
  Runtime& runtime_;
  std::shared_ptr<domain::HealthProbes::Done> done_;
};

// Where to connect to: the host itself or what its name stands for, as far as it may be called.
class Target : public std::enable_shared_from_this<Target> {
 public:
  Target(asio::io_context& io, const net::EgressPolicy& policy, std::string host, std::uint16_t port)
      : policy_(policy), resolver_(io), host_(std::move(host)), port_(port) {}
  using Found = std::function<void(std::optional<tcp::endpoint>)>;
  void find(Found found) {
    error_code error;
    const auto address = asio::ip::make_address(host_, error);
    if (!error) {
      found(pick(tcp::endpoint(address, port_)));
      return;
    }
    resolver_.async_resolve(host_, std::to_string(port_),
                            [self = shared_from_this(), found = std::move(found)](
                                error_code failed, const tcp::resolver::results_type& results) {
                              std::optional<tcp::endpoint> picked;
                              if (!failed)
                                for (const auto& each : results)
                                  if (!picked) picked = self->pick(each.endpoint());
                              found(picked);
                            });
  }
  void cancel() { resolver_.cancel(); }

 private:
  [[nodiscard]] std::optional<tcp::endpoint> pick(const tcp::endpoint& endpoint) const {
    auto address = endpoint.address();
    if (address.is_v6() && address.to_v6().scope_id() != 0) return std::nullopt;  // link-local
    error_code error;
    const std::string text = address.to_string(error);
    if (error || !policy_.allows(text)) return std::nullopt;
    return endpoint;
  }
  const net::EgressPolicy& policy_;
  tcp::resolver resolver_;
  const std::string host_;
  const std::uint16_t port_;
};

// One TCP or HTTP probe. Lives as long as an operation of its is under way.
class SocketProbe : public std::enable_shared_from_this<SocketProbe> {
 public:
  SocketProbe(asio::io_context& io, std::shared_ptr<Target> target, std::string request,
              std::int32_t expected, Answer answer)
      : target_(std::move(target)),
        socket_(io),
        timer_(io),
        request_(std::move(request)),
        expected_(expected),
        answer_(std::move(answer)) {}

  void run(std::chrono::milliseconds timeout) {
    timer_.expires_after(timeout);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->finish(Probe::kFailed);
    });
    target_->find([self = shared_from_this()](std::optional<tcp::endpoint> endpoint) {
      if (self->finished_) return;
      if (!endpoint) return self->finish(Probe::kFailed);
      self->connect(*endpoint);
    });
  }

 private:
  void connect(const tcp::endpoint& endpoint) {
    socket_.async_connect(endpoint, [self = shared_from_this()](error_code error) {
      if (error == asio::error::connection_refused) return self->finish(Probe::kRefused);
      if (error) return self->finish(Probe::kFailed);
      if (self->request_.empty()) return self->finish(Probe::kAlive);
      self->ask();
    });
  }
  void ask() {
    asio::async_write(socket_, asio::buffer(request_),
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (error) return self->finish(Probe::kFailed);
                        self->read();
                      });
  }
  void read() {
    asio::async_read_until(socket_, asio::dynamic_buffer(line_, kStatusLineMax), '\n',
                           [self = shared_from_this()](error_code error, std::size_t length) {
                             if (error) return self->finish(Probe::kFailed);
                             const auto code = status_code(std::string_view(self->line_).substr(0, length));
                             self->finish(code ? judge_code(*code, self->expected_) : Probe::kFailed);
                           });
  }
  void finish(Probe found) {
    if (std::exchange(finished_, true)) return;
    error_code ignored;
    timer_.cancel(ignored);
    target_->cancel();
    socket_.close(ignored);
    answer_.give(found);
  }

  std::shared_ptr<Target> target_;
  tcp::socket socket_;
  asio::steady_timer timer_;
  const std::string request_;  // empty: to connect is all
  const std::int32_t expected_;
  Answer answer_;
  std::string line_;
  bool finished_ = false;
};

}  // namespace

struct SocketProbes::Threads {
  Threads(Runtime& loop, net::EgressPolicy egress) : runtime(loop), policy(std::move(egress)) {
    threads.emplace_back([this] { io.run(); });
    pthread_setname_np(threads.back().native_handle(), "probes");
    for (int i = 0; i < kBlockingThreads; ++i) {
      threads.emplace_back([this] { blocking.run(); });
      pthread_setname_np(threads.back().native_handle(), "probes-mysql");
    }
  }
  ~Threads() {
    io.stop();
    blocking.stop();
    for (std::thread& thread : threads) thread.join();
  }

  void run_socket(std::string host, std::uint16_t port, std::string request, std::int32_t expected,
                  std::chrono::milliseconds timeout, Answer answer) {
    auto target = std::make_shared<Target>(io, policy, std::move(host), port);
    auto probe =
        std::make_shared<SocketProbe>(io, std::move(target), std::move(request), expected, std::move(answer));
    asio::post(io, [probe, timeout] { probe->run(timeout); });
  }

  // The name is looked up where the others are, the server then called from a thread that may block.
  void run_mysql(std::string host, std::uint16_t port, HealthCheck check, std::chrono::milliseconds timeout,
                 Answer answer) {
    auto target = std::make_shared<Target>(io, policy, std::move(host), port);
    auto shared = std::make_shared<Answer>(std::move(answer));
    asio::post(io, [this, target, port, check = std::move(check), timeout, shared] {
      target->find([this, port, check, timeout, shared](const std::optional<tcp::endpoint>& endpoint) {
        if (!endpoint || waiting.load() >= kBlockingMax) return shared->give(Probe::kFailed);
        ++waiting;
        asio::post(blocking, [this, ip = endpoint->address().to_string(), port, check, timeout, shared] {
          --waiting;
          shared->give(probe_mysql(ip, port, check, timeout));
        });
      });
    });
  }

  Runtime& runtime;
  const net::EgressPolicy policy;
  std::atomic<std::size_t> waiting = 0;
  asio::io_context io{1}, blocking;
  asio::executor_work_guard<asio::io_context::executor_type> io_work{io.get_executor()},
      blocking_work{blocking.get_executor()};
  std::vector<std::thread> threads;
};

SocketProbes::SocketProbes(Runtime& runtime, net::EgressPolicy policy)
    : threads_(std::make_unique<Threads>(runtime, std::move(policy))) {}
SocketProbes::~SocketProbes() = default;

void SocketProbes::probe(std::string host, std::uint16_t port, const HealthCheck& check,
                         std::chrono::milliseconds timeout, Done done) {
  Answer answer(threads_->runtime, std::move(done));
  switch (check.type) {
    case HealthCheck::Type::kTcp:
      return threads_->run_socket(std::move(host), port, {}, 0, timeout, std::move(answer));
    case HealthCheck::Type::kHttp: {
      auto request = http_request(host, port, check);
      if (!request) return answer.give(Probe::kFailed);
      return threads_->run_socket(std::move(host), port, std::move(*request), check.expected_code, timeout,
                                  std::move(answer));
    }
    case HealthCheck::Type::kMysql:
      return threads_->run_mysql(std::move(host), port, check, timeout, std::move(answer));
    case HealthCheck::Type::kNone:
      return answer.give(Probe::kFailed);
  }
}

}  // namespace batata::platform
