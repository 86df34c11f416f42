#include "faces/common/audit.h"

#include <array>

namespace batata::faces {
namespace {

using wire::Method;

// By a piece of the address, the first that fits; what is created, changed and removed has one piece in each
// version of Nacos' API.
struct Family {
  std::string_view piece;
  std::string_view post, put, remove;
};
constexpr std::array kFamilies = std::to_array<Family>({
    {"/login", "sign-in", "", ""},
    {"/backups", "backup.begin", "", "backup.give-up"},
    {"/log/level", "", "log.level", ""},
    {"/ops/log", "log.level", "log.level", ""},
    {"/auth/users/admin", "user.first-admin", "", ""},
    {"/auth/user/admin", "user.first-admin", "", ""},
    {"/auth/admin", "user.first-admin", "", ""},
    {"/auth/users/password", "", "user.password", ""},
    {"/auth/password", "", "user.password", ""},
    {"/auth/role", "role.grant", "role.change", "role.revoke"},
    {"/auth/permission", "permission.grant", "permission.change", "permission.revoke"},
    {"/auth", "user.create", "user.password", "user.delete"},
    {"/namespace", "namespace.create", "namespace.change", "namespace.delete"},
    {"/listener", "", "", ""},
    {"/cs/config/import", "config.import", "", ""},
    {"/cs/config/clone", "config.clone", "", ""},
    {"/cs/config", "config.publish", "config.change", "config.delete"},
    {"/cs/capacity", "setting.capacity", "setting.capacity", ""},
    {"/switches", "setting.switch", "setting.switch", ""},
    {"/lookup", "setting.lookup", "setting.lookup", ""},
    {"/ops/raft", "setting.raft", "setting.raft", ""},
    {"/cluster/nodes", "", "", "setting.nodes"},
});

}  // namespace

std::string_view audited_action(const wire::RowInfo& row) {
  // Of v1, imports and copies are publishing with a parameter.
  if (row.method == Method::kPost && row.path.ends_with("/cs/configs")) {
    if (row.selector.starts_with("import")) return "config.import";
    if (row.selector.starts_with("clone")) return "config.clone";
  }
  for (const Family& family : kFamilies) {
    if (row.path.find(family.piece) == row.path.npos) continue;
    if (row.method == Method::kPost) return family.post;
    if (row.method == Method::kPut || row.method == Method::kPatch) return family.put;
    return row.method == Method::kDelete ? family.remove : std::string_view();
  }
  return {};
}

std::string_view audited_rpc(std::string_view type) {
  if (type == "ConfigPublishRequest") return "config.publish";
  return type == "ConfigRemoveRequest" ? "config.delete" : std::string_view();
}

}  // namespace batata::faces
