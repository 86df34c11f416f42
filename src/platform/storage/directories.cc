#include "platform/storage/directories.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/system_error.h"

namespace batata::platform {
namespace {

constexpr mode_t kMode = 0750;

// What was there already may have been made by a process that was killed before it had synced. Directories
// far above are others' affair, and may not be ours to open.
Status sync_parent_of_existing(const std::string& path) {
  auto synced = sync_parent(path);
  return !synced && (errno == EACCES || errno == EPERM) ? Status() : synced;
}

}  // namespace

Status sync_parent(const std::string& path) {
  const auto slash = path.find_last_of('/');
  const std::string parent = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  return sync_path(parent);
}

Status sync_path(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return system_failure("open " + path, errno);
  const bool synced = ::fsync(descriptor) == 0;
  const int error = errno;
  ::close(descriptor);
  if (synced) return {};
  errno = error;
  return system_failure("sync " + path, error);
}

Status rename_path(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) return {};
  return system_failure("rename " + from, errno);
}

Status make_directories(const std::string& path) {
  const auto last = path.find_last_of('/');
  for (std::size_t at = path.find('/', 1);; at = path.find('/', at + 1)) {
    const std::string part = path.substr(0, at);
    if (::mkdir(part.c_str(), kMode) == 0) {
      if (auto synced = sync_parent(part); !synced) return synced;
    } else if (errno != EEXIST) {
      return system_failure("make directory " + part, errno);
    } else if (at == std::string::npos || at == last) {
      if (auto synced = sync_parent_of_existing(part); !synced) return synced;
    }
    if (at == std::string::npos) return {};
  }
}

}  // namespace batata::platform
