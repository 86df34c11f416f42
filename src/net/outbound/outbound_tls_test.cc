#include <filesystem>
#include <fstream>

#include "net/outbound/blocking_call.h"
#include "platform/certificates/certificates.h"
#include "tests/support/outbound_calls.h"
#include "tests/support/scripted_server.h"

namespace batata::net {
namespace {

using platform::Certificate;
using std::chrono::days;

// A folder with two authorities and what the first has signed.
class OutboundTls : public Outbound {
 public:
  ~OutboundTls() override { std::filesystem::remove_all(folder_); }

 protected:
  OutboundTls() : folder_(testing::TempDir() + "outbound_tls_" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder_);
    write("ca", root_);
    write("other-ca", other_);
    write("server", make({.common_name = "server",
                          .names = {"localhost", "127.0.0.1"},
                          .valid = days(2),
                          .server = true}));
    write("client", make({.common_name = "client", .names = {}, .valid = days(2), .client = true}));
    write("stranger", platform::make_certificate(
                          other_, {.common_name = "client", .names = {}, .valid = days(2), .client = true})
                          .value());
  }
  Certificate make(const platform::CertificateWishes& wishes) const {
    return platform::make_certificate(root_, wishes).value();
  }
  void write(const std::string& name, const Certificate& made) const {
    std::ofstream(path(name)) << made.certificate;
    std::ofstream(path(name + "-key")) << made.key.reveal();
  }
  std::string path(const std::string& name) const { return folder_ + "/" + name + ".pem"; }

  std::shared_ptr<const TlsContext> context(ClientCertificates clients = ClientCertificates::kNotAsked,
                                            const std::string& name = "server", bool only_1_3 = true) const {
    TlsOptions options;
    options.certificate_file = path(name);
    options.key_file = path(name + "-key");
    options.authorities_file = path("ca");
    options.clients = clients;
    options.only_1_3 = only_1_3;
    return TlsContext::open(std::move(options)).value();
  }
  static bool say_ok(ScriptedPeer& peer, const std::string&) { return peer.send(http(200, "ok")); }
  OutboundOptions trusting(const std::string& authority, const std::string& shown = "") const {
    OutboundOptions options;
    options.tls.authorities_file = path(authority);
    if (!shown.empty()) {
      options.tls.certificate_file = path(shown);
      options.tls.key_file = path(shown + "-key");
    }
    return options;
  }
  static void expect_detail(const Answer& answer, std::uint16_t detail) {
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().detail, detail) << text_of(answer);
  }

 private:
  const Certificate root_ = platform::make_authority("test authority", days(2)).value(),
                    other_ = platform::make_authority("others", days(2)).value();
  const std::string folder_;
};

TEST_F(OutboundTls, AServerThatATrustedAuthorityHasSignedIsCalled) {
  ScriptedServer server(&say_ok, context());
  open(trusting("ca"));
  EXPECT_EQ(text_of(get(server.url())), "200 ok");
  EXPECT_EQ(text_of(get(server.url("/", "localhost"))), "200 ok");
  EXPECT_EQ(text_of(call_blocking(trusting("ca"), {.url = server.url()})), "200 ok");
}

TEST_F(OutboundTls, AServerThatNobodyTrustedHasSignedIsSentNothing) {
  ScriptedServer server(&say_ok, context());
  for (const OutboundOptions& options :
       {trusting("other-ca"), OutboundOptions{}}) {  // the second: the system's
    open(options);
    const auto answer = get(server.url());
    expect_error(answer, Errc::kUnavailable, server.place() + " is not trusted: ");
    expect_detail(answer, kServerNotTrusted);
  }
  OutboundOptions careless;
  careless.tls.verify = false;
  EXPECT_EQ(server.requests().size(), 0u);
  open(careless);
  EXPECT_EQ(text_of(get(server.url())), "200 ok");
}

