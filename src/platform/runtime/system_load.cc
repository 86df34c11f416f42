#include "platform/runtime/system_load.h"

#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace batata::platform {

double SystemLoad::run_queue() {
  double minute = 0;
  return getloadavg(&minute, 1) == 1 ? minute : -1;
}

// Source: proc_stat(5): "cpu" user nice system idle iowait irq softirq steal, and guests, which are in user.
double SystemLoad::cpu() {
  std::ifstream file("/proc/stat");
  std::string name;
  std::uint64_t user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0;
  if (!(file >> name >> user >> nice >> system >> idle >> wait >> irq >> softirq >> steal)) return 0;
  const std::uint64_t used = user + nice + system + irq + softirq + steal;
  const std::uint64_t total = used + idle + wait;
  const std::uint64_t used_before = std::min(used_, used), total_before = std::min(total_, total);
  used_ = used;
  total_ = total;
  if (total == total_before) return 0;
  return static_cast<double>(used - used_before) / static_cast<double>(total - total_before);
}

}  // namespace batata::platform
