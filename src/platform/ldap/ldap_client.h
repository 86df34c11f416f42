#pragma once
#include <chrono>
#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace batata::platform {

/// How people are found in an LDAP directory.
struct LdapOptions {
  std::string url;      ///< "ldap://host:389", "ldaps://host:636"; several with spaces between
  std::string base;     ///< where the search starts: "dc=example,dc=org"
  std::string user_dn;  ///< as which this server searches; with "{0}" nothing is searched: it is who signs in
  Secret password;      ///< of user_dn; empty: the search is anonymous
  std::string filter_prefix = "uid";        ///< the attribute that holds the name of who signs in
  bool case_sensitive = true;               ///< otherwise names become lower case
  bool ignore_partial = false;              ///< an answer that refers elsewhere counts as complete
  std::chrono::milliseconds timeout{3000};  ///< for each question; a check asks up to three
};

/// Asks the directory, on the calling thread, for at most four times the timeout: whether it lets `user` in
/// with `password`. Any thread; each call has a connection of its own. False at once for a blank name and an
/// empty password: a directory takes the latter for nobody in particular, whom it lets in.
///
/// The name must lead to exactly one entry. `ldaps` addresses must show a certificate that this system
/// trusts. Errors: kUnavailable: no answer in time, or one that says nothing about the user; kInternal for
/// what the library refuses. Source: upstream's LdapAuthenticationManager, RFC 4511.
[[nodiscard]] Result<bool> ldap_check(const LdapOptions& options, const std::string& user,
                                      const Secret& password);

}  // namespace batata::platform
