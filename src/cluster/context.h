#pragma once
#include <cstdint>
#include <string>

#include "base/types.h"

namespace batata::cluster {

/// Who asks, until when, and under which id a retry would come again. Travels with every request.
struct Context {
  SteadyTime deadline = SteadyTime::never();
  std::string principal;         ///< empty: nobody has signed in
  std::uint64_t request_id = 0;  ///< 0: none
};

}  // namespace batata::cluster
