#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/client/grpc_client.h"
#include "net/test_server.h"
#include "platform/runtime/asio_runtime.h"

namespace batata::net {

/// What a stream has heard, for the thread of a test.
class HeardStream {
 public:
  class Handler final : public GrpcStreamHandler {
   public:
    explicit Handler(std::shared_ptr<HeardStream> heard) : heard_(std::move(heard)) {}
    void message(std::string bytes) override {
      const std::lock_guard guard(heard_->lock_);
      heard_->messages_.push_back(std::move(bytes));
      heard_->changed_.notify_all();
    }
    void ended(Status status) override {
      const std::lock_guard guard(heard_->lock_);
      heard_->end_ = std::move(status);
      heard_->changed_.notify_all();
    }

   private:
    const std::shared_ptr<HeardStream> heard_;
  };

  /// The messages once there are `n`, or after five seconds those that there are.
  std::vector<std::string> messages(std::size_t n) {
    std::unique_lock guard(lock_);
    changed_.wait_for(guard, seconds(5), [&] { return messages_.size() >= n; });
    return messages_;
  }
  /// How it ended; nothing when it has not within five seconds.
  std::optional<Status> end() {
    std::unique_lock guard(lock_);
    changed_.wait_for(guard, seconds(5), [&] { return end_.has_value(); });
    return end_;
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  std::vector<std::string> messages_;
  std::optional<Status> end_;
};

/// A loop with a client on it, used by the thread of a test.
class ClientHouse {
 public:
  explicit ClientHouse(const ClientLimits& limits = {}, std::string_view denied = "")
      : loop_([this] { runtime_.run(); }) {
    auto policy = EgressPolicy::parse("", denied).value();
    on_loop([&] { client_ = std::make_unique<GrpcClient>(runtime_, std::move(policy), limits); });
  }
  ~ClientHouse() {
    on_loop([this] {
      calls_.clear();
      channel_.reset();
      client_.reset();
    });
    runtime_.post([this] { runtime_.stop(); });
    loop_.join();
  }
  ClientHouse(const ClientHouse&) = delete;
  ClientHouse& operator=(const ClientHouse&) = delete;

  /// Runs `act` on the loop, and waits for it.
  template <class Act>
  void on_loop(Act act) {
    std::promise<void> done;
    runtime_.post([&] {
      act();
      done.set_value();
    });
    done.get_future().wait();
  }
  /// Calls go to that server from now on.
  void aim(GrpcTarget target) {
    on_loop([&] { channel_ = client_->channel(std::move(target)); });
  }
  void aim(std::uint16_t port) { aim({.host = "127.0.0.1", .port = port}); }

  using Answer = std::future<Result<std::string>>;
  /// A unary call that goes on.
  Answer begin(CallWishes wishes, std::string message) {
    auto promise = std::make_shared<std::promise<Result<std::string>>>();
    Answer answer = promise->get_future();
    on_loop([&] {
      calls_.push_back(
          channel_->ask(std::move(wishes), std::move(message),
                        [promise](Result<std::string> got) { promise->set_value(std::move(got)); }));
    });
    return answer;
  }
  /// A unary call and its answer.
  Result<std::string> ask(CallWishes wishes, std::string message) {
    Answer answer = begin(std::move(wishes), std::move(message));
    if (answer.wait_for(seconds(10)) != std::future_status::ready)
      return fail(Errc::kInternal, "never answered");
    return answer.get();
  }
  /// The answer, or the error as "CODE MESSAGE" with gRPC's number.
  std::string said(CallWishes wishes, std::string message) {
    const auto answer = ask(std::move(wishes), std::move(message));
    return answer ? *answer : std::to_string(answer.error().detail) + " " + answer.error().message;
  }
  std::shared_ptr<HeardStream> open(CallWishes wishes) {
    auto heard = std::make_shared<HeardStream>();
    on_loop([&] {
      calls_.push_back(channel_->open(std::move(wishes), std::make_unique<HeardStream::Handler>(heard)));
    });
    return heard;
  }
  Status send(std::string message) {
    Status sent;
    on_loop([&] { sent = calls_.back().send(std::move(message)); });
    return sent;
  }
  void finish() {
    on_loop([&] { calls_.back().finish(); });
  }
  /// Drops the last call.
  void drop() {
    on_loop([&] { calls_.pop_back(); });
  }
  GrpcChannel& channel() { return *channel_; }
  void close_client() {
    on_loop([this] { client_.reset(); });
  }
  void close_channel() {
    on_loop([this] { channel_.reset(); });
  }
  platform::AsioRuntime& runtime() { return runtime_; }

 private:
  platform::AsioRuntime runtime_;
  std::unique_ptr<GrpcClient> client_;
  std::unique_ptr<GrpcChannel> channel_;
  std::deque<GrpcCall> calls_;
  std::thread loop_;
};

/// The methods of a server that is called.
inline std::vector<wire::GrpcMethod> called_methods() {
  class Echo final : public wire::StreamHandler {
   public:
    explicit Echo(std::shared_ptr<wire::Duplex> duplex) : duplex_(std::move(duplex)) {}
    void message(std::string_view bytes) override {
      duplex_->send(std::make_shared<const std::string>(bytes));
    }
    void ended() override { duplex_->finish({}); }

   private:
    std::shared_ptr<wire::Duplex> duplex_;
  };
  // Never answers, so that a test decides how the call ends.
  static std::mutex lock;
  static std::vector<wire::UnaryReply> kept;
  return {
      {"/echo", [](const auto&, std::string_view m, wire::UnaryReply reply) { reply({}, std::string(m)); },
       nullptr},
      {"/fail",
       [](const auto&, std::string_view, wire::UnaryReply reply) {
         reply({wire::GrpcCode::kNotFound, "not here"}, {});
       },
       nullptr},
      {"/silent",
       [](const auto&, std::string_view, wire::UnaryReply reply) {
         const std::lock_guard guard(lock);
         kept.push_back(std::move(reply));
       },
       nullptr},
      {"/bidi", nullptr, [](const auto&, std::shared_ptr<wire::Duplex> duplex) {
         return std::make_unique<Echo>(std::move(duplex));
       }}};
}

}  // namespace batata::net
