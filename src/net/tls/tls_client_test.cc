#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "net/tls/tls_client_context.h"
#include "net/tls/tls_context.h"
#include "platform/certificates/certificates.h"

namespace batata::net {
namespace {

using Step = TlsStream::Step;
using platform::Certificate;
using std::chrono::days;

// A folder with two authorities, a server's certificate for two names and a client's.
class TlsClient : public testing::Test {
 public:
  ~TlsClient() override {
    for (const int socket : sockets_) ::close(socket);
    std::filesystem::remove_all(folder_);
  }

 protected:
  TlsClient() : folder_(testing::TempDir() + "tls_client_test_" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder_);
    write("ca.pem", root_.certificate);
    write("other.pem", platform::make_authority("another", days(2)).value().certificate);
    write_pair("server",
               {.common_name = "s", .names = {"node.test", "192.0.2.1"}, .valid = days(2), .server = true});
    write_pair("client", {.common_name = "c", .names = {"caller"}, .valid = days(2), .client = true});
  }

  void write(const std::string& name, std::string_view text) const { std::ofstream(path(name)) << text; }
  void write_pair(const std::string& name, const platform::CertificateWishes& wishes) {
    const auto made = platform::make_certificate(root_, wishes).value();
    write(name + ".pem", made.certificate);
    write(name + "-key.pem", made.key.reveal());
  }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  TlsClientOptions trusting(const std::string& authorities) const {
    TlsClientOptions options;
    options.authorities_file = path(authorities);
    return options;
  }
  // Shakes hands; why that failed, or nothing.
  std::string failure_of(const TlsClientOptions& options, const std::string& name,
                         ClientCertificates clients = ClientCertificates::kNotAsked,
                         const std::string& server = "server") {
    TlsOptions theirs;
    theirs.certificate_file = path(server + ".pem");
    theirs.key_file = path(server + "-key.pem");
    theirs.authorities_file = path("ca.pem");
    theirs.clients = clients;
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets_.data()), 0);
    server_ = TlsContext::open(std::move(theirs)).value()->accept(sockets_[0]);
    client_ = TlsClientContext::open(options).value()->connect(sockets_[1], name);
    if (client_ == nullptr) return "no such name";
    Step ours = Step::kWantsInput, other = Step::kWantsInput;
    for (int i = 0; i < 10 && (ours == Step::kWantsInput || other == Step::kWantsInput); ++i) {
      ours = client_->handshake();
      if (other == Step::kWantsInput) other = server_->handshake();
      if (ours == Step::kFailed) return client_->failure();
    }
    char byte = 0;
    if (client_->receive({&byte, 1}).step == Step::kFailed) return client_->failure();
    return "";
  }

  std::unique_ptr<TlsStream> server_, client_;

 private:
  std::array<int, 2> sockets_{-1, -1};
  const Certificate root_ = platform::make_authority("test authority", days(2)).value();
  const std::string folder_;
};

TEST_F(TlsClient, ServersOfATrustedAuthorityAreTalkedTo) {
  ASSERT_EQ(failure_of(trusting("ca.pem"), "node.test"), "");
  EXPECT_EQ(client_->protocol(), "h2");
  EXPECT_EQ(client_->send("question").bytes, 8u);
  std::array<char, 100> bytes;
  const auto received = server_->receive(bytes);
  EXPECT_EQ(std::string_view(bytes.data(), received.bytes), "question");
}

TEST_F(TlsClient, AddressesAreNamesToo) {
  EXPECT_EQ(failure_of(trusting("ca.pem"), "192.0.2.1"), "");
}

TEST_F(TlsClient, AnotherAddressIsAnotherServer) {
  EXPECT_NE(failure_of(trusting("ca.pem"), "192.0.2.2").find("IP address mismatch"), std::string::npos);
}

TEST_F(TlsClient, ServersOfAnotherAuthorityAreNotTalkedTo) {
  EXPECT_NE(failure_of(trusting("other.pem"), "node.test").find("certificate verify failed"),
            std::string::npos);
}

TEST_F(TlsClient, ServersOfAnotherNameAreNotTalkedTo) {
  EXPECT_NE(failure_of(trusting("ca.pem"), "node.test.example").find("ostname mismatch"), std::string::npos);
}

TEST_F(TlsClient, NoNameIsNotAnyName) {
  EXPECT_EQ(failure_of(trusting("ca.pem"), ""), "no such name");
}

TEST_F(TlsClient, AClientsCertificateIsNoServers) {
  EXPECT_NE(failure_of(trusting("ca.pem"), "caller", ClientCertificates::kNotAsked, "client").find("purpose"),
            std::string::npos);
}

TEST_F(TlsClient, ShowsItsCertificateToServersThatAsk) {
  TlsClientOptions options = trusting("ca.pem");
  options.certificate_file = path("client.pem");
  options.key_file = path("client-key.pem");
  ASSERT_EQ(failure_of(options, "node.test", ClientCertificates::kRequired), "");
  ASSERT_NE(server_->peer_certificate(), nullptr);
  EXPECT_EQ(server_->peer_certificate()->common_name, "c");
}

TEST_F(TlsClient, HearsThatTheServerWantsACertificate) {
  EXPECT_NE(
      failure_of(trusting("ca.pem"), "node.test", ClientCertificates::kRequired).find("certificate required"),
      std::string::npos);
}

TEST_F(TlsClient, FilesThatAreWrongAreNamed) {
  TlsClientOptions options = trusting("missing.pem");
  auto opened = TlsClientContext::open(options);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("missing.pem"), std::string::npos);
  options = trusting("ca.pem");
  options.certificate_file = path("client.pem");
  options.key_file = path("server-key.pem");
  opened = TlsClientContext::open(options);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("server-key.pem: it does not belong"), std::string::npos);
}

}  // namespace
}  // namespace batata::net
