#include "platform/storage/posix_disk.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace batata::platform {
namespace {

constexpr char kLockName[] = "lock";

Errc code_of(int error) {
  return error == ENOENT ? Errc::kNotFound : Errc::kInternal;
}

tl::unexpected<Error> failed(const char* what, const std::string& file) {
  const int error = errno;
  return fail(code_of(error), std::string(what) + " " + file + ": " + std::system_category().message(error));
}

class PosixFile final : public replica::File {
 public:
  PosixFile(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile() override { ::close(descriptor_); }

  Status write(std::uint64_t offset, std::string_view data) override {
    while (!data.empty()) {
      const ssize_t written = ::pwrite(descriptor_, data.data(), data.size(), static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return failed("write", name_);
      data.remove_prefix(static_cast<std::size_t>(written));
      offset += static_cast<std::uint64_t>(written);
    }
    return {};
  }

  Result<std::string> read(std::uint64_t offset, std::size_t bytes) const override {
    std::string data(bytes, '\0');
    std::size_t got = 0;
    while (got < bytes) {
      const ssize_t n =
          ::pread(descriptor_, data.data() + got, bytes - got, static_cast<off_t>(offset + got));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failed("read", name_);
      if (n == 0) break;
      got += static_cast<std::size_t>(n);
    }
    data.resize(got);
    return data;
  }

  Status sync() override {
    // fdatasync writes the size, too, when it has changed; only times stay behind.
    if (::fdatasync(descriptor_) != 0) return failed("sync", name_);
    return {};
  }

  Result<std::uint64_t> size() const override {
    struct stat status;
    if (::fstat(descriptor_, &status) != 0) return failed("stat", name_);
    return static_cast<std::uint64_t>(status.st_size);
  }

 private:
  const int descriptor_;
  const std::string name_;
};

Result<std::unique_ptr<replica::File>> open_file(const std::string& name, int flags) {
  const int descriptor = ::open(name.c_str(), flags | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed("open", name);
  return std::make_unique<PosixFile>(descriptor, name);
}

}  // namespace

PosixDisk::~PosixDisk() {
  if (lock_ >= 0) ::close(lock_);  // the system drops the lock with the descriptor
}

Status PosixDisk::lock() {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) return fail(Errc::kInternal, "make directory " + path() + ": " + error.message());
  ::chmod(path().c_str(), 0700);
  lock_ = ::open(file(kLockName).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) return failed("open", file(kLockName));
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return failed("lock", file(kLockName));
  return fail(Errc::kUnavailable, "the data directory " + directory_.parent_path().string() +
                                      " is used by another batata process");
}

Result<std::unique_ptr<replica::File>> PosixDisk::open(const std::string& name) {
  return open_file(file(name), 0);
}

Result<std::unique_ptr<replica::File>> PosixDisk::create(const std::string& name) {
  return open_file(file(name), O_CREAT | O_TRUNC);
}

Status PosixDisk::rename(const std::string& from, const std::string& to) {
  if (::rename(file(from).c_str(), file(to).c_str()) != 0) return failed("rename", file(from));
  return {};
}

Status PosixDisk::remove(const std::string& name) {
  if (::unlink(file(name).c_str()) != 0) return failed("remove", file(name));
  return {};
}

Result<std::vector<std::string>> PosixDisk::list() {
  std::vector<std::string> names;
  std::error_code error;
  for (auto it = std::filesystem::directory_iterator(directory_, error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name != kLockName) names.push_back(name);
  }
  if (error) return fail(Errc::kInternal, "list " + path() + ": " + error.message());
  std::ranges::sort(names);
  return names;
}

Status PosixDisk::sync_directory() {
  const int descriptor = ::open(path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return failed("open", path());
  const bool synced = ::fsync(descriptor) == 0;
  const auto status = synced ? Status{} : Status(failed("sync", path()));
  ::close(descriptor);
  return status;
}

}  // namespace batata::platform
