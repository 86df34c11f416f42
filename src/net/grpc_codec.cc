#include "net/grpc_codec.h"

#include <algorithm>
#include <cstdint>

#include "base/result.h"

namespace batata::net {
namespace {

using wire::GrpcCode;
using wire::GrpcStatus;

constexpr std::size_t kGrpcMessageMax = 4096;

std::string_view five_bytes_of(std::string_view bytes) {
  return bytes.substr(0, 5);
}

std::size_t length_in(std::string_view header) {
  std::size_t n = 0;
  for (std::size_t i = 1; i < 5; ++i) n = n << 8 | static_cast<unsigned char>(header[i]);
  return n;
}

}  // namespace

std::optional<Duration> parse_grpc_timeout(std::string_view text) {
  if (text.size() < 2 || text.size() > 9) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  // 99,999,999 hours overflow nanoseconds; beyond a year a deadline is none.
  const std::int64_t kMax = std::chrono::nanoseconds(std::chrono::hours(24 * 365)).count();
  const auto scaled = [&](std::int64_t unit) { return Duration(value > kMax / unit ? kMax : value * unit); };
  switch (text.back()) {
    case 'H':
      return scaled(3'600'000'000'000);
    case 'M':
      return scaled(60'000'000'000);
    case 'S':
      return scaled(1'000'000'000);
    case 'm':
      return scaled(1'000'000);
    case 'u':
      return scaled(1'000);
    case 'n':
      return scaled(1);
    default:
      return std::nullopt;
  }
}

std::string encode_grpc_message(std::string_view message) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : message) {
    if (out.size() >= kGrpcMessageMax) break;
    if (c >= 0x20 && c <= 0x7e && c != '%') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return out;
}

std::string decode_grpc_message(std::string_view header) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char low = static_cast<char>(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const int high = header[i] == '%' && header.size() - i > 2 ? digit(header[i + 1]) : -1;
    const int low = high < 0 ? -1 : digit(header[i + 2]);
    if (low >= 0) i += 2;
    out += low < 0 ? header[i] : static_cast<char>(high << 4 | low);
  }
  return out;
}

std::string format_grpc_timeout(Duration timeout) {
  struct Unit {
    std::int64_t ns;
    char name;
  };
  constexpr Unit kUnits[] = {{1, 'n'}, {1'000, 'u'}, {1'000'000, 'm'}, {1'000'000'000, 'S'}};
  constexpr std::int64_t kMost = 99'999'999;  // eight digits
  const std::int64_t ns = std::max<std::int64_t>(timeout.count(), 1);
  for (const Unit& unit : kUnits)
    if (const std::int64_t n = ns / unit.ns + (ns % unit.ns != 0 ? 1 : 0); n <= kMost)
      return std::to_string(n) + unit.name;
  return std::to_string(std::min(ns / 3'600'000'000'000 + 1, kMost)) + 'H';
}

bool is_grpc_type(std::string_view content_type) {
  constexpr std::string_view kType = "application/grpc";
  if (!content_type.starts_with(kType)) return false;
  return content_type.size() == kType.size() || content_type[kType.size()] == '+' ||
         content_type[kType.size()] == ';';
}

// Takes the first message of `bytes`, unpacked. False: not whole, or an error.
bool MessageReader::take(std::string_view& bytes, std::string_view& message, std::string& unpacked,
                         std::optional<GrpcStatus>& error) const {
  const auto header = five_bytes_of(bytes);
  if (header.size() < 5) return false;
  const std::size_t length = length_in(header);
  const auto packed = static_cast<unsigned char>(header[0]);
  if (packed > 1 || (packed == 1 && !gzip_)) {
    error =
        GrpcStatus{GrpcCode::kInternal, "a message is marked as packed, but grpc-encoding names no packing"};
    return false;
  }
  if (length > limit_.bytes) {
    error =
        GrpcStatus{GrpcCode::kResourceExhausted, "the message has " + std::to_string(length) +
                                                     " bytes; the limit is " + std::to_string(limit_.bytes)};
    return false;
  }
  if (bytes.size() - 5 < length) return false;
  message = bytes.substr(5, length);
  bytes.remove_prefix(5 + length);
  if (packed == 0) return true;
  auto plain = gunzip(message, limit_);
  if (!plain) {
    const bool large = plain.error().code == Errc::kResourceExhausted;
    error = GrpcStatus{large ? GrpcCode::kResourceExhausted : GrpcCode::kInternal, plain.error().message};
    return false;
  }
  unpacked = std::move(*plain);
  message = unpacked;
  return true;
}

void MessageReader::keep(std::string_view all, std::string_view rest) {
  if (rest.empty()) {
    std::string().swap(buffer_);
  } else if (buffer_.empty()) {
    buffer_.assign(rest);
  } else {
    buffer_.erase(0, all.size() - rest.size());
  }
}

}  // namespace batata::net
