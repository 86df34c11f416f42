#include "domain/access/listing.h"

#include <algorithm>
#include <tuple>

#include "domain/access/access_records.h"
#include "domain/access/resource.h"
#include "domain/access/text.h"

namespace batata::domain {
namespace {

bool selects(std::string_view wanted, std::string_view name, Search search) {
  if (is_blank_text(wanted)) return true;
  return search == Search::kBlur ? matches_pattern(wanted, name) : wanted == name;
}

// An item, when its key came into being, and its place in the order of keys.
template <class T>
struct Found {
  Revision created;
  std::size_t place;
  T item;
};

template <class T>
AccessPage<T> page_of(std::vector<Found<T>> found, const PageRequest& request) {
  AccessPage<T> page{.total = found.size(), .number = request.number, .available = 0, .items = {}};
  if (request.size == 0) return page;
  page.available = page.total / request.size + (page.total % request.size == 0 ? 0 : 1);
  if (request.number == 0 || request.number > page.available) return page;
  const std::uint64_t begin = (request.number - 1) * request.size;
  const std::uint64_t end = begin + std::min(request.size, page.total - begin);
  for (std::uint64_t i = begin; i < end; ++i) page.items.push_back(std::move(found[i].item));
  return page;
}

template <class T>
void sort_by_creation(std::vector<Found<T>>& found) {
  std::ranges::sort(found, {}, [](const Found<T>& entry) { return std::pair(entry.created, entry.place); });
}

}  // namespace

AccessPage<UserItem> list_users(const store::View& view, const PageRequest& page, std::string_view name,
                                Search search) {
  std::vector<Found<UserItem>> found;
  for (const store::KeyValuePtr& stored : view.range(all_users())) {
    auto user = user_of(stored->key);
    const auto record = decode_user(stored->value);
    if (!user || !record || !selects(name, *user, search)) continue;
    found.push_back({stored->created,
                     found.size(),
                     {.name = std::move(*user),
                      .enabled = record->enabled,
                      .created = record->created,
                      .modified = record->modified}});
  }
  if (is_blank_text(name)) sort_by_creation(found);
  return page_of(std::move(found), page);
}

AccessPage<RoleBinding> list_roles(const store::View& view, const PageRequest& page, std::string_view user,
                                   std::string_view role, Search search) {
  std::vector<Found<RoleBinding>> found;
  for (const store::KeyValuePtr& stored : view.range(all_roles())) {
    auto binding = role_binding_of(stored->key);
    if (!binding || !selects(user, binding->user, search) || !selects(role, binding->role, search)) continue;
    found.push_back({stored->created, found.size(), std::move(*binding)});
  }
  std::ranges::sort(
      found, {}, [](const Found<RoleBinding>& entry) { return std::tie(entry.item.user, entry.item.role); });
  return page_of(std::move(found), page);
}

AccessPage<Permission> list_permissions(const store::View& view, const PageRequest& page,
                                        std::string_view role, Search search) {
  std::vector<Found<Permission>> found;
  for (const store::KeyValuePtr& stored : view.range(all_permissions())) {
    auto permission = permission_of(stored->key);
    if (!permission || !selects(role, permission->role, search)) continue;
    found.push_back({stored->created, found.size(), std::move(*permission)});
  }
  if (is_blank_text(role)) sort_by_creation(found);
  return page_of(std::move(found), page);
}

std::vector<std::string> user_names(const store::View& view, std::string_view prefix) {
  std::vector<std::string> names;
  for (const store::KeyValuePtr& stored : view.range(all_users())) {
    auto user = user_of(stored->key);
    if (user && user->starts_with(prefix)) names.push_back(std::move(*user));
  }
  return names;
}

std::vector<std::string> role_names(const store::View& view, std::string_view prefix) {
  std::vector<std::string> names;
  for (const store::KeyValuePtr& stored : view.range(all_roles())) {
    auto binding = role_binding_of(stored->key);
    if (binding && binding->role.starts_with(prefix)) names.push_back(std::move(binding->role));
  }
  return names;
}

}  // namespace batata::domain
