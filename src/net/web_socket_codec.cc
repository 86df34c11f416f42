#include "net/web_socket_codec.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/utf8.h"

namespace batata::net {
namespace {

using wire::CloseCode;

constexpr unsigned char kFinal = 0x80, kReserved = 0x70, kOpcodeBits = 0x0f;
constexpr unsigned char kMasked = 0x80, kLengthBits = 0x7f;
constexpr unsigned char kLength16 = 126, kLength64 = 127;  // the length follows in 2 and in 8 bytes
constexpr std::size_t kControlMax = 125, kCodeBytes = 2;
constexpr std::size_t kUtf8Max = 4;

bool is_control(Opcode opcode) {
  return (static_cast<std::uint8_t>(opcode) & 0x8) != 0;
}

bool is_known(Opcode opcode) {
  const auto value = static_cast<std::uint8_t>(opcode);
  return value <= 0x2 || (value >= 0x8 && value <= 0xa);
}

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

// `at`: of bytes of the payload before these.
void unmask(std::span<char> bytes, const std::array<unsigned char, 4>& mask, std::size_t at) {
  std::array<unsigned char, sizeof(std::uint64_t)> turned{};  // the mask from `at` on, twice
  for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = mask[(at + i) % mask.size()];
  const auto word_mask = std::bit_cast<std::uint64_t>(turned);
  while (bytes.size() >= sizeof word_mask) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    word ^= word_mask;
    std::memcpy(bytes.data(), &word, sizeof word);
    bytes = bytes.subspan(sizeof word);
  }
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ turned[i]);
}

// Which a client may send: those of the protocol and those of libraries and applications.
bool may_be_sent(unsigned code) {
  const auto of_protocol = [code] { return code <= 1014 && code != 1004 && code != 1005 && code != 1006; };
  return (code >= 1000 && code < 3000 && of_protocol()) || (code >= 3000 && code < 5000);
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace

void append_frame_head(std::string& out, Opcode opcode, std::uint64_t size) {
  out += static_cast<char>(kFinal | static_cast<unsigned char>(opcode));
  if (size < kLength16) {
    out += static_cast<char>(size);
  } else if (size <= 0xffff) {
    out += static_cast<char>(kLength16);
    append_big_endian(out, size, 2);
  } else {
    out += static_cast<char>(kLength64);
    append_big_endian(out, size, 8);
  }
}

void append_close_frame(std::string& out, CloseCode code, std::string_view reason) {
  if (code == CloseCode::kNoStatus) return append_frame_head(out, Opcode::kClose, 0);
  std::size_t size = 0;
  while (size < reason.size()) {
    const std::size_t character = utf8_size(reason.substr(size));
    if (character == 0 || size + character > kControlMax - kCodeBytes) break;
    size += character;
  }
  append_frame_head(out, Opcode::kClose, kCodeBytes + size);
  append_big_endian(out, static_cast<std::uint16_t>(code), kCodeBytes);
  out.append(reason.substr(0, size));
}

WebSocketEnd read_close_payload(std::string_view payload, bool& allowed) {
  allowed = true;
  if (payload.empty()) return {CloseCode::kNoStatus, {}};
  if (payload.size() >= kCodeBytes) {
    const unsigned code =
        static_cast<unsigned char>(payload[0]) << 8U | static_cast<unsigned char>(payload[1]);
    payload.remove_prefix(kCodeBytes);
    if (!is_utf8(payload)) {
      allowed = false;
      return {CloseCode::kInvalidPayload, "the reason is not UTF-8"};
    }
    if (may_be_sent(code)) return {static_cast<CloseCode>(code), payload};
  }
  allowed = false;
  return {CloseCode::kProtocolError, "a close code that may not be sent"};
}

WebSocketReader::Step WebSocketReader::take(std::span<char>& bytes) {
  if (message_given_) {
    std::string().swap(message_);
    message_given_ = false;
  }
  for (;;) {
    if (!in_payload_) {
      if (!take_head(bytes)) return Step::kMore;
      if (check_head() == Step::kFault) return Step::kFault;
    }
    const Step step = take_payload(bytes);
    if (step != Step::kMore || in_payload_) return step;
  }
}

// True when the head of a frame is whole.
bool WebSocketReader::take_head(std::span<char>& bytes) {
  for (;;) {
    std::size_t wanted = 2;
    if (head_size_ >= 2) {
      const unsigned char length = head_[1] & kLengthBits;
      wanted += length == kLength16 ? 2 : length == kLength64 ? 8 : 0;
      wanted += (head_[1] & kMasked) != 0 ? 4 : 0;
      if (head_size_ == wanted) return true;
    }
    if (bytes.empty()) return false;
    const std::size_t n = std::min(wanted - head_size_, bytes.size());
    std::copy_n(bytes.begin(), n, head_.begin() + static_cast<std::ptrdiff_t>(head_size_));
    head_size_ += n;
    bytes = bytes.subspan(n);
  }
}

WebSocketReader::Step WebSocketReader::check_head() {
  frame_ = static_cast<Opcode>(head_[0] & kOpcodeBits);
  final_ = (head_[0] & kFinal) != 0;
  if ((head_[0] & kReserved) != 0)
    return fault(CloseCode::kProtocolError, "an extension that was not agreed on");
  if (!is_known(frame_)) return fault(CloseCode::kProtocolError, "an unknown opcode");
  if ((head_[1] & kMasked) == 0) return fault(CloseCode::kProtocolError, "a frame without a mask");
  const unsigned char length = head_[1] & kLengthBits;
  const std::size_t extra = length == kLength16 ? 2 : length == kLength64 ? 8 : 0;
  left_ = extra == 0 ? length : 0;
  for (std::size_t i = 0; i < extra; ++i) left_ = left_ << 8 | head_[2 + i];
  if ((extra == 2 && left_ < kLength16) || (extra == 8 && left_ <= 0xffff))
    return fault(CloseCode::kProtocolError, "a length in more bytes than it needs");
  std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(2 + extra), mask_.size(), mask_.begin());
  masked_at_ = 0;
  if (is_control(frame_)) {
    if (!final_) return fault(CloseCode::kProtocolError, "a control frame in pieces");
    if (left_ > kControlMax)
      return fault(CloseCode::kProtocolError, "a control frame of more than 125 bytes");
    control_.clear();
  } else {
    if ((frame_ == Opcode::kContinuation) != in_message_)
      return fault(CloseCode::kProtocolError,
                   in_message_ ? "a message within a message" : "nothing to continue");
    if (!in_message_) {
      kind_ = frame_;
      checked_ = 0;
      in_message_ = true;
    }
    if (left_ > message_bytes_ - message_.size())
      return fault(CloseCode::kMessageTooBig, "the message is too large");
  }
  head_size_ = 0;
  in_payload_ = true;
  return Step::kMore;
}

