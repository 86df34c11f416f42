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

constexpr std::string_view kSource = "docs: nacos.io/docs/v3.0/manual/admin/auth (3.1)";

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table
std::span<const wire::Endpoint<AuthHttp>> AuthHttp::rows_v3() {
  using Row = wire::Endpoint<AuthHttp>;
  static constexpr Row kRows[] = {
      {Method::kPost, "/nacos/v3/auth/user", nullptr, &AuthHttp::create_user, "console/users:w",
       "Creates a user.", kUserAndPassword, kSource},
      {Method::kPut, "/nacos/v3/auth/user", nullptr, &AuthHttp::change_password, "identity",
       "Changes a password.", kNewPassword, kSource},
      {Method::kDelete, "/nacos/v3/auth/user", nullptr, &AuthHttp::remove_user, "console/users:w",
       "Removes a user that is no administrator, and its roles.", kUser, kSource},
      {Method::kGet, "/nacos/v3/auth/user/list", nullptr, &AuthHttp::list_users, "console/users:r",
       "Lists users, in pages; passwords are not shown.", kUserPage, kSource},
      {Method::kGet, "/nacos/v3/auth/user/search", nullptr, &AuthHttp::search_users, "console/users:w",
       "Names of users by their beginning.", kUserPrefix, kSource},
      {Method::kPost, "/nacos/v3/auth/user/admin", nullptr, &AuthHttp::first_admin, "",
       "Makes the first administrator, once. Public: nobody can have signed in before.", kFirstAdmin,
       kSource},
      {Method::kPost, "/nacos/v3/auth/user/login", nullptr, &AuthHttp::log_in, "",
       "Signs in: a token for name and password. Public: it is how one signs in.", kLogIn, kSource},
      {Method::kPost, "/nacos/v3/auth/role", nullptr, &AuthHttp::add_role, "console/roles:w",
       "Gives a user a role; ROLE_ADMIN cannot be given.", kRoleOfUser, kSource},
      {Method::kDelete, "/nacos/v3/auth/role", nullptr, &AuthHttp::remove_role, "console/roles:w",
       "Takes a role from a user, or from everybody.", kRoleRemoved, kSource},
      {Method::kGet, "/nacos/v3/auth/role/list", nullptr, &AuthHttp::list_roles, "console/roles:r",
       "Lists who has which role, in pages.", kRolePage, kSource},
      {Method::kGet, "/nacos/v3/auth/role/search", nullptr, &AuthHttp::search_roles, "console/roles:r",
       "Names of roles by their beginning.", kRolePrefix, kSource},
      {Method::kPost, "/nacos/v3/auth/permission", nullptr, &AuthHttp::grant, "console/permissions:w",
       "Gives a role a permission.", kPermission, kSource},
      {Method::kDelete, "/nacos/v3/auth/permission", nullptr, &AuthHttp::revoke, "console/permissions:w",
       "Takes a permission from a role.", kPermission, kSource},
      {Method::kGet, "/nacos/v3/auth/permission", nullptr, &AuthHttp::has_permission, "console/permissions:r",
       "Whether exactly this permission is there.", kPermission, kSource},
      {Method::kGet, "/nacos/v3/auth/permission/list", nullptr, &AuthHttp::list_permissions,
       "console/permissions:r", "Lists permissions, in pages.", kPermissionPage, kSource},
      {Method::kPost, "/v3/auth/user", nullptr, &AuthHttp::create_user, "console/users:w", "Creates a user.",
       kUserAndPassword, kSource},
      {Method::kPut, "/v3/auth/user", nullptr, &AuthHttp::change_password, "identity", "Changes a password.",
       kNewPassword, kSource},
      {Method::kDelete, "/v3/auth/user", nullptr, &AuthHttp::remove_user, "console/users:w",
       "Removes a user that is no administrator, and its roles.", kUser, kSource},
      {Method::kGet, "/v3/auth/user/list", nullptr, &AuthHttp::list_users, "console/users:r",
       "Lists users, in pages; passwords are not shown.", kUserPage, kSource},
      {Method::kGet, "/v3/auth/user/search", nullptr, &AuthHttp::search_users, "console/users:w",
       "Names of users by their beginning.", kUserPrefix, kSource},
      {Method::kPost, "/v3/auth/user/admin", nullptr, &AuthHttp::first_admin, "",
       "Makes the first administrator, once. Public: nobody can have signed in before.", kFirstAdmin,
       kSource},
      {Method::kPost, "/v3/auth/user/login", nullptr, &AuthHttp::log_in, "",
       "Signs in: a token for name and password. Public: it is how one signs in.", kLogIn, kSource},
      {Method::kPost, "/v3/auth/role", nullptr, &AuthHttp::add_role, "console/roles:w",
       "Gives a user a role; ROLE_ADMIN cannot be given.", kRoleOfUser, kSource},
      {Method::kDelete, "/v3/auth/role", nullptr, &AuthHttp::remove_role, "console/roles:w",
       "Takes a role from a user, or from everybody.", kRoleRemoved, kSource},
      {Method::kGet, "/v3/auth/role/list", nullptr, &AuthHttp::list_roles, "console/roles:r",
       "Lists who has which role, in pages.", kRolePage, kSource},
      {Method::kGet, "/v3/auth/role/search", nullptr, &AuthHttp::search_roles, "console/roles:r",
       "Names of roles by their beginning.", kRolePrefix, kSource},
      {Method::kPost, "/v3/auth/permission", nullptr, &AuthHttp::grant, "console/permissions:w",
       "Gives a role a permission.", kPermission, kSource},
      {Method::kDelete, "/v3/auth/permission", nullptr, &AuthHttp::revoke, "console/permissions:w",
       "Takes a permission from a role.", kPermission, kSource},
      {Method::kGet, "/v3/auth/permission", nullptr, &AuthHttp::has_permission, "console/permissions:r",
       "Whether exactly this permission is there.", kPermission, kSource},
      {Method::kGet, "/v3/auth/permission/list", nullptr, &AuthHttp::list_permissions,
       "console/permissions:r", "Lists permissions, in pages.", kPermissionPage, kSource},
  };
  return kRows;
}

}  // namespace batata::nacos
