#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "net/tls/tls_context.h"
#include "net/tls/tls_stream.h"
#include "platform/certificates/certificates.h"

namespace batata::net {
namespace {

using Step = TlsStream::Step;
using platform::Certificate;
using std::chrono::days;

// A folder with an authority, a server's certificate and a client's.
class Tls : public testing::Test {
 public:
  ~Tls() override { std::filesystem::remove_all(folder_); }

 protected:
  Tls() : folder_(testing::TempDir() + "tls_test_" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder_);
    write_server("server");
    write("ca.pem", root_.certificate);
  }

  void write(const std::string& name, std::string_view text) const {
    std::ofstream(path(name), std::ios::trunc) << text;
  }
  void write_server(const std::string& name) {
    const auto made = platform::make_certificate(
        root_, {.common_name = name, .names = {"localhost"}, .valid = days(2), .server = true});
    write("server.pem", made->certificate);
    write("server-key.pem", made->key.reveal());
  }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  TlsOptions options() const {
    TlsOptions options;
    options.certificate_file = path("server.pem");
    options.key_file = path("server-key.pem");
    return options;
  }
  static std::string refusal(TlsOptions options) {
    const auto context = TlsContext::open(std::move(options));
    return context ? "opened" : context.error().message;
  }

  const Certificate root_ = platform::make_authority("test authority", days(2)).value();

 private:
  const std::string folder_;
};

// A TlsStream and OpenSSL's client at the two ends of a pair of sockets, in one thread.
class Pair {
 public:
  explicit Pair(const TlsContext& context, int client_version = TLS1_3_VERSION)
      : client_context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free) {
    ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets_.data());
    server = context.accept(sockets_[0]);
    SSL_CTX_set_min_proto_version(client_context_.get(), 0);
    SSL_CTX_set_max_proto_version(client_context_.get(), client_version);
    SSL_CTX_set_security_level(client_context_.get(), 0);  // or it would not offer what is old
  }
  ~Pair() {
    client.reset();
    server.reset();
    for (const int socket : sockets_) ::close(socket);
  }
  SSL_CTX* client_context() { return client_context_.get(); }

  // Both sides go on until the server is done with it.
  Step shake_hands() {
    client.reset(SSL_new(client_context_.get()), &SSL_free);
    SSL_set_fd(client.get(), sockets_[1]);
    SSL_set_connect_state(client.get());
    if (!offered.empty())
      SSL_set_alpn_protos(client.get(), reinterpret_cast<const unsigned char*>(offered.data()),
                          static_cast<unsigned>(offered.size()));
    if (resumed != nullptr) SSL_set_session(client.get(), resumed);
    Step step = Step::kWantsInput;
    for (int i = 0; i < 10 && step == Step::kWantsInput; ++i) {
      ERR_clear_error();
      SSL_do_handshake(client.get());
      step = server->handshake();
    }
    ERR_clear_error();
    SSL_do_handshake(client.get());
    return step;
  }
  // What the client sees of the server.
  std::string server_name() const {
    X509* certificate = SSL_get0_peer_certificate(client.get());
    std::array<char, 100> name{};
    if (certificate != nullptr)
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(), name.size());
    return name.data();
  }
  std::string client_reads() const {
    std::array<char, 64 << 10> bytes;
    ERR_clear_error();
    const int n = SSL_read(client.get(), bytes.data(), bytes.size());
    return n <= 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(n));
  }

  std::string offered;  // by the client in ALPN
  SSL_SESSION* resumed = nullptr;
  std::unique_ptr<TlsStream> server;
  std::shared_ptr<SSL> client;

 private:
  std::array<int, 2> sockets_{};
  std::shared_ptr<SSL_CTX> client_context_;
};

TEST_F(Tls, BytesPassBothWays) {
  const auto context = TlsContext::open(options());
  ASSERT_TRUE(context) << context.error().message;
  Pair pair(**context);
  ASSERT_EQ(pair.shake_hands(), Step::kDone) << pair.server->failure();
  EXPECT_EQ(pair.server_name(), "server");
  EXPECT_EQ(pair.server->peer_certificate(), nullptr);
  EXPECT_EQ(pair.server->protocol(), "");

  std::array<char, 100> bytes;
  EXPECT_EQ(pair.server->receive(bytes).step, Step::kWantsInput);
  ASSERT_EQ(SSL_write(pair.client.get(), "question", 8), 8);
  const auto received = pair.server->receive(bytes);
  ASSERT_EQ(received.step, Step::kDone);
  EXPECT_EQ(std::string_view(bytes.data(), received.bytes), "question");
  EXPECT_EQ(pair.server->send("answer").bytes, 6u);
  EXPECT_EQ(pair.client_reads(), "answer");
}

