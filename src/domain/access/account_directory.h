#pragma once
#include <string>

#include "async/task.h"
#include "base/result.h"
#include "base/secret.h"

namespace batata::domain {

/// Port: people who are kept elsewhere, in an LDAP directory. Loop only; the asking is done elsewhere.
///
/// platform/ldap/ldap_directory.h is the real one.
class AccountDirectory {
 public:
  virtual ~AccountDirectory() = default;

  /// Whether the directory lets `user` in with `password`. Never true for an empty password, which LDAP takes
  /// for nobody in particular.
  /// Errors: kUnavailable when the directory does not answer in time or refuses this server;
  /// kResourceExhausted when too many wait.
  virtual Task<Result<bool>> check(std::string user, Secret password) = 0;
};

}  // namespace batata::domain
