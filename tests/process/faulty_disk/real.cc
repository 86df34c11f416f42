#include "real.h"

namespace faulty_disk {

const Real& real() {
  static const Real functions;
  return functions;
}

}  // namespace faulty_disk
