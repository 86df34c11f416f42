#include "domain/access/access_service.h"

#include <utility>

#include "base/counted.h"
#include "base/log.h"
#include "cluster/planned_write.h"
#include "domain/access/text.h"

namespace batata::domain {
namespace {

// Writes take turns under one name: administrators are few, and plans of one state hold one after the other.
constexpr char kWrites[] = "writes", kFirstAdmins[] = "first admin";

Status check_name(std::string_view what, std::string_view name, std::size_t bytes_max) {
  if (name.size() <= bytes_max) return {};
  return fail(Errc::kInvalidArgument,
              std::string(what) + " is longer than " + std::to_string(bytes_max) + " bytes");
}

Status check_user(std::string_view name) {
  if (is_blank_text(name)) return fail(Errc::kInvalidArgument, "username is blank");
  return check_name("username", name, AccessService::kNameBytesMax);
}

Status check_permission(const Permission& permission) {
  if (auto role = check_name("role", permission.role, AccessService::kNameBytesMax); !role) return role;
  auto resource = check_name("resource", permission.resource, AccessService::kResourceBytesMax);
  return resource ? check_name("action", permission.action, AccessService::kActionBytesMax) : resource;
}

}  // namespace

AccessService::AccessService(Runtime& runtime, cluster::Proposer& proposer, cluster::Watches& watches,
                             Passwords& passwords)
    : runtime_(runtime), proposer_(proposer), watches_(watches), passwords_(passwords), turns_(runtime) {}

Task<void> AccessService::run() {
  for (;;) {
    catch_up();
    // A failure says that history no longer reaches back, which catch_up sees for itself.
    (void)co_await watches_.changed({{all_access()}}, known_, SteadyTime::never());
  }
}

void AccessService::catch_up() {
  const store::Store& store = watches_.store();
  if (started_ && known_ == store.revision()) return;
  const auto events = started_
                          ? store.events(all_access(), known_)
                          : Result<std::vector<store::Event>>(fail(Errc::kCompacted, "nothing is known yet"));
  if (events) {
    for (const store::Event& event : *events) rights_.take(event);
  } else {
    rights_.reset(store.latest());
  }
  known_ = store.revision();
  started_ = true;
}

// Plans and proposes until a plan holds. `planner` gives an AccessPlan of a view.
template <class Planner>
Task<Status> AccessService::carry_out(cluster::Context context, Planner planner) {
  const Counted waiting(waiting_);
  if (waiting_ > kWaitingMax)
    co_return fail(Errc::kResourceExhausted, "too many changes of rights are waiting");
  const auto turn = co_await turns_.take(kWrites);
  auto done = co_await cluster::write_planned(proposer_, std::move(context), "change of rights",
                                              [&] { return planner(watches_.store().latest()); });
  if (!done) co_return tl::unexpected(std::move(done.error()));
  catch_up();
  co_return Status{};
}

Task<Status> AccessService::create_user(cluster::Context context, std::string name, Secret password) {
  if (auto named = check_user(name); !named) co_return tl::unexpected(std::move(named.error()));
  if (auto checked = check_password(password); !checked) co_return tl::unexpected(std::move(checked.error()));
  // A name that is taken does not cost a hash; the plan looks again.
  if (auto taken = plan_create_user(watches_.store().latest(), name, {}, {}); !taken) {
    co_return tl::unexpected(std::move(taken.error()));
  }
  const auto hash = co_await passwords_.hash(std::move(password));
  if (!hash) co_return tl::unexpected(hash.error());
  co_return co_await carry_out(std::move(context), [this, name, hash = *hash](const store::View& view) {
    return plan_create_user(view, name, hash, runtime_.wall_now());
  });
}

Task<Result<FirstAdmin>> AccessService::create_first_admin(cluster::Context context, Secret password) {
  if (password.empty()) password = invent_password();
  if (auto checked = check_password(password); !checked) co_return tl::unexpected(std::move(checked.error()));
  const Counted waiting(waiting_);
  if (waiting_ > kWaitingMax)
    co_return fail(Errc::kResourceExhausted, "too many changes of rights are waiting");
  // One at a time also hashes: of any number that come at once one hashes a password, not all.
  const auto turn = co_await turns_.take(kFirstAdmins);
  if (auto taken = plan_first_admin(watches_.store().latest(), {}, {}); !taken) {
    co_return tl::unexpected(std::move(taken.error()));
  }
  const auto hash = co_await passwords_.hash(password.copy());
  if (!hash) co_return tl::unexpected(hash.error());
  auto done = co_await carry_out(std::move(context), [this, hash = *hash](const store::View& view) {
    return plan_first_admin(view, hash, runtime_.wall_now());
  });
  if (!done) co_return tl::unexpected(std::move(done.error()));
  log::info("access first administrator created user={}", kFirstAdminName);
  co_return FirstAdmin{std::string(kFirstAdminName), std::move(password)};
}

Task<Status> AccessService::change_password(cluster::Context context, std::string name, Secret password) {
  if (auto named = check_user(name); !named) co_return tl::unexpected(std::move(named.error()));
  if (auto known = plan_change_password(watches_.store().latest(), name, {}, {}); !known) {
    co_return tl::unexpected(std::move(known.error()));
  }
  if (auto checked = check_password(password); !checked) co_return tl::unexpected(std::move(checked.error()));
  const auto hash = co_await passwords_.hash(std::move(password));
  if (!hash) co_return tl::unexpected(hash.error());
  co_return co_await carry_out(std::move(context), [this, name, hash = *hash](const store::View& view) {
    return plan_change_password(view, name, hash, runtime_.wall_now());
  });
}

Task<Status> AccessService::remove_user(cluster::Context context, std::string name) {
  co_return co_await carry_out(std::move(context),
                               [name](const store::View& view) { return plan_remove_user(view, name); });
}

Task<Status> AccessService::create_external_user(cluster::Context context, std::string name) {
  if (auto named = check_user(name); !named) co_return tl::unexpected(std::move(named.error()));
  co_return co_await carry_out(std::move(context), [this, name](const store::View& view) -> AccessPlan {
    if (view.get(user_key(name)) != nullptr) return std::optional<store::Txn>{};
    return plan_create_user(view, name, {}, runtime_.wall_now());
  });
}

AccessPage<UserItem> AccessService::users(const PageRequest& page, std::string_view name,
                                          Search search) const {
  return list_users(watches_.store().latest(), page, name, search);
}
std::vector<std::string> AccessService::user_names(std::string_view prefix) const {
  return domain::user_names(watches_.store().latest(), prefix);
}

Task<Status> AccessService::add_role(cluster::Context context, RoleBinding binding) {
  if (auto role = check_name("role", binding.role, kNameBytesMax); !role)
    co_return tl::unexpected(role.error());
  co_return co_await carry_out(std::move(context), [this, binding](const store::View& view) {
    return plan_add_role(view, binding, runtime_.wall_now());
  });
}

Task<Status> AccessService::remove_role(cluster::Context context, std::string role, std::string user) {
  co_return co_await carry_out(std::move(context), [role, user](const store::View& view) {
    return plan_remove_role(view, role, user);
  });
}

AccessPage<RoleBinding> AccessService::roles(const PageRequest& page, std::string_view user,
                                             std::string_view role, Search search) const {
  return list_roles(watches_.store().latest(), page, user, role, search);
}
std::vector<std::string> AccessService::role_names(std::string_view prefix) const {
  return domain::role_names(watches_.store().latest(), prefix);
}

Task<Status> AccessService::grant(cluster::Context context, Permission permission) {
  if (auto checked = check_permission(permission); !checked)
    co_return tl::unexpected(std::move(checked.error()));
  co_return co_await carry_out(std::move(context), [this, permission](const store::View& view) {
    return plan_grant(view, permission, runtime_.wall_now());
  });
}

Task<Status> AccessService::revoke(cluster::Context context, Permission permission) {
  co_return co_await carry_out(
      std::move(context), [permission](const store::View& view) { return plan_revoke(view, permission); });
}

AccessPage<Permission> AccessService::permissions(const PageRequest& page, std::string_view role,
                                                  Search search) const {
  return list_permissions(watches_.store().latest(), page, role, search);
}

bool AccessService::has_permission(const Permission& permission) const {
  return watches_.store().latest().get(permission_key(permission)) != nullptr;
}

}  // namespace batata::domain
