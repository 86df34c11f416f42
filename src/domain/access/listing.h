#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.h"
#include "domain/access/access_keys.h"
#include "store/store.h"

namespace batata::domain {

/// One page of a list. Source: upstream's Page.
template <class T>
struct AccessPage {
  std::uint64_t total = 0;
  std::uint64_t number = 1;     ///< the one that was asked for
  std::uint64_t available = 0;  ///< pages there are; 0 when there is nothing
  std::vector<T> items;
};

/// Which page: `number` counts from 1; who asks has refused zeros ("pageNo and pageSize must be greater than
/// zero"), which give an empty page here.
struct PageRequest {
  std::uint64_t number = 1, size = 10;
};

/// How lists compare names. kAccurate: equal. kBlur: `*` stands for any text, and a text without it is
/// compared as it is. A blank text selects everything, either way.
enum class Search : std::uint8_t { kAccurate, kBlur };

/// A user for lists: no hash, which is nobody's business.
struct UserItem {
  std::string name;
  bool enabled = true;
  WallTime created, modified;
};

/// The lists of one moment, from the store. Pure; loop only, as the view is.
///
/// Orders are upstream's: users and permissions as they were created when nothing is selected, otherwise by
/// name; roles by user, then role.
[[nodiscard]] AccessPage<UserItem> list_users(const store::View& view, const PageRequest& page,
                                              std::string_view name, Search search);
[[nodiscard]] AccessPage<RoleBinding> list_roles(const store::View& view, const PageRequest& page,
                                                 std::string_view user, std::string_view role, Search search);
[[nodiscard]] AccessPage<Permission> list_permissions(const store::View& view, const PageRequest& page,
                                                      std::string_view role, Search search);
/// Names of users that start with `prefix`, sorted; all for an empty one.
[[nodiscard]] std::vector<std::string> user_names(const store::View& view, std::string_view prefix);
/// Roles that start with `prefix`, sorted, one entry for each user that has it (so upstream answers).
[[nodiscard]] std::vector<std::string> role_names(const store::View& view, std::string_view prefix);

}  // namespace batata::domain
