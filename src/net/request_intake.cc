#include "net/request_intake.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "net/gzip_codec.h"

namespace batata::net {
namespace {

constexpr std::size_t kKeptBytes = 16 << 10;
constexpr Refusal kTooLarge{413, "the body is too large"};

// What a registered name may have (RFC 3986, 3.2.2).
constexpr std::array<bool, 256> make_host_bytes() {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("-._~!$&'()*+,;=%0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr auto kHostByte = make_host_bytes();

bool is_host_byte(char c) {
  return kHostByte[static_cast<unsigned char>(c)];
}

// The path and query as they go to the router. "*" is what OPTIONS asks the whole server with.
std::optional<Refusal> normalise(wire::Request& request, IntakeScratch& scratch) {
  if (wire::is_normal_path(request.path)) return std::nullopt;
  if (request.path == "*" && request.method == wire::Method::kOptions) return std::nullopt;
  auto normal = wire::normalise_path(request.path);
  if (!normal) return Refusal{400, "malformed path"};
  scratch.path = std::move(*normal);
  request.path = scratch.path;
  return std::nullopt;
}

// Faces see the body as if it had never been packed.
void forget_coding(wire::Request& request) {
  std::erase_if(request.headers, [](const auto& header) {
    return header.first == "content-encoding" || header.first == "content-length";
  });
}

}  // namespace

bool is_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == text.npos || end == 1) return false;
    for (const char c : text.substr(1, end - 1))
      if (!is_host_byte(c) && c != ':') return false;
    text.remove_prefix(end + 1);
    if (!text.empty() && text.front() != ':') return false;
  } else {
    std::size_t host = 0;
    while (host < text.size() && is_host_byte(text[host])) ++host;
    text.remove_prefix(host);
  }
  if (text.empty()) return true;
  if (text.front() != ':' || text.size() > 6) return false;
  return std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

void IntakeScratch::release() {
  if (body.capacity() > kKeptBytes) std::string().swap(body);
}

std::optional<Refusal> RequestIntake::begin(ContentCoding coding, std::optional<std::uint64_t> length,
                                            const Limits& limits, SteadyTime now) {
  coding_ = coding;
  started_ = now;
  if (coding == ContentCoding::kOther)
    return Refusal{415, "the only Content-Encoding that is understood here is gzip, once"};
  if (length.value_or(0) > limits.body_bytes) return kTooLarge;
  return std::nullopt;
}

std::optional<Refusal> RequestIntake::check_size(std::size_t bytes, const Limits& limits) {
  return bytes > limits.body_bytes ? std::optional(kTooLarge) : std::nullopt;
}

SteadyTime RequestIntake::deadline(SteadyTime started, std::size_t received, const Limits& limits) {
  if (limits.transfer_rate == 0) return SteadyTime::never();
  return started + limits.header_timeout + std::chrono::seconds(received / limits.transfer_rate);
}

std::optional<Refusal> RequestIntake::complete(wire::Request& request, std::string_view body,
                                               IntakeScratch& scratch, const Limits& limits,
                                               const wire::Transport& peer) const {
  if (auto refusal = normalise(request, scratch)) return refusal;
  request.body = body;
  if (coding_ == ContentCoding::kGzip && !body.empty()) {
    auto plain = gunzip(body, {.bytes = limits.body_bytes, .ratio = limits.unpack_ratio});
    if (!plain) {
      if (plain.error().code == Errc::kResourceExhausted)
        return Refusal{413, "the unpacked body is too large"};
      return Refusal{400, "the body is no gzip stream"};
    }
    scratch.body = std::move(*plain);
    request.body = scratch.body;
    forget_coding(request);
  }
  request.peer_address = peer.remote_address;
  request.peer_port = peer.remote_port;
  request.certificate = peer.certificate;
  return std::nullopt;
}

}  // namespace batata::net
