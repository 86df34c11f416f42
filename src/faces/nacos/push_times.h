#pragma once
#include <chrono>

#include "base/types.h"

namespace batata::nacos {

/// When pushes go out and how often they come again. Plain data; the defaults are upstream's.
/// Source: nacos.naming.push.pushTaskDelay, pushTaskTimeout and pushTaskRetryDelay,
/// nacos.config.push.maxRetryTime.
struct PushTimes {
  Duration naming_delay = std::chrono::milliseconds(500);  ///< in which changes of a service become one push
  Duration naming_timeout = std::chrono::seconds(5);       ///< for its acknowledgement
  Duration naming_retry_delay = std::chrono::seconds(1);   ///< before it comes again
  int config_tries_max = 50;                               ///< of a config push; then the connection is ended
};

}  // namespace batata::nacos
