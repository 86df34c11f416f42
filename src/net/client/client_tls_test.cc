// Calls over TLS to a server of ours.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "net/client/client_test_house.h"
#include "net/tls/tls_context.h"
#include "platform/certificates/certificates.h"

namespace batata::net {
namespace {

using platform::Certificate;
using std::chrono::days;

class CallsOverTls : public testing::Test {
 public:
  ~CallsOverTls() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

 protected:
  CallsOverTls() : folder_(testing::TempDir() + "client_tls_" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder_);
    const Certificate root = platform::make_authority("test authority", days(2)).value();
    write("ca.pem", root.certificate);
    write("other.pem", platform::make_authority("another", days(2)).value().certificate);
    write_pair(root, "server",
               {.common_name = "s", .names = {"node.test", "127.0.0.1"}, .valid = days(2), .server = true});
    write_pair(root, "client", {.common_name = "c", .names = {"c"}, .valid = days(2), .client = true});
  }

  void start(ClientCertificates clients = ClientCertificates::kNotAsked) {
    TlsOptions tls;
    tls.certificate_file = path("server.pem");
    tls.key_file = path("server-key.pem");
    tls.authorities_file = path("ca.pem");
    tls.clients = clients;
    ServerOptions options;
    options.listen = {{.address = "127.0.0.1", .tls = TlsContext::open(std::move(tls)).value()}};
    options.io_threads = 1;
    server_ = std::make_unique<Server>(options, others_.router, called_methods());
    ASSERT_TRUE(server_->start());
  }
  // What an echo answers, or the error.
  std::string said(TlsClientOptions tls, std::string name = "") {
    house_.aim({.host = "127.0.0.1",
                .port = server_->ports().at(0),
                .tls = TlsClientContext::open(tls).value(),
                .server_name = std::move(name)});
    return house_.said({.path = "/echo"}, "over TLS");
  }
  TlsClientOptions trusting(const std::string& authorities, bool shows_certificate = false) const {
    TlsClientOptions options;
    options.authorities_file = path(authorities);
    if (shows_certificate) options.certificate_file = path("client.pem");
    if (shows_certificate) options.key_file = path("client-key.pem");
    return options;
  }
  void write(const std::string& name, std::string_view text) const { std::ofstream(path(name)) << text; }
  void write_pair(const Certificate& root, const std::string& name,
                  const platform::CertificateWishes& wishes) {
    const auto made = platform::make_certificate(root, wishes).value();
    write(name + ".pem", made.certificate);
    write(name + "-key.pem", made.key.reveal());
  }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  const std::string folder_;
  TestServer others_;
  std::unique_ptr<Server> server_;
  ClientHouse house_;
};

TEST_F(CallsOverTls, AServerOfATrustedAuthorityAnswers) {
  start();
  EXPECT_EQ(said(trusting("ca.pem")), "over TLS");
  EXPECT_EQ(said(trusting("ca.pem"), "node.test"), "over TLS");
  const std::string large(8'000'000, 'x');
  EXPECT_EQ(house_.said({.path = "/echo"}, large), large);
}

TEST_F(CallsOverTls, AServerOfAnotherAuthorityIsNotAsked) {
  start();
  EXPECT_NE(said(trusting("other.pem")).find("14 no TLS with 127.0.0.1"), std::string::npos);
  EXPECT_NE(said(trusting("other.pem")).find("certificate verify failed"), std::string::npos);
}

TEST_F(CallsOverTls, AServerOfAnotherNameIsNotAsked) {
  start();
  EXPECT_NE(said(trusting("ca.pem"), "node.example").find("ostname mismatch"), std::string::npos);
}

TEST_F(CallsOverTls, AServerMayAskForACertificate) {
  start(ClientCertificates::kRequired);
  EXPECT_EQ(said(trusting("ca.pem", true)), "over TLS");
  const std::string refused = said(trusting("ca.pem"));
  EXPECT_NE(refused.find("certificate required"), std::string::npos) << refused;
}

TEST_F(CallsOverTls, AServerWithoutTlsIsNotAsked) {
  others_.start({}, called_methods());
  house_.aim({.host = "127.0.0.1",
              .port = others_.port(),
              .tls = TlsClientContext::open(trusting("ca.pem")).value()});
  EXPECT_TRUE(house_.said({.path = "/echo"}, "x").starts_with("14 no TLS with 127.0.0.1"));
}

}  // namespace
}  // namespace batata::net
