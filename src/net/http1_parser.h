#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "net/limits.h"
#include "net/request_intake.h"
#include "wire/http.h"

namespace batata::net {

/// What the head of an HTTP/1 request says about its connection and body.
struct Http1Head {
  bool http_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;
  bool chunked = false;
  ContentCoding coding = ContentCoding::kIdentity;  ///< of the body
  std::uint64_t content_length = 0;
};

/// Finds the end of a head (the offset behind its blank line), searching from `scanned` on, which it moves
/// forward. Nothing when the end has not come; a Refusal in `refusal` when it cannot be right any more.
[[nodiscard]] std::optional<std::size_t> find_head_end(std::string_view bytes, std::size_t& scanned,
                                                       const Limits& limits, std::optional<Refusal>& refusal);

/// Parses a whole head, blank line included, into `request` (method, target, path and query as sent, headers)
/// and `head`. Header names are lowered in place. Strict: whatever two servers could read in two ways is
/// refused. Where the target names a host, that is the request's and Host says nothing.
/// Source: RFC 9112, sections 2 to 7 and 11.2.
[[nodiscard]] std::optional<Refusal> parse_head(std::span<char> bytes, const Limits& limits,
                                                wire::Request& request, Http1Head& head);

/// Decodes a chunked body in place. The state between calls; start with a fresh one for each body.
class ChunkDecoder {
 public:
  enum class Step : std::uint8_t { kMore, kDone, kRefused };
  /// `bytes` holds the decoded body so far and behind it input, of which the first `size` bytes count.
  /// Decodes as much as it can, closes the gaps, and lowers `size` accordingly. kDone: the body is the first
  /// `decoded()` bytes, what follows belongs to the next request. `limit`: bytes of the body.
  Step decode(char* bytes, std::size_t& size, std::size_t limit);
  [[nodiscard]] std::size_t decoded() const { return decoded_; }
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }

 private:
  enum class State : std::uint8_t { kSize, kData, kDataEnd, kTrailer };
  Step refuse(int status, std::string_view reason);
  /// One size or trailer line that starts at `bytes`; its length, or nothing when it has not ended.
  std::optional<std::size_t> line(std::string_view bytes);
  bool parse_size(std::string_view text);

  State state_ = State::kSize;
  bool broken_ = false;
  std::size_t decoded_ = 0;
  std::uint64_t left_ = 0;  // of the current chunk
  std::size_t trailer_bytes_ = 0;
  Refusal refusal_;
};

}  // namespace batata::net
