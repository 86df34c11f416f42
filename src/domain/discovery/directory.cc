#include "domain/discovery/directory.h"

#include <algorithm>
#include <iterator>

namespace batata::domain {

Directory::~Directory() {
  if (timer_ != 0) runtime_.cancel(timer_);
}

void Directory::add(const registry::ServiceKey& service, ServiceKind kind) {
  Services& group = groups_[{service.space, service.group}];
  const auto [it, is_new] = group.try_emplace(service.name, Known{kind});
  if (!is_new) return;
  ++size_;
  became_empty(it->second, service);
}

std::optional<ServiceKind> Directory::note(const registry::ServiceKey& service, bool has_instances,
                                           ServiceKind kind) {
  if (has_instances) {
    Services& group = groups_[{service.space, service.group}];
    const auto [it, is_new] = group.try_emplace(service.name, Known{kind});
    if (is_new) ++size_;
    if (it->second.empty != 0) empty_.erase(std::exchange(it->second.empty, 0));
    return it->second.kind;
  }
  const auto group = groups_.find({service.space, service.group});
  if (group == groups_.end()) return std::nullopt;
  const auto it = group->second.find(service.name);
  if (it == group->second.end()) return std::nullopt;
  if (it->second.empty == 0) became_empty(it->second, service);
  return it->second.kind;
}

void Directory::became_empty(Known& known, const registry::ServiceKey& service) {
  known.empty = ++last_sequence_;
  empty_.emplace(known.empty, Empty{runtime_.now(), service});
  arm();
}

void Directory::remove(const registry::ServiceKey& service) {
  const auto group = groups_.find({service.space, service.group});
  if (group == groups_.end()) return;
  const auto it = group->second.find(service.name);
  if (it == group->second.end()) return;
  if (it->second.empty != 0) empty_.erase(it->second.empty);
  erase(service);
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

std::optional<ServiceKind> Directory::kind(const registry::ServiceKey& service) const {
  const auto group = groups_.find({service.space, service.group});
  if (group == groups_.end()) return std::nullopt;
  const auto it = group->second.find(service.name);
  if (it == group->second.end()) return std::nullopt;
  return it->second.kind;
}

// Twice over all of them: the page follows from the count, and keys are copied for the page alone.
FoundServices Directory::find(const ServiceFilter& filter) const {
  const auto each_match = [&](const auto& visit) {
    const auto first = groups_.lower_bound({filter.space, {}});
    for (auto group = first; group != groups_.end() && group->first.first == filter.space; ++group) {
      if (group->first.second.find(filter.group) == std::string::npos) continue;
      for (const auto& [name, known] : group->second) {
        if (filter.hide_empty && known.empty != 0) continue;
        if (name.find(filter.name) != std::string::npos) visit(group->first.second, name);
      }
    }
  };
  FoundServices found;
  each_match([&found](const std::string&, const std::string&) { ++found.count; });
  const auto count = static_cast<std::int64_t>(found.count);
  const std::int64_t size = std::clamp<std::int64_t>(filter.page_size, 0, count);
  const std::int64_t before = std::max<std::int64_t>(filter.page_no, 1) - 1;
  if (size == 0 || before > count / size) return found;
  const std::int64_t first = before * size, last = std::min(first + size, count);
  std::int64_t at = 0;
  each_match([&](const std::string& group, const std::string& name) {
    if (at >= first && at < last) found.services.push_back({filter.space, group, name});
    ++at;
  });
  return found;
}

std::vector<registry::ServiceKey> Directory::all() const {
  std::vector<registry::ServiceKey> keys;
  keys.reserve(size_);
  for (const auto& [group, services] : groups_)
    for (const auto& [name, known] : services) keys.push_back({group.first, group.second, name});
  return keys;
}

// It is in here.
void Directory::erase(const registry::ServiceKey& service) {
  const auto group = groups_.find({service.space, service.group});
  group->second.erase(service.name);
  if (group->second.empty()) groups_.erase(group);
  --size_;
}

void Directory::arm() {
  if (timer_ != 0 || empty_.empty()) return;
  timer_ = runtime_.at(empty_.begin()->second.since + kept_empty_, [this] {
    timer_ = 0;
    forget_due();
    arm();
  });
}

void Directory::forget_due() {
  while (!empty_.empty() && empty_.begin()->second.since + kept_empty_ <= runtime_.now()) {
    const registry::ServiceKey service = std::move(empty_.begin()->second.service);
    empty_.erase(empty_.begin());
    erase(service);
    forgotten_(service);
  }
}

std::map<std::string, std::size_t> Directory::sizes() const {
  std::map<std::string, std::size_t> sizes;
  for (const auto& [group, services] : groups_)
    if (!services.empty()) sizes[group.first] += services.size();
  return sizes;
}

}  // namespace batata::domain
