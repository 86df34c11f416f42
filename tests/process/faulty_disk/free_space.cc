// What the program is told of the free space: FAULTY_DISK_FREE says it.
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "environment.h"
#include "real.h"

using faulty_disk::real;

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): reserved names are the C library's alone.
extern "C" __attribute__((visibility("default"))) int fstatvfs(int fd, struct statvfs* status) noexcept {
  const int done = real().fstatvfs(fd, status);
  const std::string name = faulty_disk::setting("FAULTY_DISK_FREE");
  const int file = done == 0 && !name.empty() ? real().open(name.c_str(), O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return done;
  std::array<char, 32> text{};
  const ssize_t n = ::read(file, text.data(), text.size() - 1);
  real().close(file);
  if (n > 0) status->f_bavail = std::strtoull(text.data(), nullptr, 10) / status->f_frsize;
  return done;
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
