#include "net/outbound/outbound_client.h"

#include <cstdlib>

#include "async/scope.h"
#include "tests/support/outbound_calls.h"
#include "tests/support/scripted_server.h"

namespace batata::net {
namespace {

TEST_F(Outbound, GivesStatusHeadersAndBodyOfWhatWasAsked) {
  ScriptedServer server(http(418, "tea", "X-Kind: Pot\r\nx-kind: cup\r\n"));
  open();
  const auto answer = call({.method = "POST",
                            .url = server.url("/a/../b?q=%20"),
                            .headers = {{"Content-Type", "text/plain"}, {"X-Empty", ""}},
                            .body = "milk"});
  ASSERT_TRUE(answer.has_value()) << text_of(answer);
  EXPECT_EQ(text_of(answer), "418 tea");
  EXPECT_EQ(answer->header("x-kind"), "Pot");
  EXPECT_EQ(answer->header("x-other"), "");
  ASSERT_EQ(server.requests().size(), 1u);
  const std::string request = server.requests()[0];
  EXPECT_TRUE(request.starts_with("POST /a/../b?q=%20 HTTP/1.1\r\nHost: " + server.place() + "\r\n"))
      << request;
  for (const char* part : {"\r\nContent-Type: text/plain\r\n", "\r\nX-Empty:\r\n",
                           "\r\nUser-Agent: batata\r\n", "\r\nContent-Length: 4\r\n", "\r\n\r\nmilk"})
    EXPECT_NE(request.find(part), std::string::npos) << part << " in " << request;
  EXPECT_EQ(request.find("Expect"), std::string::npos) << request;
}

TEST_F(Outbound, SendsEveryMethodAsItIs) {
  ScriptedServer server(http(200, ""));
  open();
  for (const char* method : {"GET", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
    const auto answer = call({.method = method, .url = server.url()});
    EXPECT_EQ(text_of(answer), "200 ");
    EXPECT_TRUE(server.requests().back().starts_with(std::string(method) + " / "));
  }
  ScriptedServer head("HTTP/1.1 200 X\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(text_of(call({.method = "HEAD", .url = head.url()})), "200 ");
}

TEST_F(Outbound, AConnectionIsUsedAgainButNotForWhatMustNotArriveTwice) {
  ScriptedServer server(http(200, "ok"));
  open();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(text_of(get(server.url())), "200 ok");
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(text_of(call({.method = "POST", .url = server.url(), .repeatable = true})), "200 ok");
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(text_of(call({.method = "POST", .url = server.url()})), "200 ok");
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(Outbound, ACancelledCallIsNeverAnsweredAndItsConnectionEnds) {
  std::atomic<int> gone = 0;
  ScriptedServer server([&](ScriptedPeer& peer, const std::string& request) {
    say_nothing(peer, request);
    ++gone;
    return false;
  });
  open();
  auto held = std::make_shared<int>(0);
  bool is_answered = false;
  OutboundCall handle;
  on_loop([&] {
    handle = client_->start({.url = server.url()}, [&is_answered, held](Answer) { is_answered = true; });
  });
  ASSERT_TRUE(eventually([&] { return server.requests().size() == 1; }));
  on_loop([&] { handle.cancel(); });
  EXPECT_EQ(held.use_count(), 1) << "the callback is destroyed at once";
  EXPECT_TRUE(eventually([&] { return gone == 1; }));
  on_loop([&] {
    handle = client_->start({.url = server.url()}, [&is_answered](Answer) { is_answered = true; });
  });
  on_loop([&] { handle.cancel(); });  // one that may not have begun
  on_loop([&] { handle.cancel(); });
  EXPECT_FALSE(is_answered);
}

TEST_F(Outbound, ACallbackIsGoneWhenItHasBeenCalled) {
  ScriptedServer server(http(200, "ok"));
  open();
  auto held = std::make_shared<int>(0);
  OutboundCall handle;
  std::promise<void> answered;
  on_loop([&] {
    handle =
        client_->start({.url = server.url()}, [&answered, held](const Answer&) { answered.set_value(); });
  });
  answered.get_future().wait();
  on_loop([] {});
  EXPECT_EQ(held.use_count(), 1);
  on_loop([&] { handle.cancel(); });
}

TEST_F(Outbound, ACallThatWasAnsweredAndNotYetToldCanBeCancelled) {
  ScriptedServer server(http(200, "ok"));
  open();
  bool is_answered = false;
  on_loop([&] {
    auto refused = client_->start({.url = "ftp://x"}, [&](Answer) { is_answered = true; });
    auto answered = client_->start({.url = server.url()}, [&](Answer) { is_answered = true; });
    // The answer arrives while the loop is busy, and waits for its turn.
    EXPECT_TRUE(eventually([&] { return server.requests().size() == 1; }));
    std::this_thread::sleep_for(50ms);
  });
  on_loop([] {});
  EXPECT_FALSE(is_answered);
}

TEST_F(Outbound, AClientThatGoesAnswersNoMoreAndItsHandlesDoNothing) {
  ScriptedServer server(&say_nothing);
  open();
  bool is_answered = false;
  OutboundCall handle;
  on_loop([&] { handle = client_->start({.url = server.url()}, [&](Answer) { is_answered = true; }); });
  ASSERT_TRUE(eventually([&] { return server.requests().size() == 1; }));
  on_loop([&] { client_.reset(); });
  on_loop([&] { handle.cancel(); });
  EXPECT_FALSE(is_answered);
}

TEST_F(Outbound, ATaskWaitsForTheAnswerAndCancelsTheCallWithItself) {
  ScriptedServer server(http(200, "ok"));
  ScriptedServer silent(&say_nothing);
  open();
  std::promise<std::string> got;
  std::unique_ptr<Scope> scope;
  struct Asking {
    static Task<void> run(Runtime& runtime, OutboundHttp& http, OutboundRequest request,
                          std::promise<std::string>& got) {
      auto answer = co_await call_outbound(runtime, http, std::move(request));
      got.set_value(text_of(answer));
    }
  };
  on_loop([&] {
    scope = std::make_unique<Scope>(runtime_);
    scope->spawn(Asking::run(runtime_, *client_, {.url = server.url()}, got));
  });
  auto future = got.get_future();
  ASSERT_EQ(future.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(future.get(), "200 ok");
  std::promise<std::string> never;
  on_loop([&] { scope->spawn(Asking::run(runtime_, *client_, {.url = silent.url()}, never)); });
  ASSERT_TRUE(eventually([&] { return silent.requests().size() == 1; }));
  on_loop([&] { scope.reset(); });
}

TEST_F(Outbound, WhatCannotBeSentIsSaidWithoutSendingIt) {
  ScriptedServer server(http(200, "ok"));
  open();
  for (const auto& [url, why] : std::initializer_list<std::pair<std::string, std::string>>{
           {"ftp://127.0.0.1/", "neither http nor https"},
           {"file:///etc/passwd", "neither http nor https"},
           {"gopher://127.0.0.1:70/", "cannot be called"},
           {"127.0.0.1", "cannot be called"},
           {"", "cannot be called"},
           {"http://", "cannot be called"},
           {"http://user:secret@127.0.0.1/", "cannot be called"},
           {"http://127.0.0.1:99999/", "cannot be called"},
           {"http://a\xc3\xbc.example/", "its host is no name"},
           {"http://%39/", "its host is no name"},
           {"http://a$b.example/", "cannot be called"},
           {"http://127.0.0.1/a b\r\nX: y", "cannot be called"}})
    expect_error(get(url), Errc::kInvalidArgument, why);
  for (const auto& [name, value] :
       std::initializer_list<std::pair<std::string, std::string>>{{"Host", "other"},
                                                                  {"content-length", "5"},
                                                                  {"Transfer-Encoding", "chunked"},
                                                                  {"A B", ""},
                                                                  {"", ""},
                                                                  {"X", "a\r\nY: b"},
                                                                  {"X", std::string("a\0b", 3)}})
    expect_error(call({.url = server.url(), .headers = {{name, value}}}), Errc::kInvalidArgument, "header");
  for (const char* method : {"", "get", "GET /", "GET\r\n"})
    expect_error(call({.method = method, .url = server.url()}), Errc::kInvalidArgument, "no method");
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(Outbound, NobodyThereIsToldFromWhoBreaksOff) {
  open();
  std::string gone;
  {
    ScriptedServer server(http(200, ""));
    gone = server.url();
  }
  expect_error(get(gone), Errc::kUnavailable, "Connection refused");
  expect_error(get("http://no-such-name.invalid/"), Errc::kUnavailable,
               "cannot reach no-such-name.invalid:80");
  ScriptedServer breaks([](ScriptedPeer&, const std::string&) { return false; });
  expect_error(call({.method = "POST", .url = breaks.url()}), Errc::kOutcomeUnknown,
               "the connection to " + breaks.place() + " broke before the answer was complete");
  ScriptedServer half([](ScriptedPeer& peer, const std::string&) {
    return peer.send("HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\nhalf") && false;
  });
  expect_error(get(half.url()), Errc::kOutcomeUnknown, "broke before the answer was complete");
  EXPECT_EQ(breaks.connections(), 1) << "not sent again";
  ScriptedServer other("SSH-2.0-other\r\n");
  expect_error(get(other.url()), Errc::kOutcomeUnknown, "broke before the answer was complete");
}

TEST_F(Outbound, ProxiesOfTheEnvironmentCountOnlyWhereTheOptionsSaySo) {
  ScriptedServer server(http(200, "itself")), proxy(http(200, "by proxy"));
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  open();
  EXPECT_EQ(text_of(get(server.url())), "200 itself");
  OutboundOptions options;
  options.environment_proxy = true;
  open(options);
  EXPECT_EQ(text_of(get(server.url())), "200 by proxy");
  ::unsetenv("http_proxy");
}

}  // namespace
}  // namespace batata::net
