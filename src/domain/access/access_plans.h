#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/access/access_keys.h"
#include "store/store.h"

namespace batata::domain {

/// A planned change: nothing when the state is already as asked.
using AccessPlan = Result<std::optional<store::Txn>>;

/// The planners are pure: `view` is the present state, `now` is written down, and the transaction holds only
/// while nothing that was looked at has changed. Failures carry Nacos' own sentences.

/// Errors: kConflict: "user 'x' already exist!".
[[nodiscard]] AccessPlan plan_create_user(const store::View& view, std::string_view name,
                                          std::string_view hash, WallTime now);
/// The user kFirstAdminName with kAdminRole; one of that name that exists already gets the password and the
/// role. Errors: kConflict: "have admin user cannot use it" when anybody has kAdminRole.
[[nodiscard]] AccessPlan plan_first_admin(const store::View& view, std::string_view hash, WallTime now);
/// Errors: kNotFound: "user x not exist!"; kInvalidArgument for an account without a local password, whose
/// owner is known to a directory.
[[nodiscard]] AccessPlan plan_change_password(const store::View& view, std::string_view name,
                                              std::string_view hash, WallTime now);
/// The user and all its roles. Nothing when there is no such user. Errors: kInvalidArgument: "cannot delete
/// admin: x".
[[nodiscard]] AccessPlan plan_remove_user(const store::View& view, std::string_view name);
/// Errors: kInvalidArgument: "role 'ROLE_ADMIN' is not permitted to create!"; kNotFound: "user 'x' not
/// found!"; kConflict: "user 'x' already bound to the role 'r'!".
[[nodiscard]] AccessPlan plan_add_role(const store::View& view, const RoleBinding& binding, WallTime now);
/// The role of one user, or, without a user, of everybody; the role's permissions stay, as upstream leaves
/// them. Errors: kInvalidArgument: "role 'ROLE_ADMIN' is not permitted to delete!".
[[nodiscard]] AccessPlan plan_remove_role(const store::View& view, std::string_view role,
                                          std::string_view user);
/// Errors: kNotFound: "role r not found!" when no user has it.
[[nodiscard]] AccessPlan plan_grant(const store::View& view, const Permission& permission, WallTime now);
[[nodiscard]] AccessPlan plan_revoke(const store::View& view, const Permission& permission);

}  // namespace batata::domain
