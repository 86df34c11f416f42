#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "arrival.h"
#include "h2_client.h"

namespace batata::bench {

/// One message of HTTP/1.1. Views into the bytes it was read from.
struct HttpMessage {
  std::string_view head, body;  // the head without the empty line at its end
};

/// The message that `bytes` begin with; nothing when it is not complete. Without a Content-Length it has no
/// body.
std::optional<HttpMessage> parse_http(std::string_view bytes);

/// The value of the first header `name`, compared without regard to case; empty when there is none.
std::string_view http_header(std::string_view head, std::string_view name);

/// A POST of a form, complete. `headers` is further header lines, each with its line end.
std::string http_post(std::string_view path, std::string_view form, std::string_view headers = {});
std::string http_get(std::string_view path);

/// A connection with keep-alive and one request at a time. One thread; the callback runs inside Poller::poll.
///
/// A server that closes the connection ends the program.
class HttpClient final : public Poller::Socket {
 public:
  /// `arrived_at` is when the answer's last bytes arrived; only with Stamps::kOn. The callback may send the
  /// next request, and must leave the client in being.
  using OnAnswer = std::function<void(const HttpMessage& answer, WallClock::time_point arrived_at)>;

  HttpClient(Poller& poller, std::uint16_t port, OnAnswer on_answer, Stamps stamps = Stamps::kOff);
  ~HttpClient() override;

  /// Sends a request far smaller than a socket's buffer. No other may be open.
  void send(std::string_view request);

  void on_ready(std::uint32_t epoll_events) override;

 private:
  int fd_;
  Stamps stamps_;
  OnAnswer on_answer_;
  std::string in_;
};

}  // namespace batata::bench
