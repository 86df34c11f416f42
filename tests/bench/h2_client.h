#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "arrival.h"

namespace batata::bench {

/// Waits for many sockets at once. One thread.
class Poller {
 public:
  class Socket {
   public:
    virtual ~Socket() = default;
    virtual void on_ready(std::uint32_t epoll_events) = 0;
  };

  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void add(int fd, Socket& socket);
  void remove(int fd);
  void want_write(int fd, Socket& socket, bool wanted);
  /// Waits at most `timeout_ms` and calls `on_ready` of whatever is ready.
  void poll(int timeout_ms);

 private:
  int epoll_;
};

/// A connected, non-blocking, undelayed TCP socket to 127.0.0.1. Ends the program when the server refuses.
int connect_loopback(std::uint16_t port);

/// One HTTP/2 connection that makes gRPC calls. One thread; callbacks run inside Poller::poll.
///
/// A server that closes the connection ends the program: no figure of such a run would mean anything.
class H2Client final : public Poller::Socket {
 public:
  using OnMessage = std::function<void(std::string_view message)>;
  using OnClose = std::function<void(bool ok)>;  // ok: HTTP/2 without reset and grpc-status 0

  H2Client(Poller& poller, std::uint16_t port, Stamps stamps = Stamps::kOff);
  ~H2Client() override;

  /// Makes a unary call with one framed message (`grpc_frame`); `done` gets the answer's message, empty and
  /// ok == false on failure.
  void call(std::string_view path, std::string framed,
            std::function<void(bool ok, std::string_view message)> done);

  /// Opens the stream that stays open; at most one on a connection. `send` sends on it.
  void open_stream(std::string_view path, OnMessage on_message);
  void send(std::string_view framed);

  /// Sends what the calls above queued. Call it once after a group of them.
  void flush();

  /// When what is being received arrived; only with Stamps::kOn, and inside callbacks.
  WallClock::time_point arrived_at() const { return arrived_at_; }

  void on_ready(std::uint32_t epoll_events) override;

 private:
  struct Stream {
    std::string out;  // not yet given to nghttp2
    bool stays_open = false;
    std::string in;  // a message not yet complete
    std::string answer;
    bool ok = false;
    OnMessage on_message;
    std::function<void(bool, std::string_view)> done;
  };

  std::int32_t open(std::string_view path, std::unique_ptr<Stream> stream);
  ssize_t read_socket(std::uint8_t* buffer, std::size_t size);
  void receive(Stream& stream, std::string_view data);
  void closed(std::int32_t id, std::uint32_t error);
  static nghttp2_session_callbacks* callbacks();
  static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source* source, void*);

  Poller& poller_;
  int fd_;
  Stamps stamps_;
  WallClock::time_point arrived_at_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<std::int32_t, std::unique_ptr<Stream>> streams_;
  std::int32_t open_stream_ = -1;
  std::string unsent_;
  bool waiting_to_write_ = false;
};

}  // namespace batata::bench
