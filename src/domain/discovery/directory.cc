#include "domain/discovery/directory.h"

#include <algorithm>
#include <iterator>

namespace batata::domain {

Directory::~Directory() {
  if (timer_ != 0) runtime_.cancel(timer_);
}

void Directory::note(const registry::ServiceKey& service, bool has_instances) {
  if (has_instances) {
    Services& group = groups_[{service.space, service.group}];
    const auto [it, is_new] = group.try_emplace(service.name, 0);
    if (is_new) ++size_;
    if (it->second != 0) empty_.erase(std::exchange(it->second, 0));
    return;
  }
  const auto group = groups_.find({service.space, service.group});
  if (group == groups_.end()) return;
  const auto it = group->second.find(service.name);
  if (it == group->second.end() || it->second != 0) return;
  it->second = ++last_sequence_;
  empty_.emplace(it->second, Empty{runtime_.now(), service});
  arm();
}

ServicePage Directory::page(const std::string& space, const std::string& group, std::int64_t page_no,
                            std::int64_t page_size) const {
  ServicePage page;
  const auto found = groups_.find({space, group});
  if (found == groups_.end()) return page;
  const Services& services = found->second;
  page.count = services.size();
  const auto count = static_cast<std::int64_t>(services.size());
  const std::int64_t size = std::clamp<std::int64_t>(page_size, 0, count);
  const std::int64_t before = std::max<std::int64_t>(page_no, 1) - 1;
  if (size == 0 || before > count / size) return page;
  const std::int64_t skipped = std::min(before * page_size, count);
  auto it = std::next(services.begin(), skipped);
  for (std::int64_t i = skipped; i < std::min(skipped + size, count); ++i, ++it)
    page.names.push_back(it->first);
  return page;
}

std::vector<registry::ServiceKey> Directory::all() const {
  std::vector<registry::ServiceKey> services;
  services.reserve(size_);
  for (const auto& [group, names] : groups_) {
    for (const auto& [name, empty] : names) services.push_back({group.first, group.second, name});
  }
  return services;
}

std::vector<registry::ServiceKey> Directory::services_after(const std::string& space,
                                                            const std::optional<registry::ServiceKey>& after,
                                                            std::size_t limit) const {
  std::vector<registry::ServiceKey> found;
  auto group = groups_.lower_bound({space, after ? after->group : std::string()});
  for (; group != groups_.end() && group->first.first == space && found.size() < limit; ++group) {
    const Services& services = group->second;
    const bool begun = after && group->first.second == after->group;
    auto it = begun ? services.upper_bound(after->name) : services.begin();
    for (; it != services.end() && found.size() < limit; ++it)
      found.push_back({space, group->first.second, it->first});
  }
  return found;
}

bool Directory::contains(const registry::ServiceKey& service) const {
  const auto group = groups_.find({service.space, service.group});
  return group != groups_.end() && group->second.contains(service.name);
}

void Directory::arm() {
  if (timer_ != 0 || empty_.empty()) return;
  timer_ = runtime_.at(empty_.begin()->second.since + kKeptEmpty, [this] {
    timer_ = 0;
    forget_due();
    arm();
  });
}

void Directory::forget_due() {
  while (!empty_.empty() && empty_.begin()->second.since + kKeptEmpty <= runtime_.now()) {
    const registry::ServiceKey service = std::move(empty_.begin()->second.service);
    empty_.erase(empty_.begin());
    const auto group = groups_.find({service.space, service.group});
    group->second.erase(service.name);
    if (group->second.empty()) groups_.erase(group);
    --size_;
    forgotten_(service);
  }
}

}  // namespace batata::domain
