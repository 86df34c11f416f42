#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace batata::nacos {

// The tokens that a login gives and every other request shows: a JWT in exactly the form that Nacos' own
// nodes write and accept, so that a token of one is good at the other when both have the same key. Pure; any
// thread. Source: upstream's NacosJwtParser and NacosSignatureAlgorithm.

/// Longer ones are refused unread: ours have about 120 bytes and the user's name.
constexpr std::size_t kTokenBytesMax = 4096;
/// What a token must be signed with at least. A shorter key signs and verifies nothing.
constexpr std::size_t kTokenKeyBytes = 32;

/// `{"alg":…}.{"sub":user,"exp":expires}.signature`, with HMAC-SHA-256, from keys of 48 bytes on with SHA-384
/// and from 64 on with SHA-512; no padding, no `typ`. Empty for a key shorter than kTokenKeyBytes.
[[nodiscard]] std::string sign_token(std::string_view key, std::string_view user, WallTime expires);

/// The user whom a token names. Any of the three headers is taken, whatever the key's length, and no other:
/// so neither `none` nor a public-key algorithm is. The signature is compared in constant time before
/// anything of the token is believed. Errors: kUnauthenticated with upstream's words: "token invalid!" (its
/// form, its size, or a `nbf` to come), "unsupported signature algorithm", "Invalid signature", "token
/// expired!".
[[nodiscard]] Result<std::string> verify_token(std::string_view key, std::string_view token, WallTime now);

}  // namespace batata::nacos
