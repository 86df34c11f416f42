#include "net/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "net/socket_address.h"

namespace batata::net {
namespace {

constexpr int kBacklog = 4096;
constexpr int kAcceptsPerTurn = 64;  // so that a storm of new connections does not starve the old ones
constexpr auto kPause = std::chrono::milliseconds(100);

tl::unexpected<Error> not_bound(const ListenAddress& where, int error) {
  const std::string place = "port " + std::to_string(where.port) + " of " + where.address;
  switch (error) {
    case EADDRINUSE:
      return fail(Errc::kUnavailable, place + " is taken by another process");
    case EACCES:
      return fail(Errc::kPermissionDenied, place + " may not be bound by this user");
    case EADDRNOTAVAIL:
      return fail(Errc::kNotFound, "this machine has no address " + where.address);
    default:
      return fail(Errc::kInternal, "cannot listen on " + place + ": " + strerrordesc_np(error));
  }
}

Result<SocketAddress> address_of(const ListenAddress& where) {
  const auto to = socket_address(where.address, where.port);
  if (!to) return fail(Errc::kInvalidArgument, "'" + where.address + "' is not an IP address to listen on");
  return *to;
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

// An open socket bound to `to`; errno tells why when there is none.
int bind_socket(const SocketAddress& to, bool shared) {
  FileDescriptor socket(::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.get() < 0) return -1;
  const int on = 1, off = 0;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (shared) ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (to.storage.ss_family == AF_INET6)
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (::bind(socket.get(), to.get(), to.size) != 0) return -1;
  return socket.release();
}

}  // namespace

std::uint16_t bound_port(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size);
  return ntohs(storage.ss_family == AF_INET ? reinterpret_cast<sockaddr_in&>(storage).sin_port
                                            : reinterpret_cast<sockaddr_in6&>(storage).sin6_port);
}

Status check_free(const ListenAddress& where) {
  const auto to = address_of(where);
  if (!to) return tl::unexpected(to.error());
  // SO_REUSEPORT would let a second server of the same user share the port and take half of the
  // connections. A socket without it shows whether somebody listens there already.
  const FileDescriptor probe(bind_socket(*to, false));
  if (probe.get() < 0) return not_bound(where, errno);
  return {};
}

Result<int> listen_on(const ListenAddress& where, bool first) {
  if (first) {
    if (auto free = check_free(where); !free) return tl::unexpected(std::move(free.error()));
  }
  const auto to = address_of(where);
  if (!to) return tl::unexpected(to.error());
  FileDescriptor socket(bind_socket(*to, true));
  if (socket.get() < 0 || ::listen(socket.get(), kBacklog) != 0) return not_bound(where, errno);
  return socket.release();
}

void Listener::start() {
  registered_ = thread_.poller().add_listener(socket_, *this);
  if (!registered_) pause(errno);
}

void Listener::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  cancel();
}

void Listener::on_ready(Ready) {
  accept_some();
}

// As many as can have waited when it began; who still comes then would go on for ever.
void Listener::accept_all() {
  for (int rounds = kBacklog / kAcceptsPerTurn; rounds > 0 && accept_some();) --rounds;
}

// False: none waits any more, or none can be taken.
bool Listener::accept_some() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int socket =
        ::accept4(socket_, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      thread_.adopt(socket, entry_, peer);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      pause(errno);
      return false;
    } else if (errno != ECONNABORTED && errno != EINTR) {
      return false;
    }
  }
  return true;
}

// The waiting connection would wake the thread again at once: it would spin until a descriptor is free.
void Listener::pause(int error) {
  Meters& meters = *thread_.service().meters;
  meters.count(Meters::kAcceptPaused);
  if (meters.begin_shortage(thread_.now()))
    log::error("connections wait, none can be accepted reason={}", strerrordesc_np(error));
  paused_ = true;
  if (registered_) thread_.poller().set_paused(socket_, *this, true);
  thread_.timers().set(*this, thread_.now() + kPause);
}

void Listener::expired() {
  Meters& meters = *thread_.service().meters;
  const SteadyTime now = thread_.now();
  if (std::exchange(paused_, false)) {
    thread_.timers().set(*this, now + Meters::kCalm);
    if (!registered_) return start();
    return thread_.poller().set_paused(socket_, *this, false);
  }
  if (meters.end_shortage(now)) {
    log::info("connections are accepted again");
  } else if (meters.short_of_descriptors()) {
    thread_.timers().set(*this, now + Meters::kCalm);
  }
}

}  // namespace batata::net
