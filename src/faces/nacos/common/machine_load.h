#pragma once

namespace batata::nacos {

/// How busy the machine is, as upstream's metrics say it.
struct MachineLoad {
  double cpu = 0;    ///< share of all cores since it was asked last, 0 to 1
  double load = -1;  ///< average length of the run queue over a minute; below 0: not known
  double mem = 0;    ///< share of memory in use, 0 to 1
};

}  // namespace batata::nacos
