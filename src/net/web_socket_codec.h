#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "wire/web_socket.h"

namespace batata::net {

/// Source: RFC 6455, section 5.2.
enum class Opcode : std::uint8_t {
  kContinuation = 0x0,
  kText = 0x1,
  kBinary = 0x2,
  kClose = 0x8,
  kPing = 0x9,
  kPong = 0xa,
};

/// Appends the head of a frame from a server: a whole message or a control frame, of `size` bytes.
void append_frame_head(std::string& out, Opcode opcode, std::uint64_t size);
/// Appends a whole close frame. kNoStatus says nothing; `reason` is cut at the last character that fits.
void append_close_frame(std::string& out, wire::CloseCode code, std::string_view reason);

/// How a WebSocket ends, and why in a few words.
struct WebSocketEnd {
  wire::CloseCode code = wire::CloseCode::kNormal;
  std::string_view reason;
};
/// What the client's close frame says; its own fault when that is not allowed.
[[nodiscard]] WebSocketEnd read_close_payload(std::string_view payload, bool& allowed);

/// Takes messages and control frames out of the bytes of a client. It buffers only what is not whole yet, at
/// most one message of the limit. One thread.
class WebSocketReader {
 public:
  /// `message_bytes`: of one message, however many frames it comes in.
  explicit WebSocketReader(std::size_t message_bytes) : message_bytes_(message_bytes) {}

  enum class Step : std::uint8_t {
    kMore,   ///< all bytes are taken, nothing is whole
    kWhole,  ///< opcode() and payload() are a message or a control frame
    kFault,  ///< the client breaks the protocol or the limit; nothing more may be taken
  };
  /// Takes bytes from the front of `bytes`, which it unmasks in place and leaves out.
  Step take(std::span<char>& bytes);

  /// kText, kBinary, kClose, kPing or kPong.
  [[nodiscard]] Opcode opcode() const { return opcode_; }
  /// A view of the bytes that were taken, or of a buffer; until the next take().
  [[nodiscard]] std::string_view payload() const { return payload_; }
  [[nodiscard]] const WebSocketEnd& fault() const { return fault_; }
  /// Bytes kept of a message that is not whole.
  [[nodiscard]] std::size_t buffered() const { return message_.size(); }
  /// Gives up what it keeps; nothing more may be taken.
  void drop() {
    payload_ = {};
    std::string().swap(message_);
  }

 private:
  static constexpr std::size_t kHeadMax = 14;  // 2 bytes, 8 of length, 4 of mask
  bool take_head(std::span<char>& bytes);
  Step check_head();
  Step take_payload(std::span<char>& bytes);
  Step whole(Opcode opcode, std::string_view payload);
  Step fault(wire::CloseCode code, std::string_view reason);
  bool check_text(std::string_view text, bool complete);

  const std::size_t message_bytes_;
  std::array<unsigned char, kHeadMax> head_{};
  std::size_t head_size_ = 0;     // bytes of the head that have come
  bool in_payload_ = false;       // the head of the current frame is whole and good
  bool final_ = false;            // the current frame ends its message
  Opcode frame_ = Opcode::kText;  // of the current frame
  std::uint64_t left_ = 0;        // of its payload
  std::array<unsigned char, 4> mask_{};
  std::size_t masked_at_ = 0;    // bytes of its payload that are unmasked
  bool in_message_ = false;      // a message has begun and its last frame has not
  Opcode kind_ = Opcode::kText;  // of that message
  std::size_t checked_ = 0;      // bytes of it that are known to be UTF-8
  bool message_given_ = false;   // payload_ is of message_, which the next take() empties
  std::string message_, control_;
  Opcode opcode_ = Opcode::kText;
  std::string_view payload_;
  WebSocketEnd fault_;
};

}  // namespace batata::net
