#include "net/client/grpc_client.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "async/scope.h"
#include "net/client/client_test_house.h"
#include "net/client/server_bytes.h"

// The system's, but for a name with two addresses.
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the header's are the library's own
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** found) {
  static const auto kSystems = reinterpret_cast<decltype(&::getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node == nullptr || std::strcmp(node, "two.test") != 0) return kSystems(node, service, hints, found);
  const int error = kSystems("127.0.0.2", service, hints, found);
  return error != 0 ? error : kSystems("127.0.0.1", service, hints, &(*found)->ai_next);
}

namespace batata::net {
namespace {

constexpr int kUnavailable = 14;

// A client, and a server of ours over real sockets.
class CallsOverSockets : public testing::Test {
 protected:
  void start(Limits limits = {}) {
    server_.start(limits, called_methods());
    house_.aim(server_.port());
  }
  ClientHouse house_;
  TestServer server_;
};

// A port that takes connections and never says a word; or, when closed, one where nobody listens.
class SilentPort {
 public:
  explicit SilentPort(const char* address = "127.0.0.1", std::uint16_t wanted = 0)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = ::inet_addr(address);
    at.sin_port = htons(wanted);
    socklen_t size = sizeof at;
    ::bind(fd_, reinterpret_cast<sockaddr*>(&at), size);
    ::listen(fd_, 100);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    port = ntohs(at.sin_port);
  }
  ~SilentPort() { close(); }
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  [[nodiscard]] int accept() const { return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC); }
  std::uint16_t port = 0;

 private:
  int fd_;
};

TEST_F(CallsOverSockets, ManyCallsShareOneConnection) {
  start();
  std::vector<ClientHouse::Answer> answers;
  for (int i = 0; i < 200; ++i) answers.push_back(house_.begin({.path = "/echo"}, std::to_string(i)));
  for (int i = 0; i < 200; ++i)
    EXPECT_EQ(answers[static_cast<std::size_t>(i)].get().value(), std::to_string(i));
  EXPECT_EQ(server_.server->connections(), 1u);
}

TEST_F(CallsOverSockets, MoreCallsThanTheServerAllowsWaitForTheirTurn) {
  start({.streams = 3});
  std::vector<ClientHouse::Answer> answers;
  for (int i = 0; i < 100; ++i) answers.push_back(house_.begin({.path = "/echo"}, "x"));
  for (auto& answer : answers) EXPECT_TRUE(answer.get().has_value());
}

TEST_F(CallsOverSockets, TheServersErrorIsWhatTheCallerHears) {
  start();
  const auto answer = house_.ask({.path = "/fail"}, "x");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kNotFound);
  EXPECT_EQ(answer.error().detail, 5);
  EXPECT_EQ(answer.error().message, "not here");
}

TEST_F(CallsOverSockets, LargeMessagesPassPackedAndPlain) {
  start();
  std::string large;
  for (int i = 0; large.size() < 9'000'000; ++i) large += std::to_string(i);
  EXPECT_EQ(house_.said({.path = "/echo"}, large), large);
  EXPECT_EQ(house_.said({.path = "/echo", .gzip = true}, large), large);
}

TEST_F(CallsOverSockets, StreamsGoBothWays) {
  start();
  const auto heard = house_.open({.path = "/bidi", .timeout = CallWishes::kNoTimeout});
  EXPECT_TRUE(house_.send("one"));
  EXPECT_EQ(heard->messages(1), std::vector<std::string>{"one"});
  EXPECT_TRUE(house_.send("two"));
  house_.finish();
  ASSERT_TRUE(heard->end());
  EXPECT_TRUE(heard->end()->has_value());
  EXPECT_EQ(heard->messages(2), (std::vector<std::string>{"one", "two"}));
}

TEST_F(CallsOverSockets, ACallEndsWithItsDeadline) {
  start();
  const auto begun = std::chrono::steady_clock::now();
  const auto answer = house_.ask({.path = "/silent", .timeout = milliseconds(150)}, "x");
  const auto took = std::chrono::steady_clock::now() - begun;
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kDeadlineExceeded);
  EXPECT_GE(took, milliseconds(150));
  EXPECT_LT(took, seconds(3));
}

