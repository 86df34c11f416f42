#include "faces/nacos/common/family.h"

namespace batata::nacos {

Surface surface_of(std::string_view path) {
  if (path == "/v3" || path.starts_with("/v3/")) return Surface::kConsole;
  if (path.starts_with("/nacos/v1/")) return Surface::kV1;
  return path.starts_with("/nacos/v2/") ? Surface::kV2 : Surface::kV3;
}

Family family_of(Surface surface) {
  switch (surface) {
    case Surface::kV1:
      return Family::kV1;
    case Surface::kV2:
      return Family::kV2;
    case Surface::kV3:
    case Surface::kConsole:
      break;
  }
  return Family::kV3;
}

}  // namespace batata::nacos
