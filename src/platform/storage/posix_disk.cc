#include "platform/storage/posix_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>

#include "base/system_error.h"
#include "platform/storage/directories.h"

namespace batata::platform {
namespace {

constexpr mode_t kFileMode = 0640, kPrivateFileMode = 0600;
constexpr const char* kLockName = "LOCK";

tl::unexpected<Error> failed(const std::string& what) {
  return system_failure(what, errno);
}

class PosixFile final : public replica::File {
 public:
  PosixFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile() override { ::close(descriptor_); }

  Status write(std::uint64_t offset, std::string_view data) override {
    while (!data.empty()) {
      const ssize_t n = ::pwrite(descriptor_, data.data(), data.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failure("write");
      data.remove_prefix(static_cast<std::size_t>(n));
      offset += static_cast<std::uint64_t>(n);
    }
    return {};
  }
  Result<std::string> read(std::uint64_t offset, std::size_t bytes) const override {
    std::string data(bytes, '\0');
    std::size_t got = 0;
    while (got < bytes) {
      const ssize_t n = ::pread(descriptor_, &data[got], bytes - got, static_cast<off_t>(offset + got));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return unreadable();
      if (n == 0) break;
      got += static_cast<std::size_t>(n);
    }
    data.resize(got);
    return data;
  }
  Status sync() override {
    // Never tried again: after a failure the kernel may have dropped the pages and would report success.
    if (::fdatasync(descriptor_) != 0) return failure("sync");
    return {};
  }
  Result<std::uint64_t> size() const override {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) return failure("stat");
    return static_cast<std::uint64_t>(status.st_size);
  }

 private:
  // With the name that the file has now: it may have been renamed since it was opened.
  tl::unexpected<Error> failure(const std::string& what) const {
    const int error = errno;
    std::array<char, PATH_MAX> name;
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor_);
    const ssize_t n = ::readlink(link.c_str(), name.data(), name.size());
    const std::string path = n > 0 ? std::string(name.data(), static_cast<std::size_t>(n)) : path_;
    return system_failure(what + " " + path, error);
  }
  tl::unexpected<Error> unreadable() const {
    const bool is_medium = errno == EIO;
    auto error = failure("read");
    if (is_medium) error.value().code = Errc::kDamaged;
    return error;
  }

  std::string path_;
  int descriptor_;
};

}  // namespace