TEST_F(CallsOverSockets, NobodyHearsOfADroppedCall) {
  start();
  const auto heard = house_.open({.path = "/bidi"});
  EXPECT_TRUE(house_.send("one"));
  EXPECT_EQ(heard->messages(1).size(), 1u);
  auto silent = house_.begin({.path = "/silent"}, "x");
  house_.drop();
  house_.drop();
  EXPECT_EQ(house_.said({.path = "/echo"}, "y"), "y");
  EXPECT_EQ(silent.wait_for(milliseconds(0)), std::future_status::ready);  // its promise is gone, unkept
  EXPECT_THROW((void)silent.get(), std::future_error);
}

// Tells where it is destroyed.
class Mortal final : public GrpcStreamHandler {
 public:
  Mortal(const Runtime& runtime, std::promise<bool>& on_loop) : runtime_(runtime), on_loop_(on_loop) {}
  ~Mortal() override { on_loop_.set_value(runtime_.on_loop()); }
  void message(std::string) override {}
  void ended(Status) override {}

 private:
  const Runtime& runtime_;
  std::promise<bool>& on_loop_;
};

TEST_F(CallsOverSockets, HandlersDieOnTheLoop) {
  start();
  for (const bool dropped : {true, false}) {
    std::promise<bool> on_loop;
    GrpcCall call;
    house_.on_loop([&] {
      call = house_.channel().open({.path = "/bidi", .timeout = milliseconds(dropped ? 60'000 : 50)},
                                   std::make_unique<Mortal>(house_.runtime(), on_loop));
    });
    EXPECT_EQ(house_.said({.path = "/echo"}, "x"), "x");
    if (dropped) house_.on_loop([&] { call = {}; });
    EXPECT_TRUE(on_loop.get_future().get());
    house_.on_loop([&] { call = {}; });
  }
}

Task<void> ask_and_tell(GrpcChannel& channel, std::promise<Result<std::string>>& to) {
  to.set_value(co_await channel.ask({.path = "/echo"}, "from a coroutine"));
}

TEST_F(CallsOverSockets, ACoroutineMayAsk) {
  start();
  std::promise<Result<std::string>> got;
  std::optional<Scope> scope;
  house_.on_loop([&] {
    scope.emplace(house_.runtime());
    scope->spawn(ask_and_tell(house_.channel(), got));
  });
  EXPECT_EQ(got.get_future().get().value(), "from a coroutine");
  house_.on_loop([&] { scope.reset(); });
}

TEST_F(CallsOverSockets, WishesThatNoCallMayHaveAreRefused) {
  start();
  for (const CallWishes& wishes : {CallWishes{.path = "echo"}, CallWishes{.path = "/a b"},
                                   CallWishes{.path = "/echo", .metadata = {{"X", "y"}}},
                                   CallWishes{.path = "/echo", .metadata = {{"grpc-timeout", "1n"}}},
                                   CallWishes{.path = "/echo", .metadata = {{"x", "a\r\nb"}}}})
    EXPECT_EQ(house_.ask(wishes, "x").error().code, Errc::kInvalidArgument);
  EXPECT_EQ(house_.said({.path = "/echo", .metadata = {{"x-mine", "y"}}}, "x"), "x");
}

TEST_F(CallsOverSockets, MessagesOverTheLimitAreNotSent) {
  start();
  const auto answer = house_.ask({.path = "/echo"}, std::string(11 << 20, 'x'));
  EXPECT_EQ(answer.error().code, Errc::kResourceExhausted);
  (void)house_.open({.path = "/bidi"});
  EXPECT_EQ(house_.send(std::string(11 << 20, 'x')).error().code, Errc::kResourceExhausted);
}

TEST_F(CallsOverSockets, WhatWaitsToBeSentIsBounded) {
  SilentPort silent;
  house_.aim(silent.port);
  (void)house_.open({.path = "/bidi"});
  int sent = 0;
  while (sent < 100 && house_.send(std::string(1 << 20, 'x'))) ++sent;
  EXPECT_EQ(sent, 64);
  house_.drop();
  server_.start({}, called_methods());
  house_.aim(server_.port());
  EXPECT_EQ(house_.said({.path = "/echo"}, "x"), "x");
}

TEST_F(CallsOverSockets, AServerThatIsStoppedLosesItsCallsAndTheNextFindsItsHeir) {
  start();
  auto lost = house_.begin({.path = "/silent"}, "x");
  EXPECT_EQ(house_.said({.path = "/echo"}, "x"), "x");
  server_.server->stop();
  const auto answer = lost.get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kOutcomeUnknown);
  EXPECT_EQ(answer.error().detail, kUnavailable);
  const auto refused = house_.ask({.path = "/echo"}, "x");
  EXPECT_EQ(refused.error().code, Errc::kUnavailable);
  EXPECT_NE(refused.error().message.find("refused"), std::string::npos) << refused.error().message;
}

TEST_F(CallsOverSockets, AServerThatWindsDownSendsTheNextCallElsewhere) {
  start();
  const auto heard = house_.open({.path = "/bidi", .timeout = CallWishes::kNoTimeout});
  EXPECT_TRUE(house_.send("one"));
  EXPECT_EQ(heard->messages(1).size(), 1u);
  server_.server->wind_down();
  ASSERT_TRUE(heard->end());
  EXPECT_TRUE(heard->end()->has_value());  // our server finishes its streams
  const auto refused = house_.ask({.path = "/echo"}, "x");
  EXPECT_EQ(refused.error().code, Errc::kUnavailable);
}

TEST_F(CallsOverSockets, CallsOfAClosedChannelAndClientFail) {
  start();
  auto first = house_.begin({.path = "/silent"}, "x");
  house_.close_channel();
  EXPECT_EQ(first.get().error().detail, 1);
  house_.aim(server_.port());
  auto second = house_.begin({.path = "/silent"}, "x");
  EXPECT_EQ(house_.said({.path = "/echo"}, "x"), "x");  // so it has begun
  house_.close_client();
  EXPECT_EQ(second.get().error().detail, 1);
  EXPECT_EQ(house_.ask({.path = "/echo"}, "x").error().code, Errc::kUnavailable);
}

TEST_F(CallsOverSockets, NamesAreLookedUpAndEveryAddressIsTried) {
  start();
  house_.aim({.host = "localhost", .port = server_.port()});
  EXPECT_EQ(house_.said({.path = "/echo"}, "x"), "x");
  house_.aim({.host = "no-such-host.invalid", .port = server_.port()});
  const auto answer = house_.ask({.path = "/echo"}, "x");
  EXPECT_EQ(answer.error().code, Errc::kUnavailable);
  EXPECT_NE(answer.error().message.find("no address of no-such-host.invalid"), std::string::npos);
}

TEST(GrpcClient, AddressesThatMayNotBeCalledAreNot) {
  TestServer server;
  server.start({}, called_methods());
  ClientHouse house({}, "127.0.0.0/8,::1");
  for (const char* host : {"127.0.0.1", "::ffff:127.0.0.1", "localhost"}) {
    house.aim({.host = host, .port = server.port()});
    const auto answer = house.ask({.path = "/echo"}, "x");
    EXPECT_EQ(answer.error().code, Errc::kPermissionDenied) << host;
  }
  EXPECT_EQ(server.server->connections(), 0u);
}

TEST(GrpcClient, AServerThatSaysNothingIsGivenUpAndNotAskedAgainAtOnce) {
  SilentPort silent;
  ClientHouse house({.connect_timeout = milliseconds(200), .backoff_first = milliseconds(600)});
  house.aim(silent.port);
  const auto answer = house.ask({.path = "/echo"}, "x");
  EXPECT_EQ(answer.error().code, Errc::kUnavailable);
  EXPECT_NE(answer.error().message.find("in time"), std::string::npos);
  const auto begun = std::chrono::steady_clock::now();
  const auto again = house.ask({.path = "/echo"}, "x");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds(150));
  EXPECT_NE(again.error().message.find("not tried again yet"), std::string::npos);
  std::this_thread::sleep_for(milliseconds(750));
  EXPECT_NE(house.ask({.path = "/echo"}, "x").error().message.find("in time"), std::string::npos);
}

