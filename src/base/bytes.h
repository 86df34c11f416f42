#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace batata {

static_assert(std::endian::native == std::endian::little,
              "our formats are little-endian and written as they lie");

/// Appends values to a byte string in the encoding of our own formats: little-endian, strings with a length
/// before them. Not thread-safe.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}
  void u8(std::uint8_t v) { out_.push_back(static_cast<char>(v)); }
  void u32(std::uint32_t v) { raw(&v, sizeof v); }
  void u64(std::uint64_t v) { raw(&v, sizeof v); }
  void i64(std::int64_t v) { raw(&v, sizeof v); }
  /// An unsigned number in 1 to 10 bytes, 7 bits a byte, low bits first.
  void varint(std::uint64_t v) {
    while (v >= 0x80) {
      u8(static_cast<std::uint8_t>(v | 0x80));
      v >>= 7;
    }
    u8(static_cast<std::uint8_t>(v));
  }
  /// A varint length, then the bytes.
  void string(std::string_view v) {
    varint(v.size());
    out_.append(v);
  }
  void f64(double v) { u64(std::bit_cast<std::uint64_t>(v)); }

 private:
  void raw(const void* p, std::size_t n) { out_.append(static_cast<const char*>(p), n); }
  std::string& out_;
};

/// Reads what ByteWriter wrote. A read past the end sets `ok()` to false for good and gives zeros; nothing is
/// ever read outside the input. Views point into the input.
class ByteReader {
 public:
  explicit ByteReader(std::string_view in) : in_(in) {}
  bool ok() const { return ok_; }
  bool at_end() const { return in_.empty(); }
  std::string_view rest() const { return in_; }
  std::uint8_t u8() { return read<std::uint8_t>(); }
  std::uint32_t u32() { return read<std::uint32_t>(); }
  std::uint64_t u64() { return read<std::uint64_t>(); }
  std::int64_t i64() { return read<std::int64_t>(); }
  double f64() { return std::bit_cast<double>(u64()); }
  std::uint64_t varint() {
    std::uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t byte = u8();
      v |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return v;
    }
    ok_ = false;
    return 0;
  }
  std::string_view string() {
    const std::uint64_t n = varint();
    return bytes(n);
  }
  std::string_view bytes(std::uint64_t n) {
    if (!ok_ || n > in_.size()) {
      ok_ = false;
      return {};
    }
    const auto v = in_.substr(0, n);
    in_.remove_prefix(n);
    return v;
  }

 private:
  template <class T>
  T read() {
    T v{};
    const auto b = bytes(sizeof v);
    if (ok_) std::memcpy(&v, b.data(), sizeof v);
    return v;
  }
  std::string_view in_;
  bool ok_ = true;
};

}  // namespace batata
