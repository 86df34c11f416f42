#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace batata::net {

/// What clients may cost. Plain data, read once at the start. app/ sets all of it from the settings, whose
/// ranges stand in docs/settings.md; the defaults are those of tests. Who reaches a limit is counted
/// (net/meters.h).
struct Limits {
  /// Connections open at once, in all and from one address (of IPv6: one /64). Over it: 503 or GOAWAY. 0: any
  /// number.
  std::size_t connections = 0, connections_per_address = 0;
  /// Bytes of one request's head. Over it: 431.
  std::size_t header_bytes = 64 << 10;
  /// Lines in one head. Over it: 431.
  std::size_t headers = 128;
  /// Bytes of an HTTP body: the 10 MiB of a config, as a form. Over it: 413.
  std::size_t body_bytes = 16 << 20;
  /// Bytes of a gRPC message, also unpacked.
  std::size_t message_bytes = (10 << 20) + (64 << 10);
  /// Streams open at once on one HTTP/2 connection.
  std::uint32_t streams = 1000;
  /// Bytes of answers that one connection has not taken yet. Over it: 503 or RESOURCE_EXHAUSTED instead of
  /// the answer; a client whose streams are pushed so much is hung up on.
  std::size_t unsent_bytes = 256 << 20;

  /// For the handshake of TLS, from the start of the connection.
  std::chrono::milliseconds handshake_timeout = std::chrono::seconds(10);
  /// For a whole head, from its first byte; on a new connection from the start of that.
  std::chrono::milliseconds header_timeout = std::chrono::seconds(30);
  /// Between requests of HTTP/1.
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);
  /// While a peer takes nothing.
  std::chrono::milliseconds stall_timeout = std::chrono::seconds(120);
  /// Silence of an HTTP/2 connection after which it is pinged; 0: never.
  std::chrono::milliseconds ping_interval = std::chrono::hours(2);
  /// For the answer to our ping.
  std::chrono::milliseconds ping_timeout = std::chrono::seconds(20);
};

}  // namespace batata::net
