#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "async/published_map.h"
#include "domain/access/access_keys.h"
#include "store/store.h"

namespace batata::domain {

inline constexpr std::string_view kAdminRole = "ROLE_ADMIN";  ///< may do everything
inline constexpr std::string_view kFirstAdminName = "nacos";  ///< whom create_first_admin creates

/// A user as any thread may look at it. Immutable.
struct Account {
  std::string name, hash;
  bool enabled = true;
  std::vector<std::string> roles;  ///< sorted
  bool admin = false;              ///< has kAdminRole
  WallTime created, modified;
};

/// Who may do what: an index of users, their roles and the roles' permissions.
///
/// Questions may be asked on any thread and cost a few look-ups; a question sees every change that has been
/// taken in before. Changes are taken in on the loop, by AccessService, before it says that they are done.
class Rights {
 public:
  Rights() = default;
  Rights(const Rights&) = delete;
  Rights& operator=(const Rights&) = delete;

  /// Null when there is no such user. Any thread.
  [[nodiscard]] std::shared_ptr<const Account> find(std::string_view user) const {
    return accounts_.find(user);
  }

  /// Whether `user` may do `action` ('r' or 'w') with `resource`. Any thread.
  ///
  /// `resource` is what a request asks for, in full: "public:DEFAULT_GROUP:config/app.yaml",
  /// "public:*:config/*" (resource.h makes those) or a literal name as "console/users" and "nacos/admin". An
  /// administrator may everything; nobody else anything that starts with "console/" or "batata/"; others what
  /// a permission of one of their roles matches. Users that do not exist or are not enabled may nothing.
  /// Source: upstream's AbstractCheckedAuthRoleService.hasPermission.
  [[nodiscard]] bool allows(std::string_view user, std::string_view resource, char action) const;

  /// Whether `user` exists, is enabled and has kAdminRole. Any thread.
  [[nodiscard]] bool is_admin(std::string_view user) const;

  /// Whether anybody has kAdminRole. Any thread.
  [[nodiscard]] bool has_admin() const { return admins_.load(std::memory_order_acquire) > 0; }

  /// Takes in a change of a key of `all_access()`. A record that cannot be read counts as absent, and is
  /// logged. Loop only.
  void take(const store::Event& event);
  /// Forgets everything and takes in the keys of `view`. Loop only.
  void reset(const store::View& view);

 private:
  struct Grant {
    std::string pattern;  // "" namespace replaced by "public"
    bool read = false, write = false;
  };
  using Grants = std::vector<Grant>;

  void take_user(const std::string& name, const store::KeyValuePtr& stored);
  void take_binding(const RoleBinding& binding, bool holds);
  void take_permission(const Permission& permission, bool holds);
  void publish_account(const std::string& name);
  void publish_grants(const std::string& role);
  void take_key(std::string_view key, const store::KeyValuePtr& after);

  PublishedMap<Account> accounts_;
  PublishedMap<Grants> grants_;  // by role
  std::atomic<std::uint64_t> admins_ = 0;
  // The loop's own view, from which what is published is made.
  std::map<std::string, store::KeyValuePtr, std::less<>> users_;
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> roles_;  // by user
  std::map<std::string, std::set<Permission>, std::less<>> permissions_;          // by role
};

}  // namespace batata::domain
