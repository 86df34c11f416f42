#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace batata::net {

/// What one client may cost. Plain data, read once at the start; the ranges are those that app/ accepts.
struct Limits {
  std::size_t header_bytes = 64 << 10;  ///< of one request's head; 4 KiB … 1 MiB. Over it: 431
  std::size_t headers = 128;            ///< lines in one head; 16 … 1024. Over it: 431
  std::size_t body_bytes =
      16 << 20;  ///< of an HTTP body: the 10 MiB of a config, as a form; 1 KiB … 1 GiB. Over: 413
  std::size_t message_bytes = (10 << 20) + (64 << 10);  ///< of a gRPC message, also unpacked; 1 KiB … 256 MiB
  std::uint32_t streams = 1000;  ///< open at once on one HTTP/2 connection; 1 … 100,000

  std::chrono::milliseconds header_timeout = std::chrono::seconds(30);  ///< for a whole head; 1 s … 10 min
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);  ///< between HTTP/1 requests; 1 s … 1 h
  std::chrono::milliseconds stall_timeout =
      std::chrono::seconds(120);  ///< while a peer takes nothing; 5 s … 1 h
  std::chrono::milliseconds ping_interval =
      std::chrono::hours(2);  ///< on silent HTTP/2; 0 is never, else from 10 s
  std::chrono::milliseconds ping_timeout =
      std::chrono::seconds(20);  ///< for the answer to our ping; 1 s … 10 min
};

}  // namespace batata::net
