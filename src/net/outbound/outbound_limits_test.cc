// What a server may cost, whatever it says, and what many calls may.
#include "base/gzip.h"
#include "tests/support/outbound_calls.h"
#include "tests/support/scripted_server.h"

namespace batata::net {
namespace {

TEST_F(Outbound, ABodyUpToTheLimitIsGivenAndNoneBeyondIt) {
  open();
  for (const std::string framing :
       {"Content-Length: 1000\r\n\r\n", "\r\n"}) {  // with its length, and without
    ScriptedServer server([&](ScriptedPeer& peer, const std::string&) {
      return peer.send("HTTP/1.1 200 X\r\n" + framing + std::string(1000, 'x')) && framing.size() > 2;
    });
    EXPECT_EQ(text_of(call({.url = server.url(), .answer_bytes_max = 1000})),
              "200 " + std::string(1000, 'x'));
    expect_error(call({.url = server.url(), .answer_bytes_max = 999}), Errc::kResourceExhausted,
                 server.place() + " answers with more than 999 bytes");
  }
}

TEST_F(Outbound, ABodyWithoutEndEndsAtTheLimit) {
  std::atomic<std::size_t> sent = 0;
  ScriptedServer server([&](ScriptedPeer& peer, const std::string&) {
    if (!peer.send("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n")) return false;
    while (peer.send("1000\r\n" + std::string(4096, 'x') + "\r\n")) sent += 4096;
    return false;
  });
  open();
  expect_error(call({.url = server.url(), .answer_bytes_max = 1 << 20}), Errc::kResourceExhausted,
               "1048576 bytes");
  EXPECT_TRUE(eventually(
      [before = sent.load(), &sent]() mutable { return std::exchange(before, sent.load()) == sent; }));
  EXPECT_LT(sent, std::size_t{16} << 20) << "the connection was ended";
}

TEST_F(Outbound, ASlowServerHasTheCallsTimeAndNoMore) {
  ScriptedServer silent(&say_nothing);
  ScriptedServer drips([](ScriptedPeer& peer, const std::string&) {
    peer.send("HTTP/1.1 200 X\r\nContent-Length: 1000000\r\n\r\n");
    while (peer.send("x")) std::this_thread::sleep_for(5ms);
    return false;
  });
  open();
  for (const ScriptedServer* server : {&silent, &drips}) {
    const auto start = std::chrono::steady_clock::now();
    expect_error(call({.url = server->url(), .timeout = 200ms}), Errc::kDeadlineExceeded,
                 server->place() + " did not answer within 200 ms");
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  }
}

TEST_F(Outbound, TheTimeIsForAllRedirectsTogether) {
  ScriptedServer server([](ScriptedPeer& peer, const std::string&) {
    std::this_thread::sleep_for(60ms);
    return peer.send(http(302, "", "Location: /again\r\n"));
  });
  open();
  expect_error(call({.url = server.url(), .timeout = 200ms, .redirects_max = 1000}), Errc::kDeadlineExceeded,
               "200 ms");
}

TEST_F(Outbound, HeadersHaveALimitInterimAnswersIncluded) {
  const std::string line = "X-Long: " + std::string(1000, 'x') + "\r\n";
  ScriptedServer once([&](ScriptedPeer& peer, const std::string&) {
    return peer.send("HTTP/1.1 200 X\r\n" + line + line + "Content-Length: 0\r\n\r\n");
  });
  OutboundOptions options;
  options.header_bytes_max = 1500;
  open(options);
  expect_error(get(once.url()), Errc::kResourceExhausted, "more than 1500 bytes of headers");
  ScriptedServer interim([](ScriptedPeer& peer, const std::string&) {
    while (peer.send("HTTP/1.1 103 X\r\nLink: </x>\r\n\r\n")) {
    }
    return false;
  });
  expect_error(get(interim.url()), Errc::kResourceExhausted, "more than 1500 bytes of headers");
  ScriptedServer trailers([](ScriptedPeer& peer, const std::string&) {
    if (!peer.send("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")) return false;
    while (peer.send("X-Trailer: x\r\n")) {
    }
    return false;
  });
  expect_error(get(trailers.url()), Errc::kResourceExhausted, "more than 1500 bytes of headers");
  ScriptedServer good("HTTP/1.1 103 X\r\nX-Interim: x\r\n\r\n" + http(200, "ok", "X-Final: y\r\n"));
  const auto answer = get(good.url());
  EXPECT_EQ(text_of(answer), "200 ok");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->header("x-interim"), "");
  EXPECT_EQ(answer->header("x-final"), "y");
  ScriptedServer behind(
      "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Late: z\r\n\r\n");
  const auto late = get(behind.url());
  EXPECT_EQ(text_of(late), "200 ok");
  ASSERT_TRUE(late.has_value());
  EXPECT_EQ(late->header("x-late"), "") << "what stands behind the body is not looked at";
}

TEST_F(Outbound, APackedAnswerIsBoundedByWhatItUnpacksTo) {
  const std::string zeros(1 << 20, '\0');
  ScriptedServer server(http(200, gzip(zeros), "Content-Encoding: gzip\r\n"));
  open();
  EXPECT_EQ(text_of(call({.url = server.url(), .answer_bytes_max = 1 << 20})), "200 " + zeros);
  EXPECT_NE(server.requests()[0].find("\r\nAccept-Encoding: gzip\r\n"), std::string::npos);
  expect_error(call({.url = server.url(), .answer_bytes_max = (1 << 20) - 1}), Errc::kResourceExhausted,
               "bytes");
  for (const char* coding : {"br", "zstd", "deflate", "gzip, gzip", "gzip,br"}) {
    ScriptedServer other(http(200, gzip(zeros), "Content-Encoding: " + std::string(coding) + "\r\n"));
    expect_error(get(other.url()), Errc::kResourceExhausted, "a coding that was not asked for");
  }
}

// Waits with its answers until it is told to give them.
class Gate {
 public:
  ScriptedServer::Script script() {
    return [this](ScriptedPeer& peer, const std::string&) {
      count(1);
      while (!is_open_) std::this_thread::sleep_for(5ms);
      count(-1);
      return peer.send(http(200, "ok"));
    };
  }
  void open() { is_open_ = true; }
  int now() { return count(0).first; }
  int most() { return count(0).second; }

