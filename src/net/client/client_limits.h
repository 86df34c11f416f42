#pragma once
#include <chrono>
#include <cstddef>

namespace batata::net {

/// What servers that are called may cost, and how long they are waited for. Plain data. `one server`: one
/// GrpcChannel.
struct ClientLimits {
  /// Bytes of one head, and its lines. Over it: RESOURCE_EXHAUSTED.
  std::size_t header_bytes = 64 << 10, headers = 128;
  /// Bytes of one message, both ways, also unpacked. Over it: RESOURCE_EXHAUSTED.
  std::size_t message_bytes = (10 << 20) + (64 << 10);
  /// What a packed message may grow to, as a multiple of its size (UnpackLimit).
  std::size_t unpack_ratio = 100;
  /// Calls of one server that are not over, also those that wait for a connection or for room on it. Over it:
  /// RESOURCE_EXHAUSTED.
  std::size_t calls = 10'000;
  /// Streams open at once on one connection; the server may allow fewer. More calls wait.
  std::size_t streams = 1000;
  /// Bytes that calls of one server have to say and that have not been handed to its socket. Over it:
  /// RESOURCE_EXHAUSTED for what is said then.
  std::size_t unsent_bytes = 64 << 20;
  /// Bytes of messages of one call that its handler has not seen yet. Over it nothing more is read of the
  /// call, and the server finds its window shut.
  std::size_t unread_bytes = 1 << 20;

  /// For looking up the name, connecting, TLS and the server's first word.
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(5);
  /// After a connection that has failed, calls fail at once for so long; twice as long each time it fails
  /// again. Counted from the end of the attempt, and up to a fifth longer, by chance.
  std::chrono::milliseconds backoff_first{200}, backoff_most = std::chrono::seconds(30);
  /// A connection without a call is closed after this.
  std::chrono::milliseconds idle_timeout = std::chrono::minutes(5);
  /// Silence of a server that has calls, after which it is pinged; 0: never. Servers on gRPC's own libraries
  /// send away who pings more often than every five minutes.
  std::chrono::milliseconds ping_interval = std::chrono::minutes(6);
  /// For the answer to our ping, and for the server's system to confirm what we have sent.
  std::chrono::milliseconds ping_timeout = std::chrono::seconds(20);
};

}  // namespace batata::net
