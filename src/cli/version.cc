#include "cli/version.h"

namespace batata::cli {

std::string_view version() {
  return BATATA_VERSION;
}

}  // namespace batata::cli
