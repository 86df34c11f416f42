#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace batata {

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "batata: broken invariant: %s (%s:%d)\n", condition, file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace batata
