#include "faces/nacos/access/auth_http.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;

constexpr Param kUser[] = {{"username", true, "Name of the user"}};
constexpr Param kUserAndPassword[] = {{"username", true, "Name of the user"},
                                      {"password", true, "1 to 72 bytes"}};
constexpr Param kLogIn[] = {{"username", true, "Who signs in"}, {"password", true, "The password"}};
constexpr Param kFirstAdmin[] = {{"password", false, "Of the user nacos; blank: one is made up and told"}};
constexpr Param kNewPassword[] = {{"username", true, "Whose; only one's own unless one is an administrator"},
                                  {"newPassword", true, "1 to 72 bytes"}};
constexpr Param kOwnPassword[] = {{"oldPassword", true, "The present one"},
                                  {"newPassword", true, "1 to 72 bytes"}};
constexpr Param kUserPage[] = {{"pageNo", true, "From 1"},
                               {"pageSize", true, "Users on a page"},
                               {"username", false, "Name; blank is any"},
                               {"search", false, "blur: '*' is any text; else exactly"}};
constexpr Param kUserPrefix[] = {{"username", true, "Beginning of names"}};
constexpr Param kRoleOfUser[] = {{"role", true, "Name of the role"}, {"username", true, "Who gets it"}};
constexpr Param kRoleRemoved[] = {{"role", true, "Name of the role"},
                                  {"username", false, "Who loses it; blank: everybody"}};
constexpr Param kRolePage[] = {{"pageNo", true, "From 1"},
                               {"pageSize", true, "Rows on a page"},
                               {"username", false, "Name; blank is any"},
                               {"role", false, "Role; blank is any"},
                               {"search", false, "blur: '*' is any text; else exactly"}};
constexpr Param kRolePrefix[] = {{"role", true, "Beginning of names"}};
constexpr Param kPermission[] = {{"role", true, "Name of the role"},
                                 {"resource", true, "namespace:group:kind/name; '*' is any text"},
                                 {"action", true, "r, w or rw"}};
constexpr Param kPermissionPage[] = {{"pageNo", true, "From 1"},
                                     {"pageSize", true, "Rows on a page"},
                                     {"role", false, "Role; blank is any"},
                                     {"search", false, "blur: '*' is any text; else exactly"}};

constexpr std::string_view kSource = "docs: nacos.io/docs/v2/guide/user/auth (2.5.1)";

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table
std::span<const wire::Endpoint<AuthHttp>> AuthHttp::rows_v1() {
  using Row = wire::Endpoint<AuthHttp>;
  static constexpr Row kRows[] = {
      {Method::kPost, "/nacos/v1/auth", nullptr, &AuthHttp::create_user, "console/users:w", "Creates a user.",
       kUserAndPassword, kSource},
      {Method::kPut, "/nacos/v1/auth", nullptr, &AuthHttp::change_password, "identity", "Changes a password.",
       kNewPassword, kSource},
      {Method::kDelete, "/nacos/v1/auth", nullptr, &AuthHttp::remove_user, "console/users:w",
       "Removes a user that is no administrator, and its roles.", kUser, kSource},
      {Method::kGet, "/nacos/v1/auth", nullptr, &AuthHttp::list_users, "console/users:r",
       "Lists users, in pages; passwords are not shown.", kUserPage, kSource},
      {Method::kGet, "/nacos/v1/auth/search", nullptr, &AuthHttp::search_users, "console/users:w",
       "Names of users by their beginning.", kUserPrefix, kSource},
      {Method::kPost, "/nacos/v1/auth/admin", nullptr, &AuthHttp::first_admin, "",
       "Makes the first administrator, once. Public: nobody can have signed in before.", kFirstAdmin,
       kSource},
      {Method::kPost, "/nacos/v1/auth/login", nullptr, &AuthHttp::log_in, "",
       "Signs in: a token for name and password. Public: it is how one signs in.", kLogIn, kSource},
      {Method::kPut, "/nacos/v1/auth/password", nullptr, &AuthHttp::change_own_password, "identity",
       "Changes one's own password.", kOwnPassword, kSource},
      {Method::kPost, "/nacos/v1/auth/users", nullptr, &AuthHttp::create_user, "console/users:w",
       "Creates a user.", kUserAndPassword, kSource},
      {Method::kPut, "/nacos/v1/auth/users", nullptr, &AuthHttp::change_password, "identity",
       "Changes a password.", kNewPassword, kSource},
      {Method::kDelete, "/nacos/v1/auth/users", nullptr, &AuthHttp::remove_user, "console/users:w",
       "Removes a user that is no administrator, and its roles.", kUser, kSource},
      {Method::kGet, "/nacos/v1/auth/users", nullptr, &AuthHttp::list_users, "console/users:r",
       "Lists users, in pages; passwords are not shown.", kUserPage, kSource},
      {Method::kGet, "/nacos/v1/auth/users/search", nullptr, &AuthHttp::search_users, "console/users:w",
       "Names of users by their beginning.", kUserPrefix, kSource},
      {Method::kPost, "/nacos/v1/auth/users/admin", nullptr, &AuthHttp::first_admin, "",
       "Makes the first administrator, once. Public: nobody can have signed in before.", kFirstAdmin,
       kSource},
      {Method::kPost, "/nacos/v1/auth/users/login", nullptr, &AuthHttp::log_in, "",
       "Signs in: a token for name and password. Public: it is how one signs in.", kLogIn, kSource},
      {Method::kPut, "/nacos/v1/auth/users/password", nullptr, &AuthHttp::change_own_password, "identity",
       "Changes one's own password.", kOwnPassword, kSource},
      {Method::kPost, "/nacos/v1/auth/roles", nullptr, &AuthHttp::add_role, "console/roles:w",
       "Gives a user a role; ROLE_ADMIN cannot be given.", kRoleOfUser, kSource},
      {Method::kDelete, "/nacos/v1/auth/roles", nullptr, &AuthHttp::remove_role, "console/roles:w",
       "Takes a role from a user, or from everybody.", kRoleRemoved, kSource},
      {Method::kGet, "/nacos/v1/auth/roles", nullptr, &AuthHttp::list_roles, "console/roles:r",
       "Lists who has which role, in pages.", kRolePage, kSource},
      {Method::kGet, "/nacos/v1/auth/roles/search", nullptr, &AuthHttp::search_roles, "console/roles:r",
       "Names of roles by their beginning.", kRolePrefix, kSource},
      {Method::kPost, "/nacos/v1/auth/permissions", nullptr, &AuthHttp::grant, "console/permissions:w",
       "Gives a role a permission.", kPermission, kSource},
      {Method::kDelete, "/nacos/v1/auth/permissions", nullptr, &AuthHttp::revoke, "console/permissions:w",
       "Takes a permission from a role.", kPermission, kSource},
      {Method::kGet, "/nacos/v1/auth/permissions", nullptr, &AuthHttp::has_permission,
       "console/permissions:r", "Whether exactly this permission is there.", kPermission, kSource},
      {Method::kGet, "/nacos/v1/auth/permissions", nullptr, &AuthHttp::list_permissions,
       "console/permissions:r", "Lists permissions, in pages.", kPermissionPage, kSource, "search=accurate"},
      {Method::kGet, "/nacos/v1/auth/permissions", nullptr, &AuthHttp::list_permissions,
       "console/permissions:r", "Lists permissions, in pages.", kPermissionPage, kSource, "search=blur"},
  };
  return kRows;
}

}  // namespace batata::nacos
