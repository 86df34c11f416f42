#include "net/client/client_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/system_error.h"

namespace batata::net {
namespace {

std::string authority_of(const GrpcTarget& target) {
  const bool is_v6 = target.host.find(':') != target.host.npos;
  return (is_v6 ? "[" + target.host + "]" : target.host) + ":" + std::to_string(target.port);
}

std::string reason_of(const std::string& what, int error) {
  return system_failure(what, error).value().message;
}

}  // namespace

ClientConnection::ClientConnection(ClientThread& thread, Owner& owner, const GrpcTarget& target,
                                   const ClientLimits& limits)
    : thread_(thread), owner_(&owner), target_(target), limits_(limits) {}

ClientConnection::~ClientConnection() {
  if (socket_ >= 0) ::close(socket_);
}

Status ClientConnection::begin(const SocketAddress& address) {
  const AddressText text = address_text(address.storage);
  address_ = text.text + " port " + std::to_string(text.port);
  socket_ = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return fail(Errc::kUnavailable, reason_of("no socket", errno));
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // A peer that is dead while we have said something: the system finds out by itself.
  const auto patience = static_cast<unsigned>(limits_.ping_timeout.count());
  ::setsockopt(socket_, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
  if (::connect(socket_, address.get(), address.size) != 0 && errno != EINPROGRESS)
    return fail(Errc::kUnavailable, reason_of("cannot connect to " + address_, errno));
  if (!thread_.poller().add_stream(socket_, *this))
    return fail(Errc::kUnavailable, "no room for another socket");
  return {};
}

void ClientConnection::on_ready(Ready ready) {
  if (phase_ == Phase::kEnded) return;  // earlier in this turn
  input_.note(ready);
  if (phase_ == Phase::kConnecting && !((ready.writable || ready.hangup) && connected())) return;
  if (phase_ == Phase::kHandshake && !shake_hands()) return;
  if (ready.writable) blocked_ = false;
  read();
  request_flush();  // with what else this turn makes it say
}

// True: it is, and TLS or HTTP/2 may begin.
bool ClientConnection::connected() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    end(reason_of("cannot connect to " + address_, error));
    return false;
  }
  if (target_.tls == nullptr) {
    open();
    return true;
  }
  tls_ = target_.tls->connect(socket_, target_.server_name.empty() ? target_.host : target_.server_name);
  if (tls_ == nullptr) {
    end("TLS with " + address_ + " cannot begin");
    return false;
  }
  phase_ = Phase::kHandshake;
  return true;
}

bool ClientConnection::shake_hands() {
  switch (tls_->handshake()) {
    case TlsStream::Step::kDone:
      break;
    case TlsStream::Step::kWantsInput:
    case TlsStream::Step::kWantsOutput:
      return false;
    default:
      end("no TLS with " + address_ + ": " + tls_->failure());
      return false;
  }
  if (tls_->protocol() != "h2") {
    end(address_ + " does not speak HTTP/2 over TLS");
    return false;
  }
  input_.readable = true;  // its first word may have been read with the last of the handshake
  open();
  return true;
}

void ClientConnection::open() {
  phase_ = Phase::kOpen;
  session_ = std::make_unique<ClientSession>(*this, limits_, authority_of(target_), tls_ != nullptr);
}

void ClientConnection::read() {
  for (int i = 0; i < SocketInput::kReadsPerTurn; ++i) {
    if (phase_ != Phase::kOpen || !input_.readable || read_later_) return;
    const auto buffer = thread_.read_buffer();
    std::size_t size = 0;
    const auto taken = input_.take(socket_, tls_.get(), buffer, size);
    if (taken == SocketInput::Taken::kNothing) return;
    if (taken == SocketInput::Taken::kEnd) {
      const bool refused = tls_ != nullptr && !tls_->failure().empty();
      return end(address_ + " has closed the connection" + (refused ? ": " + tls_->failure() : ""));
    }
    if (taken == SocketInput::Taken::kAgain) continue;
    session_->receive(buffer.first(size));
    request_flush();
  }
  if (phase_ != Phase::kOpen || !input_.readable) return;
  read_later_ = true;
  thread_.read_later(shared_from_this());
}

void ClientConnection::read_on() {
  read_later_ = false;
  read();
}

void ClientConnection::request_flush() {
  if (flush_asked_ || phase_ != Phase::kOpen) return;
  flush_asked_ = true;
  thread_.flush_later(shared_from_this());
}

void ClientConnection::flush_if_asked() {
  if (std::exchange(flush_asked_, false)) flush();
}

// False: it has ended.
bool ClientConnection::send_all() {
  while (!blocked_) {
    session_->produce();
    if (output_.empty()) return true;
    const auto sent = tls_ != nullptr ? output_.send_to(*tls_) : output_.send_to(socket_);
    if (sent == Output::Sent::kBlocked) blocked_ = true;
    if (sent == Output::Sent::kFailed) {
      end("the connection to " + address_ + " was lost");
      return false;
    }
  }
  return true;
}

void ClientConnection::flush() {
  if (phase_ != Phase::kOpen || !send_all()) return;
  if (session_->aborted()) return end(address_ + ": " + session_->failure());
  if (session_->finished() && output_.empty()) {
    const std::string& failure = session_->failure();
    return end(address_ + ": " + (failure.empty() ? "the connection has come to its end" : failure));
  }
  if (owner_ != nullptr) owner_->connection_changed(*this);
}

void ClientConnection::set_deadline(SteadyTime when) {
  deadline_ = when;
  if (when != SteadyTime::never() && (!is_set() || when < due())) thread_.timers().set(*this, when);
}

// A deadline that moves away leaves the timer where it is, so that calls touch no timer of the connection.
void ClientConnection::expired() {
  if (phase_ != Phase::kOpen || deadline_ == SteadyTime::never()) return;
  if (now() < deadline_) return thread_.timers().set(*this, deadline_);
  deadline_ = SteadyTime::never();
  session_->deadline_passed();
  request_flush();
}

void ClientConnection::end(const std::string& why) {
  if (phase_ == Phase::kEnded) return;
  const auto keep = shared_from_this();
  close();
  if (session_ != nullptr) session_->lost(why);
  if (owner_ != nullptr) owner_->connection_ended(*this, why);
}

void ClientConnection::forsake() {
  if (phase_ == Phase::kEnded) return;
  owner_ = nullptr;
  if (phase_ == Phase::kOpen) {
    session_->wind_down();
    (void)send_all();
  }
  end("the client was closed");
}

void ClientConnection::close() {
  phase_ = Phase::kEnded;
  cancel();
  thread_.bury(shared_from_this());
  if (tls_ != nullptr) tls_->say_goodbye();
  tls_.reset();
  ::close(std::exchange(socket_, -1));
}

}  // namespace batata::net
