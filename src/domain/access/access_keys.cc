#include "domain/access/access_keys.h"

#include <initializer_list>
#include <utility>
#include <vector>

#include "store/key_parts.h"

namespace batata::domain {
namespace {

constexpr std::string_view kAll = "access/", kUsers = "access/user/", kRoles = "access/role/",
                           kPermissions = "access/permission/";

std::string joined(std::string_view prefix, std::initializer_list<std::string_view> parts) {
  std::string key(prefix);
  bool is_first = true;
  for (const std::string_view part : parts) {
    if (!std::exchange(is_first, false)) key.push_back(store::kPartSeparator);
    store::append_part(key, part);
  }
  return key;
}

std::optional<std::vector<std::string>> parts_of(std::string_view prefix, std::string_view key,
                                                 std::size_t count) {
  if (!key.starts_with(prefix)) return std::nullopt;
  auto parts = store::split_parts(key.substr(prefix.size()));
  if (!parts || parts->size() != count) return std::nullopt;
  return parts;
}

// Those whose first part is `part`, whatever follows.
store::KeyRange below(std::string_view prefix, std::string_view part) {
  std::string key = joined(prefix, {part});
  key.push_back(store::kPartSeparator);
  return store::KeyRange::prefix(key);
}

}  // namespace

std::string user_key(std::string_view name) {
  return joined(kUsers, {name});
}
std::string role_key(const RoleBinding& binding) {
  return joined(kRoles, {binding.role, binding.user});
}
std::string permission_key(const Permission& permission) {
  return joined(kPermissions, {permission.role, permission.resource, permission.action});
}

std::optional<std::string> user_of(std::string_view key) {
  auto parts = parts_of(kUsers, key, 1);
  if (!parts) return std::nullopt;
  return std::move(parts->front());
}
std::optional<RoleBinding> role_binding_of(std::string_view key) {
  auto parts = parts_of(kRoles, key, 2);
  if (!parts) return std::nullopt;
  return RoleBinding{std::move((*parts)[0]), std::move((*parts)[1])};
}
std::optional<Permission> permission_of(std::string_view key) {
  auto parts = parts_of(kPermissions, key, 3);
  if (!parts) return std::nullopt;
  return Permission{std::move((*parts)[0]), std::move((*parts)[1]), std::move((*parts)[2])};
}

store::KeyRange all_access() {
  return store::KeyRange::prefix(kAll);
}
store::KeyRange all_users() {
  return store::KeyRange::prefix(kUsers);
}
store::KeyRange all_roles() {
  return store::KeyRange::prefix(kRoles);
}
store::KeyRange bindings_of(std::string_view role) {
  return below(kRoles, role);
}
store::KeyRange all_permissions() {
  return store::KeyRange::prefix(kPermissions);
}
store::KeyRange permissions_of(std::string_view role) {
  return below(kPermissions, role);
}

}  // namespace batata::domain