TEST_F(Tls, AFullSocketIsToldAndNothingIsLost) {
  const auto context = TlsContext::open(options());
  ASSERT_TRUE(context);
  Pair pair(**context);
  ASSERT_EQ(pair.shake_hands(), Step::kDone);
  std::string sent;
  for (std::size_t i = 0; i < 4'000'000; ++i) sent += static_cast<char>('a' + i % 23);
  std::string_view rest = sent;
  std::string got;
  bool blocked = false;
  while (!rest.empty()) {
    // What is tried again lies elsewhere, as a buffer that has grown does.
    const std::string moved(rest);
    const auto [step, bytes] = pair.server->send(moved);
    if (step == Step::kWantsOutput) {
      blocked = true;
      for (std::string part; !(part = pair.client_reads()).empty();) got += part;
      continue;
    }
    ASSERT_EQ(step, Step::kDone);
    rest.remove_prefix(bytes);
  }
  for (std::string part; !(part = pair.client_reads()).empty();) got += part;
  EXPECT_TRUE(blocked);
  EXPECT_EQ(got, sent);
}

TEST_F(Tls, TheEndIsToldBothWays) {
  const auto context = TlsContext::open(options());
  ASSERT_TRUE(context);
  Pair pair(**context);
  ASSERT_EQ(pair.shake_hands(), Step::kDone);
  pair.server->say_goodbye();
  char byte = 0;
  EXPECT_EQ(SSL_get_error(pair.client.get(), SSL_read(pair.client.get(), &byte, 1)), SSL_ERROR_ZERO_RETURN);
  SSL_shutdown(pair.client.get());
  EXPECT_EQ(pair.server->receive({&byte, 1}).step, Step::kEnded);
}

TEST_F(Tls, TheBestCommonProtocolIsChosen) {
  const auto context = TlsContext::open(options());
  ASSERT_TRUE(context);
  for (const auto& [offered, chosen] :
       {std::pair{"\x08http/1.1\x02h2", "h2"}, {"\x08http/1.1", "http/1.1"}}) {
    Pair pair(**context);
    pair.offered = offered;
    ASSERT_EQ(pair.shake_hands(), Step::kDone);
    EXPECT_EQ(pair.server->protocol(), chosen);
  }
  Pair pair(**context);
  pair.offered =
      "\x03"
      "ftp";
  EXPECT_EQ(pair.shake_hands(), Step::kFailed);
}

TEST_F(Tls, NothingOlderThan12IsSpoken) {
  const auto context = TlsContext::open(options());
  ASSERT_TRUE(context);
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    Pair pair(**context, version);
    EXPECT_EQ(pair.shake_hands(), Step::kFailed);
    EXPECT_EQ(pair.server->failure(), "unsupported protocol");
  }
  Pair pair(**context, TLS1_2_VERSION);
  EXPECT_EQ(pair.shake_hands(), Step::kDone);

  auto strict = options();
  strict.only_1_3 = true;
  const auto newest = TlsContext::open(std::move(strict));
  ASSERT_TRUE(newest);
  Pair refused(**newest, TLS1_2_VERSION);
  EXPECT_EQ(refused.shake_hands(), Step::kFailed);
  Pair good(**newest);
  EXPECT_EQ(good.shake_hands(), Step::kDone);
}

TEST_F(Tls, GarbageEndsTheHandshake) {
  const auto context = TlsContext::open(options());
  ASSERT_TRUE(context);
  std::array<int, 2> sockets;
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets.data()), 0);
  const auto server = (*context)->accept(sockets[0]);
  EXPECT_EQ(server->handshake(), Step::kWantsInput);
  ASSERT_EQ(::write(sockets[1], "GET / HTTP/1.1\r\n\r\n", 18), 18);
  EXPECT_EQ(server->handshake(), Step::kFailed);
  EXPECT_EQ(server->failure(), "http request");
  for (const int socket : sockets) ::close(socket);
}

// Clients' certificates.
class MutualTls : public Tls {
 protected:
  TlsOptions options(ClientCertificates clients) const {
    auto all = Tls::options();
    all.clients = clients;
    all.authorities_file = path("ca.pem");
    return all;
  }
  void show(Pair& pair, const Certificate& certificate) const {
    write("client.pem", certificate.certificate);
    write("client-key.pem", certificate.key.reveal());
    ASSERT_EQ(
        SSL_CTX_use_certificate_file(pair.client_context(), path("client.pem").c_str(), SSL_FILETYPE_PEM), 1);
    ASSERT_EQ(
        SSL_CTX_use_PrivateKey_file(pair.client_context(), path("client-key.pem").c_str(), SSL_FILETYPE_PEM),
        1);
  }
  static Certificate client_of(const Certificate& authority, bool for_servers = false) {
    return platform::make_certificate(authority, {.common_name = "orders",
                                                  .names = {"orders.local", "spiffe://shop/orders"},
                                                  .valid = days(2),
                                                  .server = for_servers,
                                                  .client = !for_servers})
        .value();
  }
};