 private:
  std::pair<int, int> count(int more) {
    const std::lock_guard guard(lock_);
    now_ += more;
    most_ = std::max(most_, now_);
    return {now_, most_};
  }
  std::atomic<bool> is_open_ = false;
  std::mutex lock_;
  int now_ = 0, most_ = 0;  // guarded by lock_
};

TEST_F(Outbound, ManyCallsRunAFewAtOnceSomeWaitAndTheRestIsRefused) {
  Gate gate;
  ScriptedServer server(gate.script());
  OutboundOptions options;
  options.running_max = 3;
  options.per_origin_max = 100;
  options.waiting_max = 4;
  open(options);
  std::vector<Begun> calls;
  for (int i = 0; i < 10; ++i)
    calls.push_back(begin({.method = i % 2 == 0 ? "GET" : "POST", .url = server.url()}));
  for (int i = 7; i < 10; ++i)
    expect_error(answer_of(calls[static_cast<std::size_t>(i)]), Errc::kUnavailable,
                 "7 outbound calls are under way or wait already");
  EXPECT_TRUE(eventually([&] { return gate.now() == 3; }));
  gate.open();
  for (int i = 0; i < 7; ++i) EXPECT_EQ(text_of(answer_of(calls[static_cast<std::size_t>(i)])), "200 ok");
  EXPECT_EQ(gate.most(), 3);
  EXPECT_EQ(text_of(get(server.url())), "200 ok") << "what was held is free again";
}

TEST_F(Outbound, ASlowOriginLeavesRoomForOthers) {
  Gate gate;
  ScriptedServer slow(gate.script()), quick(http(200, "quick"));
  OutboundOptions options;
  options.running_max = 4;
  options.per_origin_max = 2;
  open(options);
  std::vector<Begun> calls;
  for (int i = 0; i < 6; ++i) calls.push_back(begin({.url = slow.url()}));
  EXPECT_EQ(text_of(get(quick.url())), "200 quick");
  EXPECT_TRUE(eventually([&] { return gate.now() == 2; }));
  gate.open();
  for (Begun& each : calls) EXPECT_EQ(text_of(answer_of(each)), "200 ok");
  EXPECT_EQ(gate.most(), 2);
}

TEST_F(Outbound, WhoWaitsForATurnWaitsNoLongerThanItsTimeAndCancelledCallsMakeRoom) {
  ScriptedServer silent(&say_nothing);
  OutboundOptions options;
  options.running_max = 1;
  options.per_origin_max = 1;
  options.waiting_max = 1;
  open(options);
  // What is cancelled makes room when the client's thread has heard of it.
  const auto begin_when_there_is_room = [&] {
    for (int i = 0; i < 500; ++i) {
      auto begun = begin({.url = silent.url()});
      if (!is_refused(begun)) return begun;
      std::this_thread::sleep_for(10ms);
    }
    ADD_FAILURE() << "there is no room";
    return Begun();
  };
  auto running = begin_when_there_is_room();
  expect_error(call({.url = silent.url(), .timeout = 100ms}), Errc::kUnavailable,
               silent.place() + " was not called within 100 ms");
  for (int i = 0; i < 3; ++i) {  // so that what is not forgotten would be missed
    auto waiting = begin_when_there_is_room();
    expect_error(get(silent.url()), Errc::kUnavailable, "2 outbound calls");
    cancel(waiting);
    waiting = begin_when_there_is_room();
    cancel(running);
    running = std::move(waiting);
  }
  cancel(running);
  ScriptedServer server(http(200, "ok"));
  EXPECT_TRUE(eventually([&] { return text_of(get(server.url())) == "200 ok"; }));
}

}  // namespace
}  // namespace batata::net
