#include "platform/runtime/memory_use.h"

#include <sys/sysinfo.h>

namespace batata::platform {

double memory_use() {
  struct sysinfo info{};
  if (sysinfo(&info) != 0 || info.totalram == 0) return 0;
  return static_cast<double>(info.totalram - info.freeram) / static_cast<double>(info.totalram);
}

}  // namespace batata::platform
