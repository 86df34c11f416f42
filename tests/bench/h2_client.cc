#include "h2_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace batata::bench {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kPrefixBytes = 5;                 // compressed flag and length before each gRPC message
constexpr std::int32_t kWindowBytes = 4 * 1024 * 1024;  // large: flow control is not what is measured
constexpr std::size_t kMessageBytesMax = 16 * 1024 * 1024;

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "load generator: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

nghttp2_nv header(std::string_view name, std::string_view value) {
  // nghttp2 copies both; its C interface has no const.
  return {.name = reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
          .value = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())),
          .namelen = name.size(),
          .valuelen = value.size(),
          .flags = NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) die("epoll_create1");
}

Poller::~Poller() {
  ::close(epoll_);
}

void Poller::add(int fd, Socket& socket) {
  epoll_event event{.events = EPOLLIN, .data = {.ptr = &socket}};
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
}

void Poller::remove(int fd) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

void Poller::want_write(int fd, Socket& socket, bool wanted) {
  epoll_event event{.events = EPOLLIN, .data = {.ptr = &socket}};
  if (wanted) event.events |= EPOLLOUT;
  if (epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) != 0) die("epoll_ctl");
}

void Poller::poll(int timeout_ms) {
  std::array<epoll_event, 512> events;
  const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
  if (ready < 0 && errno != EINTR) die("epoll_wait");
  for (int i = 0; i < ready; ++i) static_cast<Socket*>(events[i].data.ptr)->on_ready(events[i].events);
}

namespace {

// One address has about 28,000 ports for connections to one other port. Further ones come from 127.0.0.2 on.
constexpr std::uint32_t kPortsOfAnAddress = 20'000;

void choose_source(int fd) {
  static std::uint32_t connections = 0;
  const std::uint32_t number = connections++ / kPortsOfAnAddress;
  if (number == 0) return;
  const int on = 1;  // the port is chosen with the connection, so that one serves several of them
  ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in source{};
  source.sin_family = AF_INET;
  source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + number);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0) die("bind");
}

}  // namespace

int connect_loopback(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  choose_source(fd);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) die("connect");
  const int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

nghttp2_session_callbacks* H2Client::callbacks() {
  static nghttp2_session_callbacks* const shared = [] {
    nghttp2_session_callbacks* made = nullptr;
    nghttp2_session_callbacks_new(&made);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        made, [](nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data, std::size_t size,
                 void* self) {
          auto& streams = static_cast<H2Client*>(self)->streams_;
          if (const auto found = streams.find(id); found != streams.end()) {
            static_cast<H2Client*>(self)->receive(*found->second,
                                                  {reinterpret_cast<const char*>(data), size});
          }
          return 0;
        });
    nghttp2_session_callbacks_set_on_header_callback(
        made,
        [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
           const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* self) {
          const std::string_view text(reinterpret_cast<const char*>(name), name_size);
          if (text != "grpc-status") return 0;
          auto& streams = static_cast<H2Client*>(self)->streams_;
          if (const auto found = streams.find(frame->hd.stream_id); found != streams.end()) {
            found->second->ok = value_size == 1 && *value == '0';
          }
          return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        made, [](nghttp2_session*, std::int32_t id, std::uint32_t error, void* self) {
          static_cast<H2Client*>(self)->closed(id, error);
          return 0;
        });
    return made;
  }();
  return shared;
}

H2Client::H2Client(Poller& poller, std::uint16_t port, Stamps stamps)
    : poller_(poller), fd_(connect_loopback(port)), stamps_(stamps) {
  if (stamps_ == Stamps::kOn) stamp_arrivals(fd_);
  if (nghttp2_session_client_new(&session_, callbacks(), this) != 0) die("nghttp2");
  const nghttp2_settings_entry window{.settings_id = NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
                                      .value = kWindowBytes};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &window, 1);
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kWindowBytes);
  poller_.add(fd_, *this);
  flush();
}

H2Client::~H2Client() {
  nghttp2_session_del(session_);
  ::close(fd_);
}

void H2Client::call(std::string_view path, std::string framed,
                    std::function<void(bool, std::string_view)> done) {
  auto stream = std::make_unique<Stream>();
  stream->out = std::move(framed);
  stream->done = std::move(done);
  open(path, std::move(stream));
}

