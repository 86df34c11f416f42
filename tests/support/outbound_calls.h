#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/outbound/outbound_client.h"
#include "platform/runtime/asio_runtime.h"

namespace batata::net {

using namespace std::chrono_literals;

/// A loop and a client on it.
class Outbound : public testing::Test {
 public:
  Outbound() : loop_([this] { runtime_.run(); }) {}
  ~Outbound() override {
    on_loop([this] {
      handles_.clear();
      client_.reset();
    });
    runtime_.stop();
    loop_.join();
    runtime_.clear();
  }

 protected:
  void on_loop(const std::function<void()>& job) {
    std::promise<void> done;
    runtime_.post([&] {
      job();
      done.set_value();
    });
    done.get_future().wait();
  }
  void open(OutboundOptions options = {}) {
    on_loop([&] {
      client_.reset();
      auto opened = OutboundClient::open(runtime_, std::move(options));
      ASSERT_TRUE(opened.has_value()) << opened.error().message;
      client_ = std::move(*opened);
    });
  }
  void open_denying(const std::string& denied, const std::string& allowed = "") {
    OutboundOptions options;
    options.policy = EgressPolicy::parse(allowed, denied).value();
    open(std::move(options));
  }

  using Answer = Result<OutboundAnswer>;
  /// A call whose handle is kept, by the loop, until it is cancelled or the test ends.
  struct Begun {
    std::future<Answer> answer;
    std::shared_ptr<OutboundCall> handle = std::make_shared<OutboundCall>();
  };
  Begun begin(OutboundRequest request) {
    Begun begun;
    auto answer = std::make_shared<std::promise<Answer>>();
    begun.answer = answer->get_future();
    on_loop([&] {
      *begun.handle =
          client_->start(std::move(request), [answer](Answer given) { answer->set_value(std::move(given)); });
      handles_.push_back(begun.handle);
    });
    return begun;
  }
  /// Whether it was refused at once, which the loop has been told by then.
  bool is_refused(Begun& begun) {
    std::promise<void> turned;
    on_loop([&] { runtime_.post([&] { turned.set_value(); }); });
    turned.get_future().wait();
    return begun.answer.wait_for(0s) == std::future_status::ready;
  }
  void cancel(Begun& begun) {
    on_loop([&] { begun.handle->cancel(); });
  }
  static Answer answer_of(Begun& begun) {
    if (begun.answer.wait_for(10s) != std::future_status::ready)
      return fail(Errc::kInternal, "no answer in ten seconds");
    return begun.answer.get();
  }
  Answer call(OutboundRequest request) {
    auto begun = begin(std::move(request));
    return answer_of(begun);
  }
  Answer get(const std::string& url) { return call({.url = url}); }

  /// "200 body", or "code: message".
  static std::string text_of(const Answer& answer) {
    if (answer) return std::to_string(answer->status) + " " + answer->body;
    return std::to_string(static_cast<int>(answer.error().code)) + ": " + answer.error().message;
  }
  static void expect_error(const Answer& answer, Errc code, const std::string& message) {
    ASSERT_FALSE(answer.has_value()) << text_of(answer);
    EXPECT_EQ(answer.error().code, code) << text_of(answer);
    EXPECT_NE(answer.error().message.find(message), std::string::npos) << text_of(answer);
  }
  static bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(10ms);
    return condition();
  }

  platform::AsioRuntime runtime_;
  std::unique_ptr<OutboundClient> client_;

 private:
  std::vector<std::shared_ptr<OutboundCall>> handles_;  // the loop's
  std::thread loop_;
};

}  // namespace batata::net
