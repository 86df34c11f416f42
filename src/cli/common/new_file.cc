#include "cli/common/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/system_error.h"

namespace batata::cli {
namespace {

// 0, or the error.
int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0 ? 0 : errno;
}

}  // namespace

Status write_new_file(const std::string& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0 && errno == EEXIST)
    return fail(Errc::kConflict, path + " exists already, and is left as it is");
  if (file < 0 && errno == ENOENT) return fail(Errc::kNotFound, path + ": there is no such directory");
  if (file < 0) return tl::unexpected(system_failure(path, errno));
  int failure = write_all(file, bytes);
  if (::close(file) != 0 && failure == 0) failure = errno;
  if (failure == 0) return {};
  ::unlink(path.c_str());
  return tl::unexpected(system_failure(path, failure));
}

}  // namespace batata::cli
