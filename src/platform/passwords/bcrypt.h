#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace batata::platform {

/// bcrypt of libxcrypt, on the calling thread: tens of milliseconds for each. Any thread.

/// A hash with a new salt of the system's randomness, "$2a$" and kBcryptCost.
/// Errors: kInvalidArgument for more than 72 bytes and for a zero byte, which bcrypt would not read past;
/// kInternal when the library fails.
[[nodiscard]] Result<std::string> bcrypt(const Secret& password);

/// Whether `hash` is that of `password`. False for hashes that `is_bcrypt` refuses, at once.
[[nodiscard]] bool bcrypt_matches(const Secret& password, const std::string& hash);

/// Whether `hash` looks like one of bcrypt's: "$2a$", "$2b$" or "$2y$", a cost from 4 to kBcryptCostMax, 53
/// characters of its alphabet. The library takes almost anything else for a salt of something older.
[[nodiscard]] bool is_bcrypt(std::string_view hash);

/// Text that looks like a hash and is none of any password.
[[nodiscard]] std::string bcrypt_of_nobody();

inline constexpr unsigned kBcryptCost = 10;  ///< 2^10 rounds, as upstream writes it: about 70 ms
inline constexpr unsigned kBcryptCostMax =
    14;  ///< about 1 s; a stored hash must not hold a thread for longer

}  // namespace batata::platform
