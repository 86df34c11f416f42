#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "store/command.h"

namespace batata::domain {

/// A user's having a role.
struct RoleBinding {
  std::string role, user;
  auto operator<=>(const RoleBinding&) const = default;
};

/// A role's right to do something. `resource` is a pattern (resource.h); `action` holds "r", "w" or both.
/// Others are kept, as upstream does, and allow nothing.
struct Permission {
  std::string role, resource, action;
  auto operator<=>(const Permission&) const = default;
};

/// Keys in the store: "access/user/" name, "access/role/" role NUL user, "access/permission/" role NUL
/// resource NUL action, where NUL and 0x01 inside a part are written 0x01 0x01 and 0x01 0x02.
[[nodiscard]] std::string user_key(std::string_view name);
[[nodiscard]] std::string role_key(const RoleBinding& binding);
[[nodiscard]] std::string permission_key(const Permission& permission);

/// What a key names; nothing for keys that the functions above do not make.
[[nodiscard]] std::optional<std::string> user_of(std::string_view key);
[[nodiscard]] std::optional<RoleBinding> role_binding_of(std::string_view key);
[[nodiscard]] std::optional<Permission> permission_of(std::string_view key);

/// All that this folder keeps; all users; all roles of users; those who have one role; all permissions; those
/// of one role.
[[nodiscard]] store::KeyRange all_access();
[[nodiscard]] store::KeyRange all_users();
[[nodiscard]] store::KeyRange all_roles();
[[nodiscard]] store::KeyRange bindings_of(std::string_view role);
[[nodiscard]] store::KeyRange all_permissions();
[[nodiscard]] store::KeyRange permissions_of(std::string_view role);

}  // namespace batata::domain
