#include <gtest/gtest.h>
#include <sys/resource.h>

#include <functional>
#include <thread>

#include "net/connection_counts.h"
#include "net/http2_test_client.h"
#include "net/test_server.h"
#include "wire/load.h"

namespace batata::net {
namespace {

using Client = TestClient;

class ServerLimitsTest : public testing::Test, public TestServer {
 protected:
  std::string metrics() const {
    std::string text;
    metrics::Writer out(text);
    server->write(out);
    return text;
  }
  static bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(milliseconds(10));
    return condition();
  }
  // One I/O thread, which tells `load`; the server is to end before that.
  void start_with(wire::Load& load) {
    ServerOptions options;
    options.listen = {{"127.0.0.1", 0}};
    options.io_threads = 1;
    options.load = &load;
    server = std::make_unique<Server>(options, router, std::vector<wire::GrpcMethod>());
    ASSERT_TRUE(server->start().has_value());
  }
  bool told(std::string_view line) const { return metrics().find(line) != std::string::npos; }
};

constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

TEST_F(ServerLimitsTest, AConnectionTooManyIsToldSoAndTheServerGoesOn) {
  Limits limits;
  limits.connections = 2;
  start(limits);
  Client first(port()), second(port(1));
  for (Client* const client : {&first, &second}) {
    client->send(kGet);
    ASSERT_FALSE(client->read_until(kLookEnd).empty());
  }
  Client refused(port());
  refused.send(kGet);
  const std::string answer = refused.read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
  EXPECT_NE(answer.find("Retry-After: 1\r\n"), std::string::npos) << answer;
  Client http2(port());
  http2.send(kHttp2Preface);
  const std::string frames = http2.read_all();
  ASSERT_EQ(frames.size(), 46u);
  EXPECT_EQ(frames.substr(9 + 3, 1), std::string("\x07")) << "GOAWAY";
  EXPECT_EQ(frames.substr(9 + 9 + 4, 4), std::string("\0\0\0\x0b", 4)) << "ENHANCE_YOUR_CALM";
  Client silent(port());
  EXPECT_TRUE(silent.closed_by_server()) << "who says nothing is not waited for";
  EXPECT_TRUE(told("batata_limit_reached_total{limit=\"batata.net.max-connections\"} 3\n")) << metrics();
  EXPECT_TRUE(told("batata_active_connections 2\n")) << metrics();
  first.close();
  EXPECT_TRUE(eventually_connections(1));
  Client next(port());
  next.send(kGet);
  EXPECT_FALSE(next.read_until(kLookEnd).empty());
}

TEST_F(ServerLimitsTest, OneAddressCannotHaveAllConnections) {
  Limits limits;
  limits.connections_per_address = 1;
  start(limits);
  Client first(port());
  first.send(kGet);
  ASSERT_FALSE(first.read_until(kLookEnd).empty());
  Client refused(port());
  refused.send(kGet);
  EXPECT_TRUE(refused.read_all().starts_with("HTTP/1.1 503 "));
  EXPECT_TRUE(told("{limit=\"batata.net.max-connections-per-address\"} 1\n")) << metrics();
}

TEST_F(ServerLimitsTest, AFloodOfRefusedConnectionsIsCutOffWithoutAWord) {
  Limits limits;
  limits.connections = 1;
  start(limits);
  Client first(port());
  first.send(kGet);
  ASSERT_FALSE(first.read_until(kLookEnd).empty());
  std::vector<std::unique_ptr<Client>> flood;
  for (std::size_t i = 0; i < 3 * ConnectionCounts::kRefusalsMax; ++i)
    flood.push_back(std::make_unique<Client>(port()));
  for (int i = 0; i < 100 && !told("connections\"} 192\n"); ++i)
    std::this_thread::sleep_for(milliseconds(10));
  EXPECT_TRUE(told("connections\"} 192\n")) << metrics();
  EXPECT_LE(server->connections(), 1 + ConnectionCounts::kRefusalsMax);
  std::size_t silent = 0;
  for (const auto& refused : flood) {
    refused->send(kGet);
    const std::string said = refused->read_all();
    EXPECT_TRUE(said.empty() || said.starts_with("HTTP/1.1 503 ")) << said;
    if (said.empty()) ++silent;
  }
  EXPECT_GE(silent, 2 * ConnectionCounts::kRefusalsMax);
  first.send(kGet);  // who is in is served
  EXPECT_FALSE(first.read_until(kLookEnd).empty());
}

TEST_F(ServerLimitsTest, EachTimeLimitIsCounted) {
  Limits limits;
  limits.header_timeout = milliseconds(50);
  limits.idle_timeout = milliseconds(50);
  start(limits);
  Client silent(port()), partial(port()), idle(port());
  partial.send("GET /look HTTP/1.1\r\n");
  idle.send(kGet);
  for (Client* const client : {&silent, &partial, &idle}) (void)client->read_all();
  EXPECT_TRUE(told("{limit=\"batata.net.header-timeout\"} 2\n")) << metrics();
  EXPECT_TRUE(told("{limit=\"batata.net.idle-timeout\"} 1\n")) << metrics();
}

TEST_F(ServerLimitsTest, AReaderThatTakesNothingIsDroppedAlsoAfterTheIdleTime) {
  Limits limits;
  limits.idle_timeout = milliseconds(50);
  limits.stall_timeout = milliseconds(300);
  start(limits);
  Client lazy(port());
  for (int i = 0; i < 8; ++i) lazy.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(eventually_connections(1));
  EXPECT_TRUE(eventually_connections(0));
  EXPECT_TRUE(told("{limit=\"batata.net.stall-timeout\"} 1\n")) << metrics();
}

TEST_F(ServerLimitsTest, S31AReaderThatTakesALittleNowAndThenIsDropped) {
  Limits limits;
  limits.stall_timeout = seconds(1);
  limits.take_rate = 4 << 20;
  start(limits);
  Client slow(port());
  for (int i = 0; i < 8; ++i) slow.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(eventually_connections(1));
  std::string taken;
  for (int i = 0; i < 200 && server->connections() == 1; ++i) {
    slow.read_up_to(20'000, taken);
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_TRUE(eventually_connections(0));
  EXPECT_TRUE(told("{limit=\"batata.net.stall-timeout\"} 0\n")) << "it has taken " << taken.size();
  EXPECT_TRUE(told("{limit=\"batata.net.min-take-rate\"} 1\n")) << metrics();
}

TEST_F(ServerLimitsTest, InAShortageThoseGoThatHoldTheMost) {
  wire::Load load({.unsent_bytes = 8 << 20});
  start_with(load);
  using namespace std::string_view_literals;
  const auto begin = [](int answers) {  // of 3 MiB, with a window of none
    std::string bytes(kHttp2Preface);
    bytes += http2_frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\0\0\0\0"sv);
    for (int i = 0; i < answers; ++i)
      bytes += http2_frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_STREAM | NGHTTP2_FLAG_END_HEADERS,
                           static_cast<std::uint32_t>(2 * i + 1), "\x82\x86\x04\x06/large\x01\x01x"sv);
    return bytes;
  };
  Client modest(port()), greedy(port());
  modest.send(begin(1));
  ASSERT_TRUE(eventually([&] { return load.unsent().bytes() > (2 << 20); }));
  greedy.send(begin(4));
  ASSERT_TRUE(eventually([&] { return load.unsent().too_many(); }));
  EXPECT_TRUE(eventually([&] { return !load.unsent().too_many(); }));
  EXPECT_TRUE(told("{limit=\"batata.net.max-unsent\"} 3\n")) << metrics();
  EXPECT_EQ(server->connections(), 2u);
  // A ping shows what came before it.
  const std::string ping = http2_frame(NGHTTP2_PING, 0, 0, "12345678");
  std::size_t resets = 0;
  for (Client* const client : {&modest, &greedy}) {
    client->send(ping);
    for (const auto& frame : http2_frames(client->read_until("12345678")))
      resets += frame.type == NGHTTP2_RST_STREAM ? 1 : 0;
    if (client == &modest) EXPECT_EQ(resets, 0u);
  }
  EXPECT_EQ(resets, 3u);
  server.reset();  // before the load
}

TEST_F(ServerLimitsTest, EachSizeLimitIsCounted) {
  Limits limits;
  limits.body_bytes = 10;
  limits.header_bytes = 1000;
  limits.headers = 5;
  start(limits);
  const auto ask = [this](std::string head) {
    Client client(port());
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\n" + std::move(head) + "\r\n");
    return client.read_all().substr(0, 12);
  };
  EXPECT_EQ(ask("Content-Length: 11\r\n"), "HTTP/1.1 413");
  EXPECT_EQ(ask("a: " + std::string(2000, 'x') + "\r\n"), "HTTP/1.1 431");
  EXPECT_EQ(ask("a: 1\r\nb: 1\r\nc: 1\r\nd: 1\r\ne: 1\r\n"), "HTTP/1.1 431");
  for (const std::string_view limit : {"max-body-size", "max-header-size", "max-headers"})
    EXPECT_TRUE(told("{limit=\"batata.net." + std::string(limit) + "\"} 1\n")) << limit << metrics();
}

TEST_F(ServerLimitsTest, WhatAClientDoesNotTakeIsCountedUntilItGoes) {
  wire::Load load({.unsent_bytes = 1 << 20});
  start_with(load);
  std::vector<std::unique_ptr<Client>> lazy;
  for (int i = 0; i < 4; ++i) {
    lazy.push_back(std::make_unique<Client>(port()));
    for (int n = 0; n < 4; ++n) lazy.back()->send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  EXPECT_TRUE(eventually([&] { return load.unsent().too_many(); })) << load.unsent().bytes();
  EXPECT_FALSE(load.admits(wire::Priority::kRead));
  for (auto& client : lazy) client->close();
  EXPECT_TRUE(eventually([&] { return load.unsent().bytes() == 0; })) << load.unsent().bytes();
  EXPECT_TRUE(load.admits(wire::Priority::kRead));
  server.reset();  // before the load
}

TEST_F(ServerLimitsTest, WhatIsBeingSentIsBoundedForAllTogetherAndSmallRequestsGoOn) {
  wire::Load load({.unfinished_bytes = 1 << 20});
  start_with(load);
  std::vector<std::unique_ptr<Client>> senders;
  for (int i = 0; i < 8; ++i) {
    senders.push_back(std::make_unique<Client>(port()));
    senders.back()->send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n" +
                         std::string(300'000, 'x'));
  }
  EXPECT_TRUE(senders.back()->read_all().starts_with("HTTP/1.1 503 "));
  EXPECT_LT(load.unfinished().bytes(), std::size_t{2 << 20});
  EXPECT_FALSE(told("{limit=\"batata.net.max-unfinished\"} 0\n")) << metrics();
  Client small(port());
  small.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_TRUE(small.read_until("\r\n\r\nbody").ends_with("body"));
  for (auto& sender : senders) sender->close();
  EXPECT_TRUE(eventually([&] { return load.unfinished().bytes() == 0; })) << load.unfinished().bytes();
  server.reset();  // before the load
}

TEST_F(ServerLimitsTest, SmallRequestsThatDoNotEndAreBoundedInTotalToo) {
  wire::Load load({.unfinished_bytes = 1 << 20});
  start_with(load);
  std::vector<std::unique_ptr<Client>> senders;
  for (int i = 0; i < 60; ++i) {
    senders.push_back(std::make_unique<Client>(port()));
    senders.back()->send(i % 2 == 0 ? "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" +
                                          std::string(30'000, 'x')
                                    : "GET /look HTTP/1.1\r\nHost: x\r\nX: " + std::string(30'000, 'x'));
  }
  EXPECT_TRUE(senders[58]->read_all().starts_with("HTTP/1.1 503 "));
  EXPECT_TRUE(senders[59]->read_all().starts_with("HTTP/1.1 503 "));
  EXPECT_LT(load.unfinished().bytes(), std::size_t{1 << 20});
  Client whole(port());
  whole.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_TRUE(whole.read_until("\r\n\r\nbody").ends_with("body"));
  for (auto& sender : senders) sender->close();
  EXPECT_TRUE(eventually([&] { return load.unfinished().bytes() == 0; })) << load.unfinished().bytes();
  server.reset();  // before the load
}

TEST_F(ServerLimitsTest, AShortageOfDescriptorsIsToldOnceAndEndsByItself) {
  start({}, {}, 1);
  Client inside(port());
  inside.send(kGet);
  ASSERT_FALSE(inside.read_until(kLookEnd).empty());
  Client waiting_client;
  warm_up();
  const int lowest_free = ::dup(STDERR_FILENO);
  ::close(lowest_free);
  rlimit old{};
  getrlimit(RLIMIT_NOFILE, &old);
  rlimit tight = old;
  tight.rlim_cur = static_cast<rlim_t>(lowest_free);
  setrlimit(RLIMIT_NOFILE, &tight);
  waiting_client.connect(port());
  waiting_client.send(kGet);
  EXPECT_TRUE(waiting_client.is_silent_for(milliseconds(500)));
  setrlimit(RLIMIT_NOFILE, &old);
  EXPECT_TRUE(told("batata_accept_short_of_descriptors 1\n")) << metrics();
  EXPECT_FALSE(told("batata_accept_pauses_total 0\n")) << metrics();
  EXPECT_FALSE(waiting_client.read_until(kLookEnd).empty());
  for (int i = 0; i < 120 && told("batata_accept_short_of_descriptors 1\n"); ++i)
    std::this_thread::sleep_for(milliseconds(100));
  EXPECT_TRUE(told("batata_accept_short_of_descriptors 0\n")) << metrics();
}

}  // namespace
}  // namespace batata::net
