#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The few parts of protobuf's wire format that hand-written codecs of small messages need.
/// Source: https://protobuf.dev/programming-guides/encoding/
namespace batata::protobuf {

enum WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

/// Takes one field after the other of a message; never reads outside it. One thread.
class Fields {
 public:
  /// `in` must outlive it, and what it gives.
  explicit Fields(std::string_view in) : in_(in) {}

  /// Steps to the next field; false at the end and after damage.
  bool next() {
    if (!ok_ || in_.empty()) return false;
    const std::uint64_t tag = varint();
    number_ = static_cast<std::uint32_t>(tag >> 3);
    type_ = static_cast<std::uint8_t>(tag & 7);
    bytes_ = {};
    if ((tag >> 3) == 0 || (tag >> 3) > 0x1fffffff) ok_ = false;
    switch (type_) {
      case kVarint:
        varint();
        break;
      case kFixed64:
        take(8);
        break;
      case kBytes:
        bytes_ = take(varint());
        break;
      case kFixed32:
        take(4);
        break;
      default:
        ok_ = false;  // groups are not used by proto3
    }
    return ok_;
  }
  /// False once the message has turned out to be damaged.
  [[nodiscard]] bool ok() const { return ok_; }
  /// Whether the present field has this number and carries bytes: a string, bytes or a message.
  [[nodiscard]] bool is(std::uint32_t number) const { return number_ == number && type_ == kBytes; }
  /// Of the present field; empty when it carries none.
  [[nodiscard]] std::string_view bytes() const { return bytes_; }

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64 && !in_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(in_.front());
      in_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    ok_ = false;
    return 0;
  }
  std::string_view take(std::uint64_t n) {
    if (!ok_ || n > in_.size()) {
      ok_ = false;
      return {};
    }
    const auto taken = in_.substr(0, n);
    in_.remove_prefix(n);
    return taken;
  }

  std::string_view in_, bytes_;
  std::uint32_t number_ = 0;
  std::uint8_t type_ = 0;
  bool ok_ = true;
};

[[nodiscard]] inline std::size_t varint_size(std::uint64_t value) {
  std::size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    ++size;
  }
  return size;
}
inline void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}
/// What a field of this many bytes takes up, if its number is below 16.
[[nodiscard]] inline std::size_t field_size(std::size_t bytes) {
  return 1 + varint_size(bytes) + bytes;
}
/// Begins a field of that many bytes, which are to follow. `number`: 1 to 15.
inline void put_field_head(std::string& out, std::uint32_t number, std::size_t bytes) {
  out.push_back(static_cast<char>(number << 3 | kBytes));
  put_varint(out, bytes);
}
/// Appends a field that is a string, bytes or a message. `number`: 1 to 15.
inline void put_bytes(std::string& out, std::uint32_t number, std::string_view bytes) {
  put_field_head(out, number, bytes.size());
  out.append(bytes);
}
/// Appends a field that is a number or an enumerator. `number`: 1 to 15.
inline void put_number(std::string& out, std::uint32_t number, std::uint64_t value) {
  out.push_back(static_cast<char>(number << 3 | kVarint));
  put_varint(out, value);
}

}  // namespace batata::protobuf
