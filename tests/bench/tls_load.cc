// Connections over TLS, each with a handshake, one request and its end.
//
//   tls_load PORT THREADS SECONDS full       each handshake is a whole one
//   tls_load PORT THREADS SECONDS resumed    each but a thread's first takes up a session of before
//
// Every thread has one connection at a time. Certificates are not looked at. A latency is that of the
// handshake. Prints what Latencies::print writes.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "latencies.h"
#include "run.h"

namespace batata::bench {
namespace {

constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n";

using Session = std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)>;

int dial(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    give_up("the server cannot be reached");
  return socket;
}

/// One thread's connections, one after the other.
class Visitor {
 public:
  Visitor(std::uint16_t port, bool resumes)
      : port_(port), resumes_(resumes), context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free) {
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_set_ex_data(context_.get(), 0, this);
    SSL_CTX_sess_set_new_cb(context_.get(), [](SSL* ssl, SSL_SESSION* session) {
      auto* self = static_cast<Visitor*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0));
      self->session_.reset(session);
      return 1;  // it is ours now
    });
  }

  void visit_until(Clock::time_point end) {
    while (Clock::now() < end) visit();
  }

  Latencies& latencies() { return latencies_; }
  std::uint64_t errors() const { return errors_; }

 private:
  void visit() {
    const int socket = dial(port_);
    SSL* ssl = SSL_new(context_.get());
    SSL_set_fd(ssl, socket);
    const bool resuming = resumes_ && session_ != nullptr;
    if (resuming) SSL_set_session(ssl, session_.get());
    const auto begin = Clock::now();
    bool good = SSL_connect(ssl) == 1;
    const auto time = Clock::now() - begin;
    good = good && (SSL_session_reused(ssl) == 1) == resuming && answered(ssl);
    if (good) {
      latencies_.add(time);
    } else {
      ++errors_;
    }
    SSL_shutdown(ssl);
    SSL_free(ssl);
    ::close(socket);
  }
  static bool answered(SSL* ssl) {
    if (SSL_write(ssl, kRequest.data(), static_cast<int>(kRequest.size())) <= 0) return false;
    std::array<char, 4096> bytes;
    int n = SSL_read(ssl, bytes.data(), bytes.size());
    if (n <= 0 || !std::string_view(bytes.data(), static_cast<std::size_t>(n)).starts_with("HTTP/1.1 "))
      return false;
    while (n > 0) n = SSL_read(ssl, bytes.data(), bytes.size());
    return true;
  }

  const std::uint16_t port_;
  const bool resumes_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  Session session_{nullptr, &SSL_SESSION_free};
  Latencies latencies_;
  std::uint64_t errors_ = 0;
};

int load(std::uint16_t port, int count, double seconds, bool resumes) {
  std::vector<std::unique_ptr<Visitor>> visitors;
  for (int i = 0; i < count; ++i) visitors.push_back(std::make_unique<Visitor>(port, resumes));
  const auto begin = Clock::now();
  const auto end =
      begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  std::vector<std::thread> threads;
  for (const auto& visitor : visitors) threads.emplace_back([&visitor, end] { visitor->visit_until(end); });
  for (auto& thread : threads) thread.join();
  const double took = std::chrono::duration<double>(Clock::now() - begin).count();
  Latencies all;
  std::uint64_t errors = 0;
  for (const auto& visitor : visitors) {
    all.add_all(visitor->latencies());
    errors += visitor->errors();
  }
  all.print(took, errors);
  return 0;
}

}  // namespace
}  // namespace batata::bench

int main(int argc, char** argv) {
  const std::string_view kind = argc == 5 ? argv[4] : "";
  if (kind != "full" && kind != "resumed")
    batata::bench::give_up("wrong arguments; the first lines of tls_load.cc are the manual");
  return batata::bench::load(static_cast<std::uint16_t>(std::atoi(argv[1])), std::atoi(argv[2]),
                             std::atof(argv[3]), kind == "resumed");
}
