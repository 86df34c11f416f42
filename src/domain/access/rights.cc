#include "domain/access/rights.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "domain/access/access_records.h"
#include "domain/access/resource.h"
#include "domain/access/text.h"

namespace batata::domain {
namespace {

constexpr std::string_view kConsole = "console/";

template <class T>
bool is_readable(const Result<T>& record, std::string_view key) {
  if (record) return true;
  log::error("access record unreadable key=\"{}\" error={}", log_text(key), record.error().message);
  return false;
}

}  // namespace

bool Rights::allows(std::string_view user, std::string_view resource, char action) const {
  const auto account = accounts_.find(user);
  if (account == nullptr || !account->enabled) return false;
  if (account->admin) return true;
  if (resource.starts_with(kConsole)) return false;
  return std::ranges::any_of(account->roles, [&](const std::string& role) {
    const auto grants = grants_.find(role);
    if (grants == nullptr) return false;
    return std::ranges::any_of(*grants, [&](const Grant& grant) {
      const bool may = action == 'r' ? grant.read : action == 'w' && grant.write;
      return may && matches_pattern(grant.pattern, resource);
    });
  });
}

bool Rights::is_admin(std::string_view user) const {
  const auto account = accounts_.find(user);
  return account != nullptr && account->enabled && account->admin;
}

void Rights::take(const store::Event& event) {
  take_key(event.key(), event.after);
}

void Rights::reset(const store::View& view) {
  // Keys that are gone are retracted one by one: readers never see a moment without rights.
  const auto users = std::exchange(users_, {});
  const auto roles = std::exchange(roles_, {});
  const auto permissions = std::exchange(permissions_, {});
  std::uint64_t admins = 0;
  for (const store::KeyValuePtr& stored : view.range(all_access())) {
    if (const auto user = user_of(stored->key)) {
      if (is_readable(decode_user(stored->value), stored->key)) users_.emplace(*user, stored);
    } else if (const auto binding = role_binding_of(stored->key)) {
      if (roles_[binding->user].insert(binding->role).second && binding->role == kAdminRole) ++admins;
    } else if (auto permission = permission_of(stored->key)) {
      permissions_[permission->role].insert(*permission);
    }
  }
  for (const auto& [user, unused] : users) publish_account(user);
  for (const auto& [user, unused] : users_) publish_account(user);
  for (const auto& [role, unused] : permissions) publish_grants(role);
  for (const auto& [role, unused] : permissions_) publish_grants(role);
  admins_.store(admins, std::memory_order_release);
}

void Rights::take_key(std::string_view key, const store::KeyValuePtr& after) {
  if (const auto user = user_of(key)) {
    take_user(*user, after);
  } else if (const auto binding = role_binding_of(key)) {
    take_binding(*binding, after != nullptr);
  } else if (const auto permission = permission_of(key)) {
    take_permission(*permission, after != nullptr);
  }
}

void Rights::take_user(const std::string& name, const store::KeyValuePtr& stored) {
  if (stored != nullptr && is_readable(decode_user(stored->value), stored->key)) {
    users_.insert_or_assign(name, stored);
  } else {
    users_.erase(name);
  }
  publish_account(name);
}

void Rights::take_binding(const RoleBinding& binding, bool holds) {
  auto& roles = roles_[binding.user];
  const bool changed = holds ? roles.insert(binding.role).second : roles.erase(binding.role) > 0;
  if (roles.empty()) roles_.erase(binding.user);
  if (!changed) return;
  if (binding.role == kAdminRole) admins_.store(holds ? admins_ + 1 : admins_ - 1, std::memory_order_release);
  publish_account(binding.user);
}

void Rights::take_permission(const Permission& permission, bool holds) {
  auto& permissions = permissions_[permission.role];
  if (holds) {
    permissions.insert(permission);
  } else {
    permissions.erase(permission);
  }
  if (permissions.empty()) permissions_.erase(permission.role);
  publish_grants(permission.role);
}

void Rights::publish_account(const std::string& name) {
  const auto stored = users_.find(name);
  if (stored == users_.end()) return accounts_.retract(name);
  const auto view = decode_user(stored->second->value);  // read before it was kept
  auto account = std::make_shared<Account>();
  account->name = name;
  account->hash = view->hash;
  account->enabled = view->enabled;
  account->created = view->created;
  account->modified = view->modified;
  if (const auto roles = roles_.find(name); roles != roles_.end()) {
    account->roles.assign(roles->second.begin(), roles->second.end());
    account->admin = roles->second.contains(kAdminRole);
  }
  accounts_.publish(name, std::move(account));
}

void Rights::publish_grants(const std::string& role) {
  const auto permissions = permissions_.find(role);
  if (permissions == permissions_.end()) return grants_.retract(role);
  auto grants = std::make_shared<Grants>();
  for (const Permission& permission : permissions->second) {
    Grant grant{.pattern = canonical_pattern(permission.resource),
                .read = permission.action.find('r') != permission.action.npos,
                .write = permission.action.find('w') != permission.action.npos};
    if (grant.read || grant.write) grants->push_back(std::move(grant));
  }
  grants_.publish(role, std::move(grants));
}

}  // namespace batata::domain
