#pragma once
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace batata::domain {

/// Values by name, at most `max` of them: when there are more, the one touched longest ago is forgotten.
/// Names may be a stranger's choice: the map is ordered, so none collide. Loop only.
template <class T>
class RecentMap {
 public:
  explicit RecentMap(std::size_t max) : max_(max) {}
  RecentMap(const RecentMap&) = delete;
  RecentMap& operator=(const RecentMap&) = delete;

  /// Null when there is none. Does not count as a touch. Valid until the map changes.
  [[nodiscard]] const T* find(std::string_view name) const {
    const auto it = by_name_.find(name);
    return it == by_name_.end() ? nullptr : &it->second->second;
  }
  /// The value of `name`, now the newest; one that was not there is T{}. Valid until the map changes.
  T& touch(std::string_view name) {
    const auto it = by_name_.find(name);
    if (it != by_name_.end()) {
      line_.splice(line_.end(), line_, it->second);
      return it->second->second;
    }
    if (line_.size() >= max_ && !line_.empty()) erase(line_.front().first);
    line_.emplace_back(std::string(name), T{});
    by_name_.emplace(line_.back().first, std::prev(line_.end()));
    return line_.back().second;
  }
  void erase(std::string_view name) {
    const auto it = by_name_.find(name);
    if (it == by_name_.end()) return;
    const auto place = it->second;
    by_name_.erase(it);
    line_.erase(place);
  }
  [[nodiscard]] std::size_t size() const { return line_.size(); }

 private:
  using Line = std::list<std::pair<std::string, T>>;  // the one touched longest ago first
  std::size_t max_;
  Line line_;
  std::map<std::string_view, typename Line::iterator, std::less<>> by_name_;  // names live in line_
};

}  // namespace batata::domain
