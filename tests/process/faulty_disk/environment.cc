#include "environment.h"

#include <cstdio>
#include <cstdlib>

namespace faulty_disk {

std::string setting(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void give_up(const char* why) {
  std::fprintf(stderr, "faulty disk: %s\n", why);
  std::abort();
}

}  // namespace faulty_disk
