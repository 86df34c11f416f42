#include <CLI/App.hpp>

#include "cli/words.h"

namespace batata::cli {
namespace {

void add_making(Invocation& wanted, CLI::App* made, int days) {
  made->add_option("--days", wanted.tls.days,
                   "How long it is good: " + std::to_string(days) + " days unless said");
  made->add_option("--dir", wanted.directory, "Where the files go; this directory unless said")
      ->type_name("DIR");
}

}  // namespace

void add_tls_words(const Words& words, CLI::App& app) {
  Invocation& wanted = words.wanted();
  CLI::App* tls = Words::family(app, "tls", "Make certificates");
  CLI::App* authority =
      words.verb(*Words::family(*tls, "ca", "A certificate authority of your own"), "create",
                 "Make one: NAME.pem, which clients trust, and NAME-key.pem, which nobody else may have",
                 Verb::kTlsCaCreate);
  wanted.tls.name = "batata-ca";
  authority->add_option("NAME", wanted.tls.name, "Its name")->capture_default_str();
  add_making(wanted, authority, 3650);
  CLI::App* certificate = words.verb(*Words::family(*tls, "cert", "Certificates that it signs"), "create",
                                     "Make one: NAME.pem and NAME-key.pem", Verb::kTlsCertCreate);
  certificate->add_option("NAME", wanted.tls.name, "Whom it names: a server, or the user that a client is")
      ->required();
  certificate->add_option("--ca", wanted.tls.authority, "The authority's certificate")
      ->type_name("FILE")
      ->required();
  certificate->add_option("--ca-key", wanted.tls.authority_key, "The authority's key")
      ->type_name("FILE")
      ->required();
  certificate->add_option("--use", wanted.tls.use, "What it is for")
      ->type_name("server|client|both")
      ->capture_default_str();
  certificate->add_option("--host", wanted.tls.hosts,
                          "A DNS name, IP address or URI it is good for; several times for several. "
                          "A server's, without one: localhost, 127.0.0.1 and ::1");
  add_making(wanted, certificate, 365);
}

}  // namespace batata::cli