void H2Client::open_stream(std::string_view path, OnMessage on_message) {
  auto stream = std::make_unique<Stream>();
  stream->stays_open = true;
  stream->on_message = std::move(on_message);
  open_stream_ = open(path, std::move(stream));
}

void H2Client::send(std::string_view framed) {
  streams_.at(open_stream_)->out.append(framed);
  nghttp2_session_resume_data(session_, open_stream_);
}

std::int32_t H2Client::open(std::string_view path, std::unique_ptr<Stream> stream) {
  const std::array headers{header(":method", "POST"),
                           header(":scheme", "http"),
                           header(":path", path),
                           header(":authority", "127.0.0.1"),
                           header("content-type", "application/grpc"),
                           header("te", "trailers"),
                           header("user-agent", "grpc-bench/1")};
  nghttp2_data_provider body{.source = {.ptr = stream.get()}, .read_callback = read_body};
  const std::int32_t id =
      nghttp2_submit_request(session_, nullptr, headers.data(), headers.size(), &body, nullptr);
  if (id < 0) die("nghttp2_submit_request");
  streams_.emplace(id, std::move(stream));
  return id;
}

ssize_t H2Client::read_body(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t size,
                            std::uint32_t* flags, nghttp2_data_source* source, void*) {
  auto& stream = *static_cast<Stream*>(source->ptr);
  const std::size_t taken = std::min(size, stream.out.size());
  if (taken == 0 && stream.stays_open) return NGHTTP2_ERR_DEFERRED;
  std::memcpy(buffer, stream.out.data(), taken);
  stream.out.erase(0, taken);
  if (stream.out.empty()) {
    if (!stream.stays_open) *flags |= NGHTTP2_DATA_FLAG_EOF;
    stream.out.shrink_to_fit();
  }
  return static_cast<ssize_t>(taken);
}

void H2Client::receive(Stream& stream, std::string_view data) {
  stream.in.append(data);
  while (stream.in.size() >= kPrefixBytes) {
    std::size_t size = 0;
    for (std::size_t i = 1; i < kPrefixBytes; ++i)
      size = size << 8 | static_cast<unsigned char>(stream.in[i]);
    if (size > kMessageBytesMax) die("a message beyond all bounds");
    if (stream.in.size() < kPrefixBytes + size) return;
    std::string message = stream.in.substr(kPrefixBytes, size);
    stream.in.erase(0, kPrefixBytes + size);
    if (stream.on_message) {
      stream.on_message(message);
    } else {
      stream.answer = std::move(message);
    }
  }
}

void H2Client::closed(std::int32_t id, std::uint32_t error) {
  auto node = streams_.extract(id);
  if (node.empty()) return;
  const Stream& stream = *node.mapped();
  if (stream.stays_open) die("the server ended a stream");
  stream.done(stream.ok && error == NGHTTP2_NO_ERROR, stream.answer);
}

void H2Client::flush() {
  const std::uint8_t* data = nullptr;
  while (true) {
    const ssize_t size = nghttp2_session_mem_send(session_, &data);
    if (size < 0) die("nghttp2_session_mem_send");
    if (size == 0) break;
    unsent_.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  }
  while (!unsent_.empty()) {
    const ssize_t sent = ::send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) die("send");
    if (sent < 0) break;
    unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  if (unsent_.empty()) unsent_.shrink_to_fit();
  if (waiting_to_write_ == unsent_.empty()) {
    waiting_to_write_ = !unsent_.empty();
    poller_.want_write(fd_, *this, waiting_to_write_);
  }
}

ssize_t H2Client::read_socket(std::uint8_t* buffer, std::size_t size) {
  if (stamps_ == Stamps::kOff) return ::read(fd_, buffer, size);
  const Arrival arrival = receive_stamped(fd_, buffer, size);
  arrived_at_ = arrival.at;
  return arrival.size;
}

void H2Client::on_ready(std::uint32_t epoll_events) {
  if (epoll_events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
    static std::array<std::uint8_t, kReadBytes> buffer;
    const ssize_t size = read_socket(buffer.data(), buffer.size());
    if (size == 0) die("the server closed a connection");
    if (size < 0 && errno != EAGAIN) die("read");
    if (size > 0 && nghttp2_session_mem_recv(session_, buffer.data(), static_cast<std::size_t>(size)) < 0)
      die("HTTP/2");
  }
  flush();
}

}  // namespace batata::bench
