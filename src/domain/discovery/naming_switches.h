#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/published_map.h"
#include "base/result.h"

namespace batata::domain {

/// How often instances are checked: between `min_ms` and `max_ms`, and how slowly that follows the answers'
/// times (0: at once, 1: never).
struct HealthParams {
  std::int64_t max_ms = 5'000, min_ms = 500;
  double factor = 0.85;
  bool operator==(const HealthParams&) const = default;
};

/// What operators can switch while the cluster runs, one value for all nodes. Immutable once published.
///
/// In effect here: push_enabled, health_check_enabled and the white list, check_times, the health parameters,
/// push_cache_ms, client_beat_interval_ms, light_beat_enabled, disable_add_ip, overridden_server_status. The
/// others are kept and shown, and mean nothing to this server: what they were for is done in another way.
/// Source: upstream's SwitchDomain.
struct Switches {
  std::optional<std::vector<std::string>> masters;
  std::map<std::string, std::int32_t> ad_weights;
  std::int64_t push_cache_ms = 10'000, client_beat_interval_ms = 5'000, default_cache_ms = 3'000;
  double distro_threshold = 0.7;
  bool health_check_enabled = true, auto_change_health_check_enabled = true, distro_enabled = true,
       enable_standalone = true, push_enabled = true;
  std::int32_t check_times = 3;
  HealthParams http{5'000, 500, 0.85}, tcp{5'000, 1'000, 0.75}, mysql{3'000, 2'000, 0.65};
  std::vector<std::string> incremental_list;
  std::int64_t server_status_sync_ms = 2'000, service_status_sync_ms = 5'000;
  bool disable_add_ip = false, send_beat_only = false, light_beat_enabled = true;
  std::map<std::string, std::int32_t> limited_urls;
  std::int64_t distro_server_expired_ms = 10'000;
  std::string push_version_go = "0.1.0", push_version_java = "0.1.0", push_version_python = "0.4.3",
              push_version_c = "1.0.12", push_version_csharp = "0.9.0";
  bool enable_authentication = false;
  std::optional<std::string> overridden_server_status;
  bool default_instance_ephemeral = true;
  std::vector<std::string>
      health_check_white_list;  ///< "group@@service": checked also when it is switched off
  bool operator==(const Switches&) const = default;
};
using SwitchesPtr = std::shared_ptr<const Switches>;

/// A change of one entry, as an operator names it. `params` is `value` read as JSON, for the three entries
/// `…HealthParams`; nothing when it could not be read.
struct SwitchChange {
  std::string entry, value;
  std::optional<HealthParams> params = {};
};

/// The switches after the change; unknown entries change nothing.
/// Errors: kInvalidArgument, with upstream's sentence.
/// Source: upstream's SwitchManager and SwitchEntry.
[[nodiscard]] Result<Switches> plan_switch(const Switches& present, const SwitchChange& change);

/// The switches as they stand on this node.
class NamingSwitches {
 public:
  NamingSwitches();
  NamingSwitches(const NamingSwitches&) = delete;
  NamingSwitches& operator=(const NamingSwitches&) = delete;

  /// Any thread; never null.
  [[nodiscard]] SwitchesPtr all() const { return published_.find(""); }
  // What hot paths ask, without a look-up. Any thread.
  [[nodiscard]] std::chrono::milliseconds push_cache() const {
    return std::chrono::milliseconds(push_cache_ms_.load(std::memory_order_relaxed));
  }
  [[nodiscard]] std::chrono::milliseconds beat_interval() const {
    return std::chrono::milliseconds(beat_interval_ms_.load(std::memory_order_relaxed));
  }
  [[nodiscard]] bool light_beat_enabled() const { return light_beat_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool push_enabled() const { return push_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool add_disabled() const { return add_disabled_.load(std::memory_order_relaxed); }

  /// Loop only.
  void set(Switches switches);

 private:
  PublishedMap<Switches> published_;
  std::atomic<std::int64_t> push_cache_ms_, beat_interval_ms_;
  std::atomic<bool> light_beat_, push_, add_disabled_;
};

}  // namespace batata::domain
