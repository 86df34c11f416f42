#include "net/output.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

#include "net/tls/tls_stream.h"

namespace batata::net {

void Output::append_shared(std::shared_ptr<const void> owner, std::string_view bytes) {
  if (bytes.size() < kWorthSharing) return append(bytes);
  shared_.push_back({flat_.size(), std::move(owner), bytes});
  shared_bytes_ += bytes.size();
}

template <class Visit>
void Output::each_unsent(Visit visit) const {
  std::size_t skip = sent_, flat_at = 0;
  const auto piece = [&](std::string_view bytes) {
    const std::size_t skipped = bytes.size() < skip ? bytes.size() : skip;
    skip -= skipped;
    bytes.remove_prefix(skipped);
    return bytes.empty() || visit(bytes);
  };
  const std::string_view flat = flat_;
  for (const Shared& shared : shared_) {
    if (!piece(flat.substr(flat_at, shared.at - flat_at)) || !piece(shared.bytes)) return;
    flat_at = shared.at;
  }
  piece(flat.substr(flat_at));
}

Output::Sent Output::send_to(int socket, bool last) {
  const int flags = MSG_NOSIGNAL | (last ? MSG_MORE : 0);
  while (!empty()) {
    ssize_t sent;
    if (shared_.empty()) {
      sent = ::send(socket, flat_.data() + sent_, flat_.size() - sent_, flags);
    } else {
      std::array<iovec, kPiecesMax> pieces;
      std::size_t n = 0;
      each_unsent([&](std::string_view bytes) {
        pieces[n++] = {const_cast<char*>(bytes.data()), bytes.size()};
        return n < pieces.size();
      });
      msghdr message{};
      message.msg_iov = pieces.data();
      message.msg_iovlen = n;
      sent = ::sendmsg(socket, &message, flags);
    }
    if (sent >= 0) {
      sent_ += static_cast<std::size_t>(sent);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return Sent::kBlocked;
    } else if (errno != EINTR) {
      return Sent::kFailed;
    }
  }
  clear();
  return Sent::kAll;
}

// The front of what is unsent, as much as a record holds. One long piece is not copied; short ones are
// gathered, because each record costs a seal and some bytes.
std::string_view Output::next_record(std::string& gathered) const {
  gathered.clear();
  std::string_view record;
  each_unsent([&](std::string_view bytes) {
    if (gathered.empty() && bytes.size() >= TlsStream::kRecordBytes) {
      record = bytes.substr(0, TlsStream::kRecordBytes);
      return false;
    }
    gathered.append(bytes.substr(0, TlsStream::kRecordBytes - gathered.size()));
    return gathered.size() < TlsStream::kRecordBytes;
  });
  return record.empty() ? std::string_view(gathered) : record;
}

Output::Sent Output::send_to(TlsStream& stream, bool last) {
  thread_local std::string gathered;
  while (!empty()) {
    const auto [step, bytes] = stream.send(next_record(gathered), last);
    if (step == TlsStream::Step::kWantsOutput) return Sent::kBlocked;
    if (step != TlsStream::Step::kDone) return Sent::kFailed;
    sent_ += bytes;
  }
  clear();
  return Sent::kAll;
}

void Output::take(std::string& bytes, std::size_t most) {
  const std::size_t before = bytes.size();
  each_unsent([&](std::string_view piece) {
    bytes.append(piece.substr(0, most - (bytes.size() - before)));
    return bytes.size() - before < most;
  });
  sent_ += bytes.size() - before;
  if (empty()) clear();
}

void Output::clear() {
  flat_.clear();
  shared_.clear();
  shared_bytes_ = sent_ = 0;
}

}  // namespace batata::net
