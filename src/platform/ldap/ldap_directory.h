#pragma once
#include <cstddef>
#include <memory>
#include <string>

#include "async/executor.h"
#include "async/runtime.h"
#include "domain/access/account_directory.h"
#include "platform/ldap/ldap_client.h"

namespace batata::platform {

/// An LDAP directory, asked on an executor of its own, one question after the other. Loop only.
class LdapDirectory final : public domain::AccountDirectory {
 public:
  /// The executor outlives it, but may be stopped before it goes.
  LdapDirectory(Runtime& runtime, Executor& executor, LdapOptions options);
  LdapDirectory(const LdapDirectory&) = delete;
  LdapDirectory& operator=(const LdapDirectory&) = delete;

  Task<Result<bool>> check(std::string user, Secret password) override;

  /// Checks under way. A directory that answers takes milliseconds; one that does not must not gather people.
  static constexpr std::size_t kWaitingMax = 32;

 private:
  Runtime& runtime_;
  Executor& executor_;
  // Shared with jobs that may run, or whose news may come, after this has gone.
  const std::shared_ptr<const LdapOptions> options_;
  const std::shared_ptr<std::size_t> waiting_ = std::make_shared<std::size_t>(0);
};

}  // namespace batata::platform
