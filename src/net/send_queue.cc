#include "net/send_queue.h"

#include <algorithm>
#include <utility>

namespace batata::net {

void SendQueue::push_message(std::shared_ptr<const std::string> message) {
  const std::size_t n = message->size();
  Piece piece;
  for (std::size_t i = 0; i < 4; ++i) piece.prefix[i + 1] = static_cast<char>(n >> (24 - 8 * i));
  piece.prefix_left = 5;
  piece.bytes = *message;
  piece.owner = std::move(message);
  pieces_.push_back(std::move(piece));
  size_ += 5 + n;
}

void SendQueue::push_bytes(std::shared_ptr<const void> owner, std::string_view bytes) {
  if (bytes.empty()) return;
  Piece piece;
  piece.bytes = bytes;
  piece.owner = std::move(owner);
  pieces_.push_back(std::move(piece));
  size_ += bytes.size();
}

std::size_t SendQueue::move_to(Output& out, std::size_t n) {
  size_ -= n;
  const std::size_t first = first_;
  while (n > 0) {
    Piece& piece = pieces_[first_];
    const std::size_t prefix = std::min<std::size_t>(n, piece.prefix_left);
    out.append({piece.prefix.data() + piece.prefix.size() - piece.prefix_left, prefix});
    piece.prefix_left = static_cast<std::uint8_t>(piece.prefix_left - prefix);
    n -= prefix;
    const std::size_t bytes = std::min(n, piece.bytes.size());
    const bool last = piece.prefix_left == 0 && bytes == piece.bytes.size();
    out.append_shared(last ? std::move(piece.owner) : piece.owner, piece.bytes.substr(0, bytes));
    piece.bytes.remove_prefix(bytes);
    n -= bytes;
    if (last) ++first_;
  }
  const std::size_t ended = first_ - first;
  if (size_ == 0) {
    std::vector<Piece>().swap(pieces_);  // an idle stream holds no buffers
    first_ = 0;
  } else if (first_ > 64 && first_ * 2 > pieces_.size()) {
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  return ended;
}

}  // namespace batata::net
