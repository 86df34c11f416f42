#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace batata::wire {

/// One part of a multipart form. Views into the body; immutable.
struct FormPart {
  std::string_view name;
  std::string_view content;
  bool is_file = false;       ///< a file name was given, were it an empty one
  std::string_view filename;  ///< as the client wrote it; never to be used as a path
  std::string_view content_type;
};

/// The boundary that a Content-Type names; nothing when the body is not multipart/form-data or the boundary
/// breaks RFC 2046 (1 to 70 characters of its set, no blank at the end).
[[nodiscard]] std::optional<std::string_view> multipart_boundary(std::string_view content_type);

/// Takes a form apart, all of it or nothing: a body that is cut off gives no half of a form.
///
/// Strict: lines end with CRLF, every part is form-data with a name, transfer encodings other than 7bit, 8bit
/// and binary are refused, `filename*` is ignored as RFC 7578 wants it. What stands before the first boundary
/// and behind the last one does not count. Nothing is copied.
/// Errors: kInvalidArgument for what is malformed; kResourceExhausted for more than the bounds below.
/// Source: RFC 7578; RFC 2046, section 5.1.
[[nodiscard]] Result<std::vector<FormPart>> parse_multipart(std::string_view body, std::string_view boundary);

constexpr std::size_t kFormPartsMax = 128;          ///< far above any real form; the body is bounded by net/
constexpr std::size_t kPartHeaderBytesMax = 8'192;  ///< three short lines are usual

}  // namespace batata::wire
