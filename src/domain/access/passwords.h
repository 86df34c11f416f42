#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "async/task.h"
#include "base/result.h"
#include "base/secret.h"

namespace batata::domain {

/// Port: hashes of passwords that are slow to guess at. Loop only; the work is done elsewhere.
///
/// platform/passwords/bcrypt_passwords.h is the real one; sim/fake_passwords.h costs nothing.
class Passwords {
 public:
  virtual ~Passwords() = default;

  /// A new hash with a new salt, as upstream writes it: "$2a$10$", 22 characters of salt, 31 of hash.
  /// Errors: kInvalidArgument for what check_password refuses for its bytes; kResourceExhausted when too many
  /// wait.
  virtual Task<Result<std::string>> hash(Secret password) = 0;

  /// Whether `password` is the one that `hash` was made of. False, after the same time, for a hash that is
  /// none of bcrypt's ("$2a$", "$2b$", "$2y$"), and for a password that none can have.
  /// Errors: kResourceExhausted when too many wait.
  virtual Task<Result<bool>> matches(Secret password, std::string hash) = 0;

  /// A hash that no password matches but that takes as long to compare as a real one: for users that do not
  /// exist, so that they cannot be told from those that do.
  [[nodiscard]] virtual std::string_view hash_of_nobody() const = 0;

  /// bcrypt reads no more; what it ignores must not seem to protect.
  static constexpr std::size_t kPasswordBytesMax = 72;
};

/// Refuses a password that no user may have.
/// Errors: kInvalidArgument, with Nacos' texts: "password is blank", "Password length must not exceed 72
/// characters"; and for a zero byte.
[[nodiscard]] Status check_password(const Secret& password);

/// A random password of 16 letters and digits (95 bits).
[[nodiscard]] Secret invent_password();

}  // namespace batata::domain
