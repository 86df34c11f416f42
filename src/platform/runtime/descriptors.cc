#include "platform/runtime/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

namespace batata::platform {

std::size_t raise_descriptor_limit() {
  constexpr rlim_t kMost = 1 << 30;  // beyond what kernels allow, and a number that can be calculated with
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur < limit.rlim_max) {
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  }
  return static_cast<std::size_t>(std::min(limit.rlim_cur, kMost));
}

}  // namespace batata::platform
