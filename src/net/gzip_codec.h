#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace batata::net {

/// What bytes of a client may unpack to.
struct UnpackLimit {
  std::size_t bytes;  ///< at most
  std::size_t ratio;  ///< and at most so many times the packed bytes, where it is more than kUnpackedFreely
};

/// Up to this size a ratio says nothing: a small form of one repeated letter harms nobody.
constexpr std::size_t kUnpackedFreely = 1 << 20;

/// Unpacks one gzip stream and stops as soon as it goes over the limit: no more than a small part of what is
/// too much is ever made. Any thread.
/// Errors: kResourceExhausted over the limit, kInvalidArgument for what is no whole gzip stream, or has
/// something behind it.
/// Source: RFC 1952; docs: RFC 9110, 8.4.1.3.
[[nodiscard]] Result<std::string> gunzip(std::string_view packed, const UnpackLimit& limit);

/// Packs an answer's body at the least effort: it is made anew for every client, on the I/O thread. Any
/// thread; each that calls it keeps what zlib needs, 270 KB. Empty when there is no memory.
[[nodiscard]] std::string gzip_fast(std::string_view plain);

}  // namespace batata::net
