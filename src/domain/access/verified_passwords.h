#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "domain/access/recent_map.h"

namespace batata::domain {

/// Passwords that were right a moment ago, so that a client that sends one with every request does not cost a
/// bcrypt each.
///
/// Holds no password: a digest of it and of the user's stored hash, under a key that never leaves the
/// process. It is good only while the user's hash is still that one. Bounded: the user asked for longest ago
/// is forgotten when there are more than kUsersMax. Loop only.
class VerifiedPasswords {
 public:
  VerifiedPasswords();

  /// Whether this password was found right for this user when its stored hash was `hash`.
  [[nodiscard]] bool knows(std::string_view user, const Secret& password, std::string_view hash);
  void note(std::string_view user, const Secret& password, std::string_view hash);
  [[nodiscard]] std::size_t size() const { return digests_.size(); }

  static constexpr std::size_t kUsersMax = 10'000;  ///< about 3 MB

 private:
  [[nodiscard]] std::string digest(std::string_view user, const Secret& password,
                                   std::string_view hash) const;

  Secret key_;
  RecentMap<std::string> digests_;  // by user
};

}  // namespace batata::domain
