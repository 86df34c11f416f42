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
  /// Bytes of a gRPC message, also unpacked, and of a WebSocket's.
  std::size_t message_bytes = (10 << 20) + (64 << 10);
  /// Streams open at once on one HTTP/2 connection.
  std::uint32_t streams = 1000;
  /// Bytes of answers that one connection has not taken yet. Over it: 503 or RESOURCE_EXHAUSTED instead of
  /// the answer; the stream that makes it too much by a push is reset.
  std::size_t unsent_bytes = 256 << 20;
  /// The same of one stream of messages, body that goes on or WebSocket, one piece of whatever size apart.
  /// Over it: the stream is reset, the body cut, the WebSocket closed with kPolicyViolation.
  std::size_t stream_unsent_bytes = 4 << 20;
  /// Bytes of bodies and messages that are not whole, on one HTTP/2 connection. Over it: the stream that
  /// makes it too much is reset. No less than `body_bytes` and `message_bytes`, or one of those would not
  /// fit.
  std::size_t unfinished_bytes = 64 << 20;

  /// What a packed body or message may grow to, as a multiple of its size, once it has more than
  /// kUnpackedFreely bytes. Over it: 413, or RESOURCE_EXHAUSTED. Text of the worst kind, one letter
  /// repeated, packs to a thousandth; configs to a tenth.
  std::size_t unpack_ratio = 100;
  /// Bytes of an answer's body from which on it is packed for clients that ask for that; 0: never.
  std::size_t pack_from_bytes = 2 << 10;
  /// Bytes up to which it is: packing more would keep the other clients of the I/O thread waiting.
  std::size_t pack_to_bytes = 1 << 20;

  /// For the handshake of TLS, from the start of the connection.
  std::chrono::milliseconds handshake_timeout = std::chrono::seconds(10);
  /// For a whole head, from its first byte; on a new connection from the start of that.
  std::chrono::milliseconds header_timeout = std::chrono::seconds(30);
  /// Bytes a second that a body must come with, once header_timeout has passed since its head; 0: it may take
  /// as long as it likes. Over its time: 408, or DEADLINE_EXCEEDED for the message of a unary call.
  std::size_t transfer_rate = 16 << 10;
  /// Between requests of HTTP/1.
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);
  /// The window of time in which a peer must take all that waits for it, or `take_rate` bytes a second.
  std::chrono::milliseconds stall_timeout = std::chrono::seconds(120);
  /// 0: anything at all.
  std::size_t take_rate = 1 << 10;
  /// Silence of a WebSocket after which it is pinged, and of an answer that goes on after which it says that
  /// it is there.
  std::chrono::milliseconds stream_keep_alive = std::chrono::seconds(25);
  /// Silence of an HTTP/2 connection after which it is pinged; 0: never.
  std::chrono::milliseconds ping_interval = std::chrono::hours(2);
  /// For the answer to our ping, of either kind.
  std::chrono::milliseconds ping_timeout = std::chrono::seconds(20);
};

}  // namespace batata::net