// A server of two addresses, the first of which lets us in and says nothing.
TEST_F(CallsOverSockets, AnAddressThatSaysNothingLeavesTimeForTheNext) {
  start();
  const SilentPort silent("127.0.0.2", server_.port());
  house_.aim({.host = "two.test", .port = server_.port()});
  EXPECT_EQ(house_.said({.path = "/echo", .timeout = seconds(9)}, "x"), "x");
}

// It greets, and takes no call.
TEST(GrpcClient, AServerThatSendsAllAwayIsNotTriedAgainAtOnce) {
  SilentPort port;
  ClientHouse house({.backoff_first = seconds(60)});
  house.aim(port.port);
  auto answer = house.begin({.path = "/echo"}, "x");
  const int socket = port.accept();
  const std::string no_streams = std::string("\0\3", 2) + number_bytes(0);
  const std::string hello = http2_frame(NGHTTP2_SETTINGS, 0, 0, no_streams);
  ASSERT_EQ(::send(socket, hello.data(), hello.size(), MSG_NOSIGNAL), static_cast<ssize_t>(hello.size()));
  std::string heard;
  std::array<char, 1000> buffer{};
  while (heard.find(http2_frame(NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, "")) == heard.npos) {
    const ssize_t n = ::recv(socket, buffer.data(), buffer.size(), 0);
    ASSERT_GT(n, 0);
    heard.append(buffer.data(), static_cast<std::size_t>(n));
  }
  const std::string away = goaway_bytes(0, NGHTTP2_NO_ERROR);
  ASSERT_EQ(::send(socket, away.data(), away.size(), MSG_NOSIGNAL), static_cast<ssize_t>(away.size()));
  EXPECT_EQ(answer.wait_for(seconds(5)), std::future_status::ready);
  EXPECT_NE(house.ask({.path = "/echo"}, "x").error().message.find("not tried again yet"), std::string::npos);
  ::close(socket);
}

