#include "domain/access/access_plans.h"

#include <utility>

#include "domain/access/access_records.h"
#include "domain/access/rights.h"

namespace batata::domain {
namespace {

// What was looked at is unchanged since the look.
class Plan {
 public:
  explicit Plan(const store::View& view) : view_(view) {}

  store::KeyValuePtr look(const std::string& key) {
    txn_.when.push_back({store::KeyRange::one(key), view_.revision()});
    return view_.get(key);
  }
  std::vector<store::KeyValuePtr> look(store::KeyRange range, std::size_t limit = 0) {
    auto found = view_.range(range, limit);
    txn_.when.push_back({std::move(range), view_.revision()});
    return found;
  }
  void put(std::string key, std::string value) {
    txn_.then.emplace_back(store::Put{std::move(key), std::move(value), {}});
  }
  void erase(std::string_view key) { txn_.then.emplace_back(store::Erase{store::KeyRange::one(key)}); }

  AccessPlan done() {
    if (txn_.then.empty()) return std::optional<store::Txn>{};
    return std::optional<store::Txn>(std::move(txn_));
  }

 private:
  const store::View& view_;
  store::Txn txn_;
};

std::string quoted(std::string_view name) {
  return "'" + std::string(name) + "'";
}

}  // namespace

AccessPlan plan_create_user(const store::View& view, std::string_view name, std::string_view hash,
                            WallTime now) {
  Plan plan(view);
  const std::string key = user_key(name);
  if (plan.look(key) != nullptr) return fail(Errc::kConflict, "user " + quoted(name) + " already exist!");
  plan.put(key, encode_user({.hash = hash, .enabled = true, .created = now, .modified = now}));
  return plan.done();
}

AccessPlan plan_first_admin(const store::View& view, std::string_view hash, WallTime now) {
  Plan plan(view);
  // The whole range is compared: of any number of such transactions one is applied.
  if (!plan.look(bindings_of(kAdminRole), 1).empty()) {
    return fail(Errc::kConflict, "have admin user cannot use it");
  }
  const std::string key = user_key(kFirstAdminName);
  WallTime created = now;
  if (const auto stored = plan.look(key); stored != nullptr) {
    if (const auto before = decode_user(stored->value)) created = before->created;
  }
  plan.put(key, encode_user({.hash = hash, .enabled = true, .created = created, .modified = now}));
  plan.put(role_key({std::string(kAdminRole), std::string(kFirstAdminName)}), encode_created(now));
  return plan.done();
}

AccessPlan plan_change_password(const store::View& view, std::string_view name, std::string_view hash,
                                WallTime now) {
  Plan plan(view);
  const std::string key = user_key(name);
  const auto stored = plan.look(key);
  if (stored == nullptr) return fail(Errc::kNotFound, "user " + std::string(name) + " not exist!");
  auto user = decode_user(stored->value);
  if (!user) return tl::unexpected(std::move(user.error()));
  // Else it would outlive the directory's word on who may come in.
  if (user->hash.empty()) {
    return fail(Errc::kInvalidArgument, "the password of user " + std::string(name) + " is in the directory");
  }
  user->hash = hash;
  user->modified = now;
  plan.put(key, encode_user(*user));
  return plan.done();
}

AccessPlan plan_remove_user(const store::View& view, std::string_view name) {
  Plan plan(view);
  const std::string key = user_key(name);
  if (plan.look(key) != nullptr) plan.erase(key);
  for (const store::KeyValuePtr& stored : plan.look(all_roles())) {
    const auto binding = role_binding_of(stored->key);
    if (!binding || binding->user != name) continue;
    if (binding->role == kAdminRole) {
      return fail(Errc::kInvalidArgument, "cannot delete admin: " + std::string(name));
    }
    plan.erase(stored->key);
  }
  return plan.done();
}

AccessPlan plan_add_role(const store::View& view, const RoleBinding& binding, WallTime now) {
  if (binding.role == kAdminRole) {
    return fail(Errc::kInvalidArgument, "role " + quoted(kAdminRole) + " is not permitted to create!");
  }
  Plan plan(view);
  if (plan.look(user_key(binding.user)) == nullptr) {
    return fail(Errc::kNotFound, "user " + quoted(binding.user) + " not found!");
  }
  std::string key = role_key(binding);
  if (plan.look(key) != nullptr) {
    return fail(Errc::kConflict,
                "user " + quoted(binding.user) + " already bound to the role " + quoted(binding.role) + "!");
  }
  plan.put(std::move(key), encode_created(now));
  return plan.done();
}

AccessPlan plan_remove_role(const store::View& view, std::string_view role, std::string_view user) {
  if (role == kAdminRole) {
    return fail(Errc::kInvalidArgument, "role " + quoted(kAdminRole) + " is not permitted to delete!");
  }
  Plan plan(view);
  if (user.empty()) {
    for (const store::KeyValuePtr& stored : plan.look(bindings_of(role))) plan.erase(stored->key);
  } else {
    const std::string key = role_key({std::string(role), std::string(user)});
    if (plan.look(key) != nullptr) plan.erase(key);
  }
  return plan.done();
}

AccessPlan plan_grant(const store::View& view, const Permission& permission, WallTime now) {
  Plan plan(view);
  if (plan.look(bindings_of(permission.role), 1).empty()) {
    return fail(Errc::kNotFound, "role " + permission.role + " not found!");
  }
  std::string key = permission_key(permission);
  if (plan.look(key) == nullptr) plan.put(std::move(key), encode_created(now));
  return plan.done();
}

AccessPlan plan_revoke(const store::View& view, const Permission& permission) {
  Plan plan(view);
  const std::string key = permission_key(permission);
  if (plan.look(key) != nullptr) plan.erase(key);
  return plan.done();
}

}  // namespace batata::domain
