// The floor of long-poll-fanout: a thread that keeps sockets and writes the same bytes to each of them.
//
//   raw_writes PORT
//
// It takes every POST to the listener as a poll and holds it, and answers all that are held at every other
// POST. No config, no comparison, no disk: what the kernel and the load generator cost, and nothing else.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "h2_client.h"
#include "http_client.h"
#include "run.h"

namespace batata::bench {
namespace {

constexpr std::string_view kPublished = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue";
constexpr std::string_view kRead =
    "HTTP/1.1 200 OK\r\nContent-MD5: 0123456789abcdef0123456789abcdef\r\nContent-Length: 1\r\n\r\nv";
// As long as batata's.
constexpr std::string_view kChanged =
    "HTTP/1.1 200 \r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: application/json;charset=UTF-8\r\n"
    "Pragma: no-cache\r\nExpires: Thu, 01 Jan 1970 00:00:00 GMT\r\nCache-Control: no-cache,no-store\r\n"
    "Content-Length: 16\r\n\r\npush%02bench%01\n";

class Server final : public Poller::Socket {
 public:
  explicit Server(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    const int one = 1;
    ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd_, SOMAXCONN) != 0)
      give_up("the port is taken");
    poller_.add(fd_, *this);
  }
  ~Server() override { ::close(fd_); }

  void on_ready(std::uint32_t) override {
    while (true) {
      const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK);
      if (fd < 0) return;
      const int one = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      auto* peer = new Peer(*this, fd);  // owns itself until its socket ends
      poller_.add(fd, *peer);
    }
  }

  [[noreturn]] void serve() {
    while (true) poller_.poll(1000);
  }

 private:
  class Peer final : public Poller::Socket {
   public:
    Peer(Server& server, int fd) : server_(server), fd_(fd) {}
    ~Peer() override {
      server_.held_.erase(this);
      ::close(fd_);
    }

    void write(std::string_view bytes) const { (void)::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

    void on_ready(std::uint32_t) override {
      std::array<char, 4096> buffer;
      const ssize_t size = ::read(fd_, buffer.data(), buffer.size());
      if (size < 0 && errno == EAGAIN) return;
      if (size <= 0) {
        delete this;
        return;
      }
      in_.append(buffer.data(), static_cast<std::size_t>(size));
      const auto request = parse_http(in_);
      if (!request) return;
      server_.handle(*this, request->head);
      in_.clear();
    }

   private:
    Server& server_;
    int fd_;
    std::string in_;
  };

  void handle(Peer& peer, std::string_view head) {
    if (head.starts_with("GET ")) return peer.write(kRead);
    if (head.starts_with("POST /nacos/v1/cs/configs/listener ")) {
      held_.insert(&peer);
      return;
    }
    peer.write(kPublished);
    for (const Peer* waiting : std::exchange(held_, {})) waiting->write(kChanged);
  }

  Poller poller_;
  int fd_;
  std::unordered_set<Peer*> held_;
};

}  // namespace
}  // namespace batata::bench

int main(int argc, char** argv) {
  using namespace batata::bench;
  if (argc != 2) give_up("usage: raw_writes PORT");
  Server(static_cast<std::uint16_t>(std::atoi(argv[1]))).serve();
}