Result<std::unique_ptr<PosixDisk>> PosixDisk::open_directory(const std::string& path) {
  std::string clean = path;
  while (clean.size() > 1 && clean.back() == '/') clean.pop_back();
  if (clean.empty()) return fail(Errc::kInternal, "a data directory must have a name");
  if (auto made = make_directories(clean); !made) return tl::unexpected(std::move(made.error()));
  const int directory = ::open(clean.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return failed("open directory " + clean);
  return std::unique_ptr<PosixDisk>(new PosixDisk(std::move(clean), directory));
}

PosixDisk::~PosixDisk() {
  if (lock_ >= 0) ::close(lock_);
  ::close(directory_);
}

Result<std::unique_ptr<replica::File>> PosixDisk::open_file(const std::string& name, int flags) {
  int descriptor = ::openat(directory_, name.c_str(), flags | O_RDWR | O_CLOEXEC, kFileMode);
  if (descriptor < 0 && flags == 0 && (errno == EROFS || errno == EACCES))
    descriptor = ::openat(directory_, name.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failed("open " + path_ + "/" + name);
  return std::make_unique<PosixFile>(path_ + "/" + name, descriptor);
}

Result<std::unique_ptr<replica::File>> PosixDisk::open(const std::string& name) {
  return open_file(name, 0);
}
Result<std::unique_ptr<replica::File>> PosixDisk::create(const std::string& name) {
  return open_file(name, O_CREAT | O_TRUNC);
}

Status PosixDisk::rename(const std::string& from, const std::string& to) {
  if (::renameat(directory_, from.c_str(), directory_, to.c_str()) != 0)
    return failed("rename " + path_ + "/" + from);
  return {};
}

tl::unexpected<Error> PosixDisk::taken(const std::string& name) const {
  return fail(Errc::kConflict, path_ + "/" + name + " exists already, and is left as it is");
}

Result<std::unique_ptr<replica::File>> PosixDisk::create_private(const std::string& name) {
  const int descriptor = ::openat(directory_, name.c_str(),
                                  O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, kPrivateFileMode);
  if (descriptor < 0 && errno == EEXIST) return taken(name);
  if (descriptor < 0) return failed("create " + path_ + "/" + name);
  return std::make_unique<PosixFile>(path_ + "/" + name, descriptor);
}

Status PosixDisk::rename_to_new(const std::string& from, const std::string& to) {
  if (::renameat2(directory_, from.c_str(), directory_, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EEXIST) return taken(to);
  if (errno != EINVAL && errno != ENOSYS) return failed("rename " + path_ + "/" + from);
  // Not all file systems know that flag; a second name for the file cannot replace anything either.
  if (::linkat(directory_, from.c_str(), directory_, to.c_str(), 0) == 0) return remove(from);
  if (errno == EEXIST) return taken(to);
  return failed("rename " + path_ + "/" + from);
}

Status PosixDisk::remove(const std::string& name) {
  if (::unlinkat(directory_, name.c_str(), 0) != 0) return failed("remove " + path_ + "/" + name);
  return {};
}

Result<std::vector<std::string>> PosixDisk::list() {
  DIR* stream = ::opendir(path_.c_str());
  if (stream == nullptr) return failed("list " + path_);
  std::vector<std::string> names;
  errno = 0;
  for (const dirent* entry = ::readdir(stream); entry != nullptr; entry = ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  const int error = errno;
  ::closedir(stream);
  if (error != 0) return system_failure("list " + path_, error);
  std::ranges::sort(names);
  return names;
}

Status PosixDisk::sync_directory() {
  if (::fsync(directory_) != 0) return failed("sync " + path_);
  return {};
}

Result<std::uint64_t> PosixDisk::free_bytes() {
  struct statvfs status{};
  if (::fstatvfs(directory_, &status) != 0) return failed("look for free space of " + path_);
  return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

Status PosixDisk::take_lock(int flags, int kind) {
  if (lock_ >= 0) return {};
  const int file = ::openat(directory_, kLockName, flags | O_CLOEXEC, kFileMode);
  if (file < 0) return failed("open " + path_ + "/" + kLockName);
  if (::flock(file, kind | LOCK_NB) == 0) {
    lock_ = file;
    return {};
  }
  Status refused = errno == EWOULDBLOCK ? locked_by_another(file) : failed("lock " + path_ + "/" + kLockName);
  ::close(file);
  return refused;
}

tl::unexpected<Error> PosixDisk::locked_by_another(int file) const {
  // Who only looks leaves no pid: the one that stands there is of somebody else.
  if (::flock(file, LOCK_SH | LOCK_NB) == 0)
    return fail(Errc::kUnavailable, "the data directory " + path_ + " is being looked at by another process");
  char holder[24] = {};
  const ssize_t n = ::pread(file, holder, sizeof holder - 1, 0);
  std::string who(holder, n > 0 ? static_cast<std::size_t>(n) : 0);
  while (!who.empty() && who.back() == '\n') who.pop_back();
  return fail(Errc::kUnavailable, "the data directory " + path_ + " is in use by another process" +
                                      (who.empty() ? "" : " (pid " + who + ")"));
}

Status PosixDisk::lock() {
  if (auto taken = take_lock(O_CREAT | O_RDWR, LOCK_EX); !taken) return taken;
  struct stat ours{}, there{};
  const bool is_there = ::fstat(directory_, &ours) == 0 && ::stat(path_.c_str(), &there) == 0 &&
                        ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
  if (!is_there) return fail(Errc::kUnavailable, "the data directory " + path_ + " was replaced meanwhile");
  const std::string pid = std::to_string(::getpid()) + "\n";
  const bool written = ::ftruncate(lock_, 0) == 0 && ::pwrite(lock_, pid.data(), pid.size(), 0) > 0;
  if (!written) return failed("write " + path_ + "/" + kLockName);
  return {};
}

Status PosixDisk::lock_without_traces() {
  auto taken = take_lock(O_RDONLY, LOCK_SH);
  if (!taken && taken.error().code == Errc::kNotFound) return {};
  return taken;
}

}  // namespace batata::platform
