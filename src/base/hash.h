#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace batata {

/// CRC-32C (Castagnoli) of `data`, continued from `seed` (the CRC of what lies before it; 0 at the start).
/// Source: RFC 3720, appendix B.4.
[[nodiscard]] std::uint32_t crc32c(std::string_view data, std::uint32_t seed = 0);

/// A 64-bit hash of `data`, mixed with `seed`. The same on every machine and in every version: it may be
/// stored. Not for secrets and not against attackers. Source: FNV-1a over 8-byte words, with a final
/// avalanche of our own.
[[nodiscard]] std::uint64_t hash64(std::string_view data, std::uint64_t seed = 0);

/// The MD5 of `data` in 32 lower-case hexadecimal digits. A content tag that the imitated products compare;
/// never security. Defined in platform/digest/digest.cc.
[[nodiscard]] std::string md5_hex(std::string_view data);

/// The SHA-1 of `data`: 20 raw bytes. For the handshake of WebSockets, which asks for it; never security.
/// Defined in platform/digest/digest.cc. Source: RFC 3174.
[[nodiscard]] std::string sha1(std::string_view data);

/// Hashes strings by content and lets maps be searched by string_view.
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const { return static_cast<std::size_t>(hash64(s)); }
};

}  // namespace batata
