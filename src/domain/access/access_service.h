#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "async/turns.h"
#include "base/secret.h"
#include "cluster/context.h"
#include "cluster/proposer.h"
#include "cluster/watches.h"
#include "domain/access/access_keys.h"
#include "domain/access/access_plans.h"
#include "domain/access/listing.h"
#include "domain/access/passwords.h"
#include "domain/access/rights.h"

namespace batata::domain {

/// The user that create_first_admin made.
struct FirstAdmin {
  std::string name;
  Secret password;  ///< the given one, or the one that was invented: its only copy
};

/// Users, roles and permissions: written through consensus, asked through `rights`. Loop only but for
/// `rights`.
///
/// A change counts for every reader of this node when the call that made it returns, and for other nodes as
/// soon as they have applied it. Does not know of tokens, requests or products' bodies: failures carry
/// Nacos' own sentences in `message`, without the "caused: " that its HTTP server puts before them.
///
/// Errors of every write, beside those named: kInvalidArgument for a name or text that is blank ("username is
/// blank") or longer than it may be; kResourceExhausted when writes of kWaitingMax wait; those of
/// Proposer::propose; kUnavailable when others wrote so busily that no plan held.
class AccessService {
 public:
  /// All of them outlive the service. `watches` is of the store that the proposer applies to.
  AccessService(Runtime& runtime, cluster::Proposer& proposer, cluster::Watches& watches,
                Passwords& passwords);
  AccessService(const AccessService&) = delete;
  AccessService& operator=(const AccessService&) = delete;

  /// Takes in what other nodes change; never ends. Spawned once, after the store has been recovered, by
  /// whoever owns the service, before the first request: it takes in all there is before its first wait.
  Task<void> run();

  /// Who may do what. Any thread; valid as long as the service.
  [[nodiscard]] const Rights& rights() const { return rights_; }

  // Users
  /// Errors: kConflict (exists); kInvalidArgument, also of check_password.
  Task<Status> create_user(cluster::Context context, std::string name, Secret password);
  /// Creates "nacos" with ROLE_ADMIN, once: while nobody has that role. An empty password invents one.
  /// Errors: kConflict ("have admin user cannot use it"); kInvalidArgument of check_password.
  Task<Result<FirstAdmin>> create_first_admin(cluster::Context context, Secret password);
  /// Errors: kNotFound; kInvalidArgument of check_password, and for a user whose password is kept elsewhere.
  /// Who may is the caller's to decide.
  Task<Status> change_password(cluster::Context context, std::string name, Secret password);
  /// Removes the user and its roles; success, too, when there is none. Errors: kInvalidArgument (an
  /// administrator).
  Task<Status> remove_user(cluster::Context context, std::string name);
  [[nodiscard]] AccessPage<UserItem> users(const PageRequest& page, std::string_view name,
                                           Search search) const;
  [[nodiscard]] std::vector<std::string> user_names(std::string_view prefix) const;
  /// A user whose password is kept elsewhere: it has no local one that could match, nor ever gets one.
  /// Success, too, when the user exists. For SignIns.
  Task<Status> create_external_user(cluster::Context context, std::string name);

  // Roles
  /// Errors: kInvalidArgument (ROLE_ADMIN), kNotFound (the user), kConflict (has it already).
  Task<Status> add_role(cluster::Context context, RoleBinding binding);
  /// Takes the role from `user`, or from everybody when `user` is empty; success, too, when nobody had it.
  /// Errors: kInvalidArgument (ROLE_ADMIN).
  Task<Status> remove_role(cluster::Context context, std::string role, std::string user);
  [[nodiscard]] AccessPage<RoleBinding> roles(const PageRequest& page, std::string_view user,
                                              std::string_view role, Search search) const;
  [[nodiscard]] std::vector<std::string> role_names(std::string_view prefix) const;

  // Permissions
  /// Success, too, when the role has it already. Errors: kNotFound (nobody has the role).
  Task<Status> grant(cluster::Context context, Permission permission);
  /// Success, too, when the role has it not.
  Task<Status> revoke(cluster::Context context, Permission permission);
  [[nodiscard]] AccessPage<Permission> permissions(const PageRequest& page, std::string_view role,
                                                   Search search) const;
  /// Whether exactly this permission is there.
  [[nodiscard]] bool has_permission(const Permission& permission) const;

  /// Writes under way, those included that wait for their turn: administrators are few and hashing is slow.
  static constexpr std::size_t kWaitingMax = 1024;
  static constexpr std::size_t kNameBytesMax = 256;       ///< of a user or a role; upstream's columns hold 50
  static constexpr std::size_t kResourceBytesMax = 2048;  ///< of a permission's resource; upstream's hold 512
  static constexpr std::size_t kActionBytesMax = 16;      ///< upstream's hold 8

 private:
  template <class Planner>
  Task<Status> carry_out(cluster::Context context, Planner planner);
  void catch_up();

  Runtime& runtime_;
  cluster::Proposer& proposer_;
  cluster::Watches& watches_;
  Passwords& passwords_;
  Rights rights_;
  Revision known_;        // rights_ stand as the store did at this revision
  bool started_ = false;  // rights_ have been filled once
  std::size_t waiting_ = 0;
  Turns turns_;  // one write at a time, so that their plans hold
};

}  // namespace batata::domain