TEST_F(OutboundTls, AServersCertificateMustBeForItsName) {
  write("elsewhere",
        make({.common_name = "localhost", .names = {"elsewhere.example"}, .valid = days(2), .server = true}));
  write("a-client",
        make({.common_name = "localhost", .names = {"localhost"}, .valid = days(2), .client = true}));
  open(trusting("ca"));
  for (const char* shown : {"elsewhere", "a-client"}) {
    ScriptedServer server(&say_ok, context(ClientCertificates::kNotAsked, shown));
    const auto answer = get(server.url("/", "localhost"));
    expect_error(answer, Errc::kUnavailable, " is not trusted: ");
    expect_detail(answer, kServerNotTrusted);
    EXPECT_EQ(server.requests().size(), 0u);
  }
}

TEST_F(OutboundTls, AClientShowsItsCertificateToWhoAsks) {
  for (const bool only_1_3 : {true, false}) {
    ScriptedServer server(&say_ok, context(ClientCertificates::kRequired, "server", only_1_3));
    open(trusting("ca", "client"));
    EXPECT_EQ(text_of(get(server.url())), "200 ok");
    for (const char* shown : {"", "stranger"}) {
      open(trusting("ca", shown));
      const auto answer = get(server.url());
      expect_error(answer, Errc::kUnavailable, server.place());
      expect_detail(answer, kClientRefused);
    }
    EXPECT_EQ(server.requests().size(), 1u);
  }
}

TEST_F(OutboundTls, AFileThatCannotBeUsedIsNamed) {
  ScriptedServer server(&say_ok, context());
  OutboundOptions none = trusting("none"), mixed = trusting("ca", "client"),
                  missing = trusting("ca", "missing");
  mixed.tls.key_file = path("server-key");
  open(none);
  expect_error(get(server.url()), Errc::kInvalidArgument,
               "the certificate authorities in " + path("none") + " cannot be read");
  open(mixed);
  expect_error(get(server.url()), Errc::kInvalidArgument, path("client"));
  open(missing);
  expect_error(get(server.url()), Errc::kInvalidArgument, path("missing"));
}

TEST_F(OutboundTls, S26ARedirectToNoTlsIsNotFollowed) {
  ScriptedServer plain(http(200, "in the clear"));
  ScriptedServer server(
      [&](ScriptedPeer& peer, const std::string&) {
        return peer.send(http(302, "", "Location: " + plain.url() + "\r\n"));
      },
      context());
  open(trusting("ca"));
  expect_error(call({.url = server.url(), .redirects_max = 3}), Errc::kPermissionDenied,
               server.place() + " redirects from https to http, to " + plain.place());
  EXPECT_EQ(plain.connections(), 0);
}

TEST_F(OutboundTls, WhoSpeaksNoTlsIsToldFromWhoIsNotThere) {
  // A server without TLS takes the client's first words for a request that is wrong.
  ScriptedServer plain([](ScriptedPeer& peer) { peer.send(http(400, "what?")); });
  open(trusting("ca"));
  const auto answer = get("https://" + plain.place() + "/");
  expect_error(answer, Errc::kUnavailable, plain.place() + " does not speak TLS");
  expect_detail(answer, kNoTls);
}

// Else the signal of such a write would end the process.
TEST_F(OutboundTls, AConnectionThatBreaksWhileItIsWrittenToIsAnError) {
  ScriptedServer server(ScriptedServer::Conduct([](ScriptedPeer& peer) { peer.read_some_bytes(); }),
                        context());
  const OutboundRequest large{.method = "PUT", .url = server.url(), .body = std::string(8 << 20, 'x')};
  open(trusting("ca"));
  for (int i = 0; i < 10; ++i) {
    expect_error(call(large), Errc::kOutcomeUnknown, "broke before the answer was complete");
    expect_error(call_blocking(trusting("ca"), large), Errc::kOutcomeUnknown, "broke before");
  }
}

TEST_F(OutboundTls, AConnectionOverTlsIsUsedAgain) {
  ScriptedServer server(&say_ok, context());
  open(trusting("ca"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(text_of(get(server.url())), "200 ok");
  EXPECT_EQ(server.connections(), 1);
}

}  // namespace
}  // namespace batata::net
