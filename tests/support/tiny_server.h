#pragma once
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <deque>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace batata::cli {

/// The answers to one request, each time the next one; the last one again and again.
struct Answers {
  // NOLINTBEGIN(google-explicit-constructor): so that a table of them reads as one
  Answers(std::string only) : all{std::move(only)} {}
  Answers(const char* only) : all{only} {}
  Answers(std::initializer_list<std::string> each) : all(each) {}
  // NOLINTEND(google-explicit-constructor)
  std::deque<std::string> all;
};

/// A server of a few fixed answers, one connection after the other, on a free port of loopback. An answer
/// that is empty closes the connection; a request without an answer is never answered.
class TinyServer {
 public:
  explicit TinyServer(std::map<std::string, Answers> answers) : answers_(std::move(answers)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~TinyServer() {
    stop();
    ::close(listener_);
  }
  void stop() {
    ::shutdown(listener_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    for (const int open : unanswered_) ::close(open);
    unanswered_.clear();
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  /// Valid after stop().
  std::vector<std::string> requests;

 private:
  void serve() {
    for (;;) {
      const int peer = ::accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      const std::string request = read_request(peer);
      requests.push_back(request);
      const auto answer = answers_.find(request.substr(0, request.find(" HTTP/1.1\r\n")));
      if (answer == answers_.end()) {
        unanswered_.push_back(peer);
        continue;
      }
      auto& answers = answer->second.all;
      write_all(peer, answers.front());
      if (answers.size() > 1) answers.pop_front();
      ::close(peer);
    }
  }
  static void write_all(int peer, std::string_view answer) {
    while (!answer.empty()) {
      const ssize_t written = ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
      if (written <= 0) return;
      answer.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  static std::string read_request(int peer) {
    std::string request;
    char buffer[4096];
    std::size_t wanted = std::string::npos;
    while (request.size() < wanted) {
      const ssize_t got = ::read(peer, buffer, sizeof buffer);
      if (got <= 0) break;
      request.append(buffer, static_cast<std::size_t>(got));
      const std::size_t end = request.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      const std::size_t length = request.find("Content-Length: ");
      wanted = end + 4 + (length == std::string::npos ? 0 : std::stoul(request.substr(length + 16)));
    }
    return request;
  }

  std::map<std::string, Answers> answers_;
  std::vector<int> unanswered_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

inline std::string http(int status, const std::string& body, const std::string& headers = {}) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace batata::cli
