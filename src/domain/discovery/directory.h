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

/// Which services an operator looks for. Names and groups match when they contain the text; empty: all.
struct ServiceFilter {
  std::string space;
  std::string group = {}, name = {};
  bool hide_empty = false;
  std::int64_t page_no = 1;  ///< lower numbers mean the first
  std::int64_t page_size = 0;
};
/// A page of services that match, and how many match.
struct FoundServices {
  std::size_t count = 0;
  std::vector<registry::ServiceKey> services;
};

/// What instances a service takes. Decided by what it was made with, for as long as it exists.
enum class ServiceKind : std::uint8_t { kEphemeral, kPersistent };

/// The services that exist: those with instances, and for a while those that had some or were created
/// without. Loop only.
class Directory {
 public:
  /// `forgotten` is called for a service that has had no instances for `kept_empty`; it is not in here any
  /// more then.
  Directory(Runtime& runtime, Duration kept_empty, std::function<void(const registry::ServiceKey&)> forgotten)
      : runtime_(runtime), kept_empty_(kept_empty), forgotten_(std::move(forgotten)) {}
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory();

  /// Adds a service without instances; nothing happens when it is in here.
  void add(const registry::ServiceKey& service, ServiceKind kind);
  /// Notes that a service has instances now, or none. One that is not known and has none is not added; one
  /// that is new is of `kind`. Gives the kind that it has, nothing when it is not in here.
  std::optional<ServiceKind> note(const registry::ServiceKey& service, bool has_instances, ServiceKind kind);
  /// Forgets a service at once, without a call of `forgotten`.
  void remove(const registry::ServiceKey& service);

  /// Names in order, without their group. Pages count from 1; lower numbers mean the first.
  [[nodiscard]] ServicePage page(const std::string& space, const std::string& group, std::int64_t page_no,
                                 std::int64_t page_size) const;
  /// Up to `limit` services of a namespace in order, after `after` (nothing: from the first).
  [[nodiscard]] std::vector<registry::ServiceKey> services_after(
      const std::string& space, const std::optional<registry::ServiceKey>& after, std::size_t limit) const;
  /// Nothing when there is no such service.
  [[nodiscard]] std::optional<ServiceKind> kind(const registry::ServiceKey& service) const;
  [[nodiscard]] bool contains(const registry::ServiceKey& service) const { return kind(service).has_value(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Of each namespace that has any. Looks at each group.
  [[nodiscard]] std::map<std::string, std::size_t> sizes() const;
  /// Services of a namespace in the order of groups, then of names. Looks at each, some 50 ns.
  [[nodiscard]] FoundServices find(const ServiceFilter& filter) const;
  /// All of all namespaces, in order.
  [[nodiscard]] std::vector<registry::ServiceKey> all() const;

 private:
  struct Known {
    ServiceKind kind;
    std::uint64_t empty = 0;  // when it became empty (sequence), 0: it is not
  };
  using Services = std::map<std::string, Known>;  // by name
  struct Empty {
    SteadyTime since;
    registry::ServiceKey service;
  };
  void became_empty(Known& known, const registry::ServiceKey& service);
  void erase(const registry::ServiceKey& service);
  void arm();
  void forget_due();

  Runtime& runtime_;
  const Duration kept_empty_;
  std::function<void(const registry::ServiceKey&)> forgotten_;
  std::map<std::pair<std::string, std::string>, Services> groups_;  // by space and group
  std::map<std::uint64_t, Empty> empty_;                            // in the order in which they became so
  std::uint64_t last_sequence_ = 0;
  std::size_t size_ = 0;
  Runtime::TimerId timer_ = 0;
};

}  // namespace batata::domain
