#pragma once
#include <chrono>

#include "base/types.h"
#include "faces/nacos/grpc/push.h"

namespace batata::nacos {

/// When pushes go out and how often they come again. Plain data; the defaults are upstream's.
/// Source: nacos.naming.push.pushTaskDelay, pushTaskTimeout and pushTaskRetryDelay,
/// nacos.config.push.maxRetryTime.
struct PushTimes {
  Duration naming_delay = std::chrono::milliseconds(500);  ///< in which changes of a service become one push
  Duration naming_timeout = std::chrono::seconds(5);       ///< for its acknowledgement
  Duration naming_retry_delay = std::chrono::seconds(1);   ///< before it comes again
  int config_tries_max = 50;                               ///< of a config push; then the connection is ended

  /// Of pushes about configs. Source of the times: upstream's RpcConfigChangeNotifier and
  /// FuzzyWatchSyncNotifyTask.
  [[nodiscard]] PushPolicy config_policy() const {
    return {.timeout = std::chrono::seconds(3),
            .retry_step = std::chrono::seconds(2),
            .tries_max = config_tries_max};
  }
  /// Of pushes to those who watch services by patterns.
  [[nodiscard]] PushPolicy naming_fuzzy_policy() const {
    return {.timeout = naming_timeout, .retry_step = naming_retry_delay, .tries_max = config_tries_max};
  }
};

}  // namespace batata::nacos
