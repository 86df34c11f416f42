#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace batata {

/// The hash below an HMAC.
enum class Sha : std::uint8_t { k256, k384, k512 };

/// The HMAC of `data` under `key`: 32, 48 or 64 raw bytes. Any key length; any thread.
/// Defined in platform/digest/crypto.cc. Source: RFC 2104, RFC 4231 (test vectors).
[[nodiscard]] std::string hmac(Sha sha, std::string_view key, std::string_view data);

/// Whether `a` and `b` are equal, in a time that depends on their lengths alone. For signatures, digests and
/// everything else that a stranger may guess at.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

/// `bytes` random bytes of the system's generator. For keys, passwords and salts only; whatever steers the
/// program takes chance from Runtime::random, so that a simulated run repeats. Any thread. Does not return
/// when the system has no randomness to give. Defined in platform/digest/crypto.cc.
[[nodiscard]] Secret random_secret(std::size_t bytes);

/// Base64 with padding, and its alphabet for addresses (`-_`) without padding. Source: RFC 4648, 4 and 5.
[[nodiscard]] std::string base64(std::string_view bytes);
[[nodiscard]] std::string base64url(std::string_view bytes);
/// Nothing for text that is not base64; padding may be missing but not wrong; no white space. Bits that the
/// last character holds in excess are ignored, as Java does, but not in the alphabet for addresses, in which
/// each byte string has one text.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace batata