TEST(GrpcClient, WhatIsNoHttp2IsAnErrorInWords) {
  SilentPort port;
  ClientHouse house;
  house.aim(port.port);
  auto answer = house.begin({.path = "/echo"}, "x");
  const int socket = port.accept();
  const std::string_view hello =
      "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nthis is no HTTP/2 at all";
  ASSERT_EQ(::send(socket, hello.data(), hello.size(), MSG_NOSIGNAL), static_cast<ssize_t>(hello.size()));
  const auto got = answer.get();
  EXPECT_EQ(got.error().code, Errc::kUnavailable);
  EXPECT_NE(got.error().message.find("HTTP/2"), std::string::npos) << got.error().message;
  ::close(socket);
}

TEST(GrpcClient, TooManyCallsAreRefused) {
  SilentPort silent;
  ClientHouse house({.calls = 10});
  house.aim(silent.port);
  std::vector<ClientHouse::Answer> answers;
  for (int i = 0; i < 11; ++i)
    answers.push_back(house.begin({.path = "/echo", .timeout = milliseconds(300)}, "x"));
  EXPECT_EQ(answers.back().get().error().code, Errc::kResourceExhausted);
  EXPECT_EQ(answers.front().get().error().code, Errc::kDeadlineExceeded);
}

TEST(GrpcClient, AnIdleConnectionIsClosed) {
  TestServer server;
  server.start({}, called_methods());
  ClientHouse house({.idle_timeout = milliseconds(200)});
  house.aim(server.port());
  EXPECT_EQ(house.said({.path = "/echo"}, "x"), "x");
  EXPECT_TRUE(server.eventually_connections(0));
  EXPECT_EQ(house.said({.path = "/echo"}, "y"), "y");
}

}  // namespace
}  // namespace batata::net
