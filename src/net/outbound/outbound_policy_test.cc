// S26: whoever makes this server call somewhere reaches nothing that the egress policy refuses, by no name,
// no spelling and no redirect.
#include "tests/support/outbound_calls.h"
#include "tests/support/scripted_server.h"

namespace batata::net {
namespace {

std::string redirect(int status, const std::string& to) {
  return http(status, "", "Location: " + to + "\r\n");
}

TEST_F(Outbound, S26ARefusedAddressIsNamedAndSeesNoConnection) {
  ScriptedServer server(http(200, "secret"));
  open_denying("127.0.0.0/8");
  expect_error(get(server.url()), Errc::kPermissionDenied,
               server.place() + " must not be called: the egress policy refuses the address 127.0.0.1");
  EXPECT_EQ(server.connections(), 0);
  open_denying("169.254.0.0/16");
  expect_error(get("http://169.254.169.254/latest/meta-data/"), Errc::kPermissionDenied, "169.254.169.254");
  EXPECT_EQ(text_of(get(server.url())), "200 secret") << "the twin: what is allowed is called";
}

TEST_F(Outbound, S26NoSpellingOfAnAddressPasses) {
  ScriptedServer server(http(200, "secret"));
  const std::string port = ":" + std::to_string(server.port()) + "/";
  open();
  EXPECT_EQ(text_of(get("http://2130706433" + port)), "200 secret") << "it is one without the policy";
  open_denying("127.0.0.0/8,::1");
  for (const char* host :
       {"127.1", "0x7f.1", "0177.0.0.1", "2130706433", "0x7f000001", "127.0.0.2", "localhost", "LOCALHOST",
        "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::127.0.0.1]", "%31%32%37.0.0.1"})
    expect_error(get("http://" + std::string(host) + port), Errc::kPermissionDenied, "refuses the address");
  EXPECT_EQ(server.connections(), 1) << "that of before";
}

TEST_F(Outbound, S26OfANamesAddressesOnlyAllowedOnesAreCalled) {
  ScriptedServer server(http(200, "ok"));
  open_denying("::1");  // localhost is ::1 as well, at some machines
  EXPECT_EQ(text_of(get(server.url("/", "localhost"))), "200 ok");
}

TEST_F(Outbound, S26ARedirectToARefusedAddressIsNotFollowed) {
  ScriptedServer inner(http(200, "secret"));
  open_denying("127.0.0.2");
  for (const int status : {301, 302, 303, 307, 308}) {
    ScriptedServer outer(redirect(status, inner.url("/", "127.0.0.2")));
    expect_error(call({.url = outer.url(), .redirects_max = 5}), Errc::kPermissionDenied,
                 "127.0.0.2:" + std::to_string(inner.port()) +
                     " must not be called: the egress policy refuses the address 127.0.0.2");
  }
  EXPECT_EQ(inner.connections(), 0);
  ScriptedServer outer(redirect(302, inner.url()));
  EXPECT_EQ(text_of(call({.url = outer.url(), .redirects_max = 5})), "200 secret") << "the twin";
}

TEST_F(Outbound, S26ARedirectToAnotherSchemeIsNotFollowed) {
  open();
  for (const char* to :
       {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/x", "http://u:p@127.0.0.1/"}) {
    ScriptedServer outer(redirect(302, to));
    expect_error(call({.url = outer.url(), .redirects_max = 5}), Errc::kInvalidArgument, "cannot be called");
    EXPECT_EQ(outer.requests().size(), 1u);
  }
}

TEST_F(Outbound, S26RedirectsAreFollowedSoFarAndNoFurther) {
  ScriptedServer loop(
      [](ScriptedPeer& peer, const std::string&) { return peer.send(redirect(302, "/again")); });
  open();
  expect_error(call({.url = loop.url(), .redirects_max = 3}), Errc::kResourceExhausted,
               "3 redirects have been followed already");
  EXPECT_EQ(loop.requests().size(), 4u);
  EXPECT_EQ(loop.connections(), 1);
  EXPECT_EQ(text_of(call({.url = loop.url()})), "302 ") << "without a wish it is the answer";
  EXPECT_EQ(text_of(call({.method = "POST", .url = loop.url(), .redirects_max = 3})), "302 ")
      << "what changes something is not sent elsewhere";
}

TEST_F(Outbound, S26CredentialsStayWithTheOriginThatTheyAreFor) {
  ScriptedServer elsewhere(http(200, "there"));
  ScriptedServer server([&](ScriptedPeer& peer, const std::string& request) {
    if (request.starts_with("GET /away")) return peer.send(redirect(302, elsewhere.url("/away")));
    if (request.starts_with("GET /near")) return peer.send(redirect(302, "here?a=b#c"));
    return peer.send(http(200, "here"));
  });
  open();
  const HttpHeaders headers{{"Authorization", "Bearer secret"},
                            {"Cookie", "secret"},
                            {"X-Consul-Token", "secret"},
                            {"Accept", "text/plain"}};
  OutboundRequest away{.url = server.url("/away"), .headers = headers, .redirects_max = 1};
  away.body = "secret";
  EXPECT_EQ(text_of(call(std::move(away))), "200 there");
  ASSERT_EQ(elsewhere.requests().size(), 1u);
  EXPECT_EQ(elsewhere.requests()[0].find("secret"), std::string::npos) << elsewhere.requests()[0];
  EXPECT_NE(elsewhere.requests()[0].find("\r\nAccept: text/plain\r\n"), std::string::npos);
  EXPECT_EQ(text_of(call({.url = server.url("/near"), .headers = headers, .redirects_max = 1})), "200 here");
  const std::string near = server.requests().back();
  EXPECT_TRUE(near.starts_with("GET /here?a=b HTTP/1.1\r\n")) << near;
  for (const char* header : {"Authorization: Bearer secret", "Cookie: secret", "X-Consul-Token: secret"})
    EXPECT_NE(near.find(header), std::string::npos) << near;
}

TEST_F(Outbound, S26CredentialsDoNotComeBackThroughAnotherOrigin) {
  std::string back;
  ScriptedServer elsewhere(
      [&](ScriptedPeer& peer, const std::string&) { return peer.send(redirect(302, back)); });
  ScriptedServer server([&](ScriptedPeer& peer, const std::string& request) {
    return peer.send(request.starts_with("GET /delete") ? http(200, "done") : redirect(302, elsewhere.url()));
  });
  back = server.url("/delete-everything");
  open();
  EXPECT_EQ(
      text_of(call({.url = server.url(), .headers = {{"Authorization", "secret"}}, .redirects_max = 2})),
      "200 done");
  EXPECT_EQ(server.requests().back().find("secret"), std::string::npos);
}

}  // namespace
}  // namespace batata::net
