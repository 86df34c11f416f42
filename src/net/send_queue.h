#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/output.h"
#include "net/send_meter.h"

namespace batata::net {

/// The bytes that one HTTP/2 stream has still to send, as references to what their owners keep. Empty queues
/// hold no memory. One thread.
class SendQueue {
 public:
  /// Queues one gRPC message behind its five bytes of framing.
  void push_message(std::shared_ptr<const std::string> message);
  /// Queues bytes that `owner` keeps alive, if there are any.
  void push_bytes(std::shared_ptr<const void> owner, std::string_view bytes);
  [[nodiscard]] std::size_t size() const { return size_; }
  /// The same with what the pieces cost beside their bytes.
  [[nodiscard]] std::size_t cost() const { return size_ + (pieces_.size() - first_) * kPieceCost; }
  /// Moves the first `n` bytes, at most size(), to `out`; gives the number of pieces that came to their end.
  std::size_t move_to(Output& out, std::size_t n);

 private:
  struct Piece {
    std::array<char, 5> prefix{};
    std::uint8_t prefix_left = 0;
    std::shared_ptr<const void> owner;
    std::string_view bytes;
  };
  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  // of the pieces that are not sent
  std::size_t size_ = 0;
};

}  // namespace batata::net
