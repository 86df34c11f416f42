// The commands over TLS: whom they trust, what they show, and what they say when that does not go well.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cli/common/http_client.h"
#include "platform/certificates/certificates.h"
#include "tests/support/program_runs.h"
#include "tests/support/scripted_server.h"

namespace batata::cli {
namespace {

using std::chrono::days;

class ClientTls : public testing::Test {
 public:
  ~ClientTls() override { std::filesystem::remove_all(folder_); }

 protected:
  ClientTls() : folder_(testing::TempDir() + "client_tls_" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder_);
    write("ca", root_);
    write("other", platform::make_authority("others", days(2)).value());
    write("server",
          platform::make_certificate(
              root_, {.common_name = "server", .names = {"127.0.0.1"}, .valid = days(2), .server = true})
              .value());
    write("client", platform::make_certificate(
                        root_, {.common_name = "c", .names = {}, .valid = days(2), .client = true})
                        .value());
  }
  void write(const std::string& name, const platform::Certificate& made) const {
    std::ofstream(path(name)) << made.certificate;
    std::ofstream(path(name + "-key")) << made.key.reveal();
  }
  std::string path(const std::string& name) const { return folder_ + "/" + name + ".pem"; }

  // One that has a configuration, "a".
  std::unique_ptr<net::ScriptedServer> server(
      net::ClientCertificates clients = net::ClientCertificates::kNotAsked) const {
    net::TlsOptions options;
    options.certificate_file = path("server");
    options.key_file = path("server-key");
    options.authorities_file = path("ca");
    options.clients = clients;
    return std::make_unique<net::ScriptedServer>(
        [](net::ScriptedPeer& peer, const std::string&) { return peer.send(http(200, "k=1")); },
        net::TlsContext::open(std::move(options)).value());
  }
  static Ran get(const std::string& address, std::vector<std::string> words,
                 std::vector<std::string> environment = {}) {
    words.insert(words.begin(), {"config", "get", "a", "--server", address});
    return run_words(std::move(words), {.environment = std::move(environment)});
  }

 private:
  const platform::Certificate root_ = platform::make_authority("test authority", days(2)).value();
  const std::string folder_;
};

TEST_F(ClientTls, AServerIsTrustedForTheAuthorityThatIsNamed) {
  const auto up = server();
  for (const std::string& address : {up->url(""), up->place()}) {  // who names an authority means TLS
    const Ran ran = get(address, {"--ca-file", path("ca")});
    EXPECT_EQ(ran.code, 0) << ran.error;
    EXPECT_EQ(ran.out, "k=1");
    EXPECT_EQ(ran.error, "");
  }
  EXPECT_EQ(get(up->url(""), {}, {"BATATA_CA_FILE=" + path("ca")}).out, "k=1");
  EXPECT_EQ(get(up->url(""), {"--ca-file", path("ca")}, {"BATATA_CA_FILE=" + path("other")}).out, "k=1");
}

TEST_F(ClientTls, AServerThatIsNotTrustedIsSentNothing) {
  const auto up = server();
  for (const std::vector<std::string>& words : {std::vector<std::string>{}, {"--ca-file", path("other")}}) {
    const Ran ran = get(up->url(""), words);
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.out, "");
    EXPECT_TRUE(ran.error.starts_with("batata: " + up->place() + " is not trusted: ")) << ran.error;
    EXPECT_TRUE(
        ran.error.ends_with("next: name who signed the server's certificate with --ca-file FILE, and the "
                            "server by a name that is in it\n"))
        << ran.error;
  }
  EXPECT_EQ(up->requests().size(), 0u);
  const Ran careless = get(up->url(""), {"--insecure-skip-verify"});
  EXPECT_EQ(careless.out, "k=1");
  EXPECT_EQ(careless.error, "warning: --insecure-skip-verify: whoever answers is taken for the server\n");
}

TEST_F(ClientTls, ACertificateIsShownToAServerThatAsks) {
  const auto up = server(net::ClientCertificates::kRequired);
  const std::vector<std::string> shown{"--client-cert", path("client"), "--client-key", path("client-key")};
  EXPECT_EQ(get(up->url(""), shown, {"BATATA_CA_FILE=" + path("ca")}).out, "k=1");
  EXPECT_EQ(get(up->url(""), {},
                {"BATATA_CA_FILE=" + path("ca"), "BATATA_CLIENT_CERT=" + path("client"),
                 "BATATA_CLIENT_KEY=" + path("client-key")})
                .out,
            "k=1");
  const Ran none = get(up->url(""), {"--ca-file", path("ca")});
  EXPECT_EQ(none.code, 1);
  EXPECT_TRUE(none.error.ends_with(
      "next: show a certificate that the server takes: --client-cert FILE --client-key FILE\n"))
      << none.error;
}

TEST_F(ClientTls, WrongFilesAreUsageErrorsThatNameThem) {
  const auto up = server();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--ca-file", path("none")},
        {"--ca-file", path("ca"), "--client-cert", path("none"), "--client-key", path("none")}}) {
    const Ran ran = get(up->url(""), words);
    EXPECT_EQ(ran.code, 2);
    EXPECT_NE(ran.error.find(path("none")), std::string::npos) << ran.error;
  }
  const Ran half = get(up->url(""), {"--client-cert", path("client")});
  EXPECT_EQ(half.code, 2);
  EXPECT_EQ(
      half.error,
      "batata: --client-cert and --client-key go together: one of them is missing\nnext: batata --help\n");
}

TEST_F(ClientTls, ItsOptionsOpenACommandLineToo) {
  for (const char* option : {"--ca-file", "--client-cert", "--client-key"})
    EXPECT_EQ(run_words({option, "x.pem", "version"}).out, run_words({"version"}).out) << option;
  EXPECT_EQ(run_words({"--insecure-skip-verify", "version"}).out, run_words({"version"}).out);
}

TEST(Client, AnAnswerWithoutEndLeavesOpenWhatWasDone) {
  net::ScriptedServer endless([](net::ScriptedPeer& peer, const std::string&) {
    peer.send("HTTP/1.1 200 X\r\nContent-Length: 100000000000\r\n\r\n");
    while (peer.send(std::string(1 << 20, 'x'))) {
    }
    return false;
  });
  const Ran ran = run_words({"config", "set", "a", "1", "--server", endless.place()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.error,
            "batata: " + endless.place() +
                " answers with more than 67108864 bytes\nnext: look with `batata config get` before trying "
                "again\n");
}

TEST_F(ClientTls, APortWithoutTlsIsToldFromOneWhereNobodyIs) {
  net::ScriptedServer plain([](net::ScriptedPeer& peer) { peer.send(http(400, "what?")); });
  const Ran ran = get("https://" + plain.place(), {});
  EXPECT_EQ(ran.code, 1);
  EXPECT_TRUE(ran.error.starts_with("batata: " + plain.place() + " does not speak TLS: ")) << ran.error;
  EXPECT_TRUE(ran.error.ends_with("next: name it as http://HOST:PORT if it is to be asked without TLS\n"))
      << ran.error;
}

}  // namespace
}  // namespace batata::cli
