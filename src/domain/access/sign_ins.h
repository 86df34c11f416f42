#pragma once
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "async/runtime.h"
#include "async/task.h"
#include "base/result.h"
#include "base/secret.h"
#include "cluster/context.h"
#include "domain/access/access_service.h"
#include "domain/access/account_directory.h"
#include "domain/access/lockouts.h"
#include "domain/access/passwords.h"
#include "domain/access/recent_map.h"
#include "domain/access/verified_passwords.h"

namespace batata::domain {

/// Who has signed in.
struct SignedIn {
  std::string user;    ///< the name its rights are under: for somebody of a directory "LDAP_" and the name
  bool admin = false;  ///< has ROLE_ADMIN
};

/// Checks names and passwords. Loop only.
///
/// A user that does not exist, one that is not enabled and a wrong password are told in one text and after
/// the same time. Five failures of an account or from an address lock it for a while that doubles with each
/// further one. An account and an address that have signed in together lately are judged by the failures of
/// that pair alone: strangers elsewhere, and neighbours behind the same address who guess at other accounts,
/// do not lock it out. A neighbour who guesses at the same account does; behind a proxy that passes on no
/// addresses everybody is such a neighbour. Failures and locks are logged as events.
/// With a directory, spellings of a name that differ in case and blanks alone are counted as one.
/// A password that was right a moment ago is known again without hashing it.
class SignIns {
 public:
  /// All of them outlive it. `directory` is null when people are kept here alone.
  SignIns(Runtime& runtime, AccessService& access, Passwords& passwords, const LockoutLimits& limits,
          AccountDirectory* directory);
  SignIns(const SignIns&) = delete;
  SignIns& operator=(const SignIns&) = delete;

  /// `address` is the client's, without the port; empty when it is not known, which counts as one address.
  /// With a directory, users of this server come first; who is found only there is created as "LDAP_<name>"
  /// the first time.
  /// Errors: kUnauthenticated ("user not found!", whatever the reason); kResourceExhausted: the account or
  /// the address is locked, or too many passwords wait to be hashed (also for somebody whose password is
  /// right: come again later); kUnavailable: the directory does not answer; those of Proposer::propose when a
  /// user has to be created.
  Task<Result<SignedIn>> sign_in(cluster::Context context, std::string user, Secret password,
                                 std::string address);

  static constexpr std::string_view kDirectoryPrefix = "LDAP_";
  static constexpr std::size_t kTrustedMax = 131'072;  ///< pairs of account and address; about 20 MB
  static constexpr Duration kTrustedFor = std::chrono::hours(24);

 private:
  Task<Result<SignedIn>> check_local(std::string user, Secret password);
  Task<Result<SignedIn>> check_directory(cluster::Context context, std::string user, Secret password);
  [[nodiscard]] bool is_locked(std::string_view user, std::string_view address) const;
  [[nodiscard]] bool is_trusted(std::string_view pair) const;
  void failed(std::string_view user, std::string_view address);
  void succeeded(std::string_view user, std::string_view address);

  Runtime& runtime_;
  AccessService& access_;
  Passwords& passwords_;
  AccountDirectory* directory_;
  Lockouts accounts_, addresses_;
  Lockouts pairs_;  // of an account and an address that is trusted with it
  VerifiedPasswords verified_;
  RecentMap<SteadyTime> trusted_;  // pairs of account and address, and when they signed in last
};

}  // namespace batata::domain
