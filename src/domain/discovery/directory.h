#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/runtime.h"
#include "registry/instance.h"

namespace batata::domain {

/// Some of a group's service names, and how many there are.
struct ServicePage {
  std::size_t count = 0;
  std::vector<std::string> names;
};

/// The services that exist: those with instances, and for a while those that had some. Loop only.
class Directory {
 public:
  /// `forgotten` is called for a service that has had no instances for `kKeptEmpty`; it is not in here any
  /// more then.
  Directory(Runtime& runtime, std::function<void(const registry::ServiceKey&)> forgotten)
      : runtime_(runtime), forgotten_(std::move(forgotten)) {}
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory();

  /// Notes that a service has instances now, or none. One that is not known and has none is not added.
  void note(const registry::ServiceKey& service, bool has_instances);

  /// Names in order, without their group. Pages count from 1; lower numbers mean the first.
  [[nodiscard]] ServicePage page(const std::string& space, const std::string& group, std::int64_t page_no,
                                 std::int64_t page_size) const;
  /// Every service there is, in the order of spaces, groups and names.
  [[nodiscard]] std::vector<registry::ServiceKey> all() const;
  /// Up to `limit` services of a namespace in order, after `after` (nothing: from the first).
  [[nodiscard]] std::vector<registry::ServiceKey> services_after(
      const std::string& space, const std::optional<registry::ServiceKey>& after, std::size_t limit) const;
  [[nodiscard]] bool contains(const registry::ServiceKey& service) const;
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Source: upstream's nacos.naming.empty-service.expired-time.
  static constexpr Duration kKeptEmpty = std::chrono::seconds(60);

 private:
  using Services =
      std::map<std::string, std::uint64_t>;  // by name; when it became empty (sequence), 0: it is not
  struct Empty {
    SteadyTime since;
    registry::ServiceKey service;
  };
  void arm();
  void forget_due();

  Runtime& runtime_;
  std::function<void(const registry::ServiceKey&)> forgotten_;
  std::map<std::pair<std::string, std::string>, Services> groups_;  // by space and group
  std::map<std::uint64_t, Empty> empty_;                            // in the order in which they became so
  std::uint64_t last_sequence_ = 0;
  std::size_t size_ = 0;
  Runtime::TimerId timer_ = 0;
};

}  // namespace batata::domain
