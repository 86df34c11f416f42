#include "net/udp_socket.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "net/listener.h"

namespace batata::net {

struct UdpSocket::Buffers {
  // One byte more than is taken, so that longer datagrams are told from those that just fit.
  std::array<std::array<char, wire::Datagrams::kReceivedMax + 1>, kBatch> bytes;
  std::array<sockaddr_storage, kBatch> from;
  std::array<iovec, kBatch> parts;
  std::array<mmsghdr, kBatch> messages;
};

Result<std::unique_ptr<UdpSocket>> UdpSocket::open(Runtime& loop, const ListenAddress& where) {
  const auto to = socket_address(where.address, where.port);
  if (!to) return fail(Errc::kInvalidArgument, "'" + where.address + "' is not an IP address to listen on");
  const int socket = ::socket(to->storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int off = 0;
  if (socket >= 0 && to->storage.ss_family == AF_INET6)
    ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (socket < 0 || ::bind(socket, to->get(), to->size) != 0) {
    const int error = errno;
    if (socket >= 0) ::close(socket);
    return fail(Errc::kUnavailable,
                "cannot open a UDP port of " + where.address + ": " + strerrordesc_np(error));
  }
  return std::unique_ptr<UdpSocket>(new UdpSocket(loop, socket, to->storage.ss_family));
}

UdpSocket::UdpSocket(Runtime& loop, int socket, sa_family_t family)
    : loop_(loop), socket_(socket), family_(family), buffers_(std::make_unique<Buffers>()) {
  const bool added = poller_.add_stream(socket_, *this);
  BATATA_ASSERT(added);  // a process that starts has room for one more
  thread_ = std::thread([this] { run(); });
}

UdpSocket::~UdpSocket() {
  stopping_ = true;
  poller_.wake();
  thread_.join();
  ::close(socket_);
}

std::uint16_t UdpSocket::port() const {
  return bound_port(socket_);
}

void UdpSocket::on_receive(Receiver receiver) {
  inbox_->receiver = std::move(receiver);
}

bool UdpSocket::send(const wire::DatagramPeer& to, std::shared_ptr<const std::string> bytes) {
  if (bytes->size() > kBytesMax || queued_ >= kQueuedMax) return false;
  const auto address = socket_address(to.address, to.port, family_);
  if (!address) return false;
  ++queued_;
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = outgoing_.empty();
    outgoing_.push_back({*address, std::move(bytes)});
  }
  if (was_empty) poller_.wake();
  return true;
}

void UdpSocket::on_ready(Ready ready) {
  readable_ = readable_ || ready.readable;
  writable_ = writable_ || ready.writable;
}

void UdpSocket::run() {
  while (!stopping_) {
    const auto timeout = readable_ ? std::optional<Duration>(Duration::zero()) : std::nullopt;
    for (const auto& [target, ready] : poller_.wait(timeout)) target->on_ready(ready);
    for (int i = 0; i < kBatchesPerTurn && readable_; ++i) readable_ = receive_batch();
    send_all();
  }
}

// False when nothing is left. Errors of other peers' ports reach nobody: the socket is not connected.
bool UdpSocket::receive_batch() {
  Buffers& in = *buffers_;
  for (std::size_t i = 0; i < kBatch; ++i) {
    in.parts[i] = {in.bytes[i].data(), in.bytes[i].size()};
    in.messages[i] = {};
    in.messages[i].msg_hdr.msg_name = &in.from[i];
    in.messages[i].msg_hdr.msg_namelen = sizeof in.from[i];
    in.messages[i].msg_hdr.msg_iov = &in.parts[i];
    in.messages[i].msg_hdr.msg_iovlen = 1;
  }
  const int got = ::recvmmsg(socket_, in.messages.data(), kBatch, MSG_DONTWAIT, nullptr);
  if (got <= 0) return got < 0 && errno == EINTR;
  std::vector<Arrived> arrived;
  for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
    const std::size_t size = in.messages[i].msg_len;
    if (size > kReceivedMax) continue;
    AddressText from = address_text(in.from[i]);
    arrived.push_back({std::string(in.bytes[i].data(), size), {std::move(from.text), from.port}});
  }
  if (!arrived.empty() && inbox_->on_the_way + arrived.size() <= kOnTheWayMax) {
    inbox_->on_the_way += arrived.size();
    loop_.post([inbox = inbox_, arrived = std::move(arrived)] {
      inbox->on_the_way -= arrived.size();
      for (const Arrived& one : arrived)
        if (inbox->receiver) inbox->receiver(one.bytes, one.from);
    });
  }
  return true;
}

void UdpSocket::send_all() {
  while (writable_) {
    if (sent_ == sending_.size()) {
      sending_.clear();
      sent_ = 0;
      const std::lock_guard lock(mutex_);
      sending_.swap(outgoing_);
    }
    const std::size_t count = std::min(sending_.size() - sent_, kBatch);
    if (count == 0) return;
    std::array<iovec, kBatch> parts{};
    std::array<mmsghdr, kBatch> messages{};
    for (std::size_t i = 0; i < count; ++i) {
      Outgoing& one = sending_[sent_ + i];
      parts[i] = {const_cast<char*>(one.bytes->data()), one.bytes->size()};  // sendmmsg only reads
      messages[i].msg_hdr.msg_name = &one.to.storage;
      messages[i].msg_hdr.msg_namelen = one.to.size;
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int done = ::sendmmsg(socket_, messages.data(), static_cast<unsigned>(count), MSG_DONTWAIT);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      writable_ = false;
      return;
    }
    // Of an error the first one is to blame: its network is not there, or too small. It counts as lost.
    const std::size_t gone = done < 0 ? 1 : static_cast<std::size_t>(done);
    sent_ += gone;
    queued_ -= gone;
  }
}

}  // namespace batata::net
