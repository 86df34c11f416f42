#include "platform/ldap/ldap_directory.h"

#include <optional>
#include <utility>

#include "async/one_shot.h"
#include "base/log.h"

namespace batata::platform {

LdapDirectory::LdapDirectory(Runtime& runtime, Executor& executor, LdapOptions options)
    : runtime_(runtime),
      executor_(executor),
      options_(std::make_shared<const LdapOptions>(std::move(options))) {}

Task<Result<bool>> LdapDirectory::check(std::string user, Secret password) {
  if (password.empty()) co_return false;
  if (*waiting_ >= kWaitingMax) co_return fail(Errc::kResourceExhausted, "too many sign-ins wait for LDAP");
  ++*waiting_;
  OneShot<Result<bool>> done(runtime_);
  auto outcome = std::make_shared<std::optional<Result<bool>>>();
  executor_.submit([outcome, options = options_, user = std::move(user),
                    password = std::move(password)] { *outcome = ldap_check(*options, user, password); },
                   [outcome, waiting = waiting_, setter = done.setter()] {
                     --*waiting;
                     if (!**outcome) log::warn("ldap check failed error=\"{}\"", (**outcome).error().message);
                     setter.set(std::move(**outcome));
                   });
  co_return co_await done;
}

}  // namespace batata::platform
