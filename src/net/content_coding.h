#pragma once
#include <cstdint>
#include <string_view>

#include "net/limits.h"
#include "wire/http.h"

namespace batata::net {

/// How a body is packed, as Content-Encoding says it.
enum class ContentCoding : std::uint8_t {
  kIdentity,
  kGzip,
  kOther,  ///< one that is not spoken here, or more than one
};

/// The coding that one Content-Encoding header names. "x-gzip" is gzip (RFC 9110, 8.4.1.3).
[[nodiscard]] ContentCoding content_coding(std::string_view value);

/// What a client takes of the two codings that are spoken here.
enum class AcceptedCoding : std::uint8_t {
  kIdentity,  ///< as it is; also of clients that say nothing, or take nothing
  kGzip,      ///< gzip as well, and not less
  kGzipOnly,  ///< nothing else
};

/// What one or more Accept-Encoding headers, joined by commas, say. Entries that are malformed count as not
/// there. Pure; any thread.
/// Source: RFC 9110, sections 12.4.2 and 12.5.3.
[[nodiscard]] AcceptedCoding accepted_coding(std::string_view accept_encoding);
/// The same of a request.
[[nodiscard]] AcceptedCoding accepted_coding(const wire::Request& request);

/// What an answer's head must say of its coding.
struct AnswerCoding {
  bool varies = false;  ///< the body depends on Accept-Encoding: "Vary"
  bool gzip = false;    ///< it is packed: "Content-Encoding"
};

/// Packs the body of `response`, if the client takes that, it is text and within Limits::pack_from_bytes and
/// pack_to_bytes, and it becomes smaller. An answer that brings a Content-Encoding of its own stays as it is.
/// I/O thread.
[[nodiscard]] AnswerCoding pack_answer(wire::Response& response, AcceptedCoding accepted,
                                       const Limits& limits);

}  // namespace batata::net