WebSocketReader::Step WebSocketReader::take_payload(std::span<char>& bytes) {
  const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  const auto piece = bytes.first(n);
  unmask(piece, mask_, masked_at_);
  bytes = bytes.subspan(n);
  masked_at_ += n;
  left_ -= n;
  in_payload_ = left_ > 0;
  const std::string_view text(piece.data(), piece.size());
  if (is_control(frame_)) {
    control_.append(text);
    return in_payload_ ? Step::kMore : whole(frame_, control_);
  }
  const bool complete = !in_payload_ && final_;
  // A message that comes at once is seen where it lies.
  const bool at_once = complete && message_.empty();
  if (!at_once) message_.append(text);
  if (kind_ == Opcode::kText && !check_text(at_once ? text : std::string_view(message_), complete))
    return fault(CloseCode::kInvalidPayload, "text that is not UTF-8");
  if (!complete) return Step::kMore;
  in_message_ = false;
  message_given_ = true;
  return whole(kind_, at_once ? text : std::string_view(message_));
}

WebSocketReader::Step WebSocketReader::whole(Opcode opcode, std::string_view payload) {
  opcode_ = opcode;
  payload_ = payload;
  return Step::kWhole;
}

WebSocketReader::Step WebSocketReader::fault(CloseCode code, std::string_view reason) {
  fault_ = {code, reason};
  return Step::kFault;
}

// Looks at what has come since the last time. Fails early: at the first character that cannot become one.
bool WebSocketReader::check_text(std::string_view text, bool complete) {
  while (checked_ < text.size()) {
    const std::string_view rest = text.substr(checked_);
    const std::size_t size = utf8_size(rest);
    if (size == 0) return !complete && rest.size() < kUtf8Max;
    checked_ += size;
  }
  return true;
}

}  // namespace batata::net
