#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "async/runtime.h"
#include "async/scope.h"
#include "domain/discovery/check_pace.h"
#include "domain/discovery/discovery_service.h"
#include "domain/discovery/health_probes.h"

namespace batata::domain {

/// Checks persistent instances and notes when one turns sick or well. Loop only.
///
/// Each instance is checked by itself, as the checker set for its cluster says, in intervals that follow the
/// times of its answers. A check that is due costs a look into an ordered map; at most kRunningMax run at
/// once, the others wait in the order in which they were due. Source: upstream's healthcheck/v2:
/// HealthCheckTaskV2, HealthCheckCommonV2 and the processors.
class HealthChecker {
 public:
  /// All of it outlives the checker.
  HealthChecker(Runtime& runtime, DiscoveryService& services, HealthProbes& probes);
  HealthChecker(const HealthChecker&) = delete;
  HealthChecker& operator=(const HealthChecker&) = delete;
  ~HealthChecker();

  /// Instances that are checked.
  [[nodiscard]] std::size_t size() const { return targets_.size(); }
  [[nodiscard]] std::size_t running() const { return running_; }
  /// Writes of what checks have found, under way; at most one for each instance.
  [[nodiscard]] std::size_t writing() const { return scope_.size(); }

  static constexpr std::size_t kRunningMax =
      256;  ///< sockets at once; at 500 ms each, 500 checks a second at worst
  static constexpr std::chrono::milliseconds kTimeout{500};  ///< of one probe, as upstream's

 private:
  using Name = std::pair<registry::ServiceKey, std::string>;  // service and "ip:port"
  struct Target;
  using Targets = std::map<Name, std::shared_ptr<Target>>;
  using Deadlines = std::multimap<SteadyTime, std::shared_ptr<Target>>;
  struct Target {
    Name name;
    registry::InstancePtr instance;
    ClusterMeta cluster;
    CheckPace pace;
    bool gone = false;
    bool waits = false;
    bool is_noted = false;  // what a check has found is being written
    Deadlines::iterator deadline;
    ServiceMetaPtr meta = nullptr;  // that `cluster` was taken from
    std::uint64_t round = 0;        // of `changed`, that has seen it last
  };

  void changed(const SnapshotPtr& snapshot);
  void take(const ServiceSnapshot& snapshot, const registry::InstancePtr& instance);
  void drop(Targets::iterator target);
  void schedule(const std::shared_ptr<Target>& target, Duration after);
  void arm();
  void run_due();
  void run(const std::shared_ptr<Target>& target);
  void settle(const std::shared_ptr<Target>& target, SteadyTime started, Probe found);
  Task<void> note(std::shared_ptr<Target> target, std::string ip, std::uint16_t port, bool healthy);

  Runtime& runtime_;
  DiscoveryService& services_;
  HealthProbes& probes_;
  Targets targets_;
  Deadlines deadlines_;
  std::size_t running_ = 0;
  std::uint64_t round_ = 0;
  Runtime::TimerId timer_ = 0;
  SteadyTime timer_at_ = SteadyTime::never();
  std::shared_ptr<int> alive_ = std::make_shared<int>();  // answers of probes look whether it still is
  std::shared_ptr<DiscoveryService::Listener> watching_;
  Scope scope_;
};

}  // namespace batata::domain