TEST_F(MutualTls, ACheckedCertificateSaysWhoTheClientIs) {
  for (const auto clients : {ClientCertificates::kOptional, ClientCertificates::kRequired}) {
    const auto context = TlsContext::open(options(clients));
    ASSERT_TRUE(context) << context.error().message;
    Pair pair(**context);
    show(pair, client_of(root_));
    ASSERT_EQ(pair.shake_hands(), Step::kDone) << pair.server->failure();
    const auto certificate = pair.server->peer_certificate();
    ASSERT_NE(certificate, nullptr);
    EXPECT_EQ(certificate->common_name, "orders");
    EXPECT_EQ(certificate->alternative, (std::vector<std::string>{"orders.local", "spiffe://shop/orders"}));
  }
}

TEST_F(MutualTls, NoCertificateIsGoodWhereItIsOptionalOnly) {
  const auto optional = TlsContext::open(options(ClientCertificates::kOptional));
  const auto required = TlsContext::open(options(ClientCertificates::kRequired));
  ASSERT_TRUE(optional && required);
  Pair pair(**optional);
  EXPECT_EQ(pair.shake_hands(), Step::kDone);
  EXPECT_EQ(pair.server->peer_certificate(), nullptr);
  Pair refused(**required);
  EXPECT_EQ(refused.shake_hands(), Step::kFailed);
  EXPECT_EQ(refused.server->failure(), "peer did not return a certificate");
}

TEST_F(MutualTls, AStrangersCertificateIsRefusedEverywhere) {
  const auto stranger = platform::make_authority("test authority", days(2)).value();  // of the same name
  for (const auto clients : {ClientCertificates::kOptional, ClientCertificates::kRequired}) {
    const auto context = TlsContext::open(options(clients));
    ASSERT_TRUE(context);
    for (const auto& shown : {client_of(stranger), client_of(root_, true)}) {
      Pair pair(**context);
      show(pair, shown);
      EXPECT_EQ(pair.shake_hands(), Step::kFailed);
      EXPECT_EQ(pair.server->failure(), "certificate verify failed");
    }
  }
}

TEST_F(Tls, AReloadIsForNewConnections) {
  const auto context = TlsContext::open(options());
  ASSERT_TRUE(context);
  Pair before(**context);
  ASSERT_EQ(before.shake_hands(), Step::kDone);
  write_server("renewed");
  ASSERT_TRUE((*context)->reload());
  Pair after(**context);
  ASSERT_EQ(after.shake_hands(), Step::kDone);
  EXPECT_EQ(before.server_name(), "server");
  EXPECT_EQ(after.server_name(), "renewed");
  EXPECT_EQ(before.server->send("still here").step, Step::kDone);
  EXPECT_EQ(before.client_reads(), "still here");
}

TEST_F(Tls, AReloadThatFailsChangesNothing) {
  const auto context = TlsContext::open(options());
  ASSERT_TRUE(context);
  write("server.pem", "half a file");
  const auto reloaded = (*context)->reload();
  ASSERT_FALSE(reloaded);
  EXPECT_EQ(reloaded.error().message, "the certificate in " + path("server.pem") + ": no start line");
  Pair pair(**context);
  ASSERT_EQ(pair.shake_hands(), Step::kDone);
  EXPECT_EQ(pair.server_name(), "server");
}

TEST_F(Tls, WhatIsWrongWithAFileIsNamed) {
  auto missing = options();
  missing.certificate_file = path("none.pem");
  EXPECT_EQ(refusal(std::move(missing)),
            "the certificate in " + path("none.pem") + ": No such file or directory");
  auto no_key = options();
  no_key.key_file = path("server.pem");
  EXPECT_EQ(refusal(std::move(no_key)),
            "the private key in " + path("server.pem") + ": it is no key in PEM, or its password is another");
  auto ciphers = options();
  ciphers.ciphers = "NO-SUCH-CIPHER";
  EXPECT_EQ(refusal(std::move(ciphers)), "the ciphers 'NO-SUCH-CIPHER': no cipher match");
  const std::string first_key = path("first-key.pem");
  std::filesystem::copy_file(path("server-key.pem"), first_key);
  write_server("another");
  auto foreign = options();
  foreign.key_file = first_key;
  EXPECT_EQ(refusal(std::move(foreign)),
            "the private key in " + first_key + ": it does not belong to the certificate");
  auto authorities = options();
  authorities.clients = ClientCertificates::kRequired;
  authorities.authorities_file = path("server-key.pem");
  EXPECT_NE(refusal(std::move(authorities)).find("the certificate authorities in " + path("server-key.pem")),
            std::string::npos);
}

}  // namespace
}  // namespace batata::net
