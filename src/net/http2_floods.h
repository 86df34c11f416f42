#pragma once
#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>

#include "base/types.h"
#include "net/flood_meter.h"

namespace batata::net {

/// Counts what an HTTP/2 peer can make us do for next to nothing, by kinds of frames. The budgets are far
/// above what peers need; who spends one is to be sent away with ENHANCE_YOUR_CALM. One of them for each
/// connection; I/O thread only. Source: RFC 9113, section 10.5; CVE-2019-9511 to 9518, CVE-2023-44487,
/// CVE-2025-8671.
class Http2Floods {
 public:
  /// The frame with this head begins to arrive; nghttp2 tells of all but CONTINUATION, which it bounds
  /// itself. True: it is one too many of its kind.
  [[nodiscard]] bool flooded(const nghttp2_frame_hd& head, SteadyTime now);
  /// We reset a stream: the client may have made us do it. True: too often.
  [[nodiscard]] bool provoked(std::uint32_t error_code, SteadyTime now);
  /// We have sent a frame of DATA: the client may open its windows for it. Not for a few bytes, else one that
  /// opens them byte by byte would have a frame made for each.
  void data_sent(std::size_t bytes) {
    if (bytes >= kBytesWorthAWindow) windows_.give(kWindowsForData);
  }

  /// We have made a call: its server may reset the stream for it.
  void call_made() { resets_.give(1); }
  /// A head has come that says only that the answer is still to come. True: one too many.
  [[nodiscard]] bool informational(SteadyTime now) { return !idle_.count(now); }

  /// A header block begins, be it trailers.
  void begin_block() { block_bytes_ = 0; }
  /// A field of that many bytes has been unpacked. True: the block grows out of proportion, as one does that
  /// names a large entry of the table again and again. `limit`: bytes that a head may have.
  [[nodiscard]] bool expanded(std::size_t bytes, std::size_t limit) {
    block_bytes_ += bytes;
    return block_bytes_ > limit * kExpansionMax;
  }

 private:
  static constexpr int kWindowsForData = 2;  // one of the stream, one of the connection
  static constexpr std::size_t kBytesWorthAWindow = 1024;
  static constexpr std::size_t kExpansionMax = 4;  // a head that is only too large is answered with 431
  FloodMeter resets_{1000, 100};                   // a client that cancels what it no longer needs
  // gRPC measures its bandwidth with a ping per burst of data, thousands a second over a short wire.
  FloodMeter pings_{10'000, 5000};
  FloodMeter settings_{50, 5};
  FloodMeter windows_{20'000, 10'000};  // beside those for data that was sent
  FloodMeter idle_{10'000, 1000};       // cost us work and the sender nothing
  std::size_t block_bytes_ = 0;
};

}  // namespace batata::net
