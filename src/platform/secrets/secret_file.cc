#include "platform/secrets/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/crypto.h"
#include "base/system_error.h"

namespace batata::platform {
namespace {

constexpr std::size_t kFileBytesMax = 4096;

class File {
 public:
  File(const char* path, int flags, mode_t mode = 0) : fd_(::open(path, flags | O_CLOEXEC, mode)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

tl::unexpected<Error> failed(const std::string& path, const char* what) {
  return system_failure(path + ": the key file cannot be " + what, errno);
}

Status write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_failure("write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// The file is there after the loss of power, too.
Status keep_name(const std::string& path) {
  const auto slash = path.find_last_of('/');
  const std::string folder = slash == path.npos ? "." : path.substr(0, slash + 1);
  const File directory(folder.c_str(), O_RDONLY | O_DIRECTORY);
  if (!directory.is_open() || ::fsync(directory.fd()) != 0) return failed(path, "written");
  return {};
}

// Written under another name first, so that a crash leaves a whole file or none.
Result<Secret> create(const std::string& path, std::size_t bytes) {
  Secret secret = random_secret(bytes);
  const std::string draft = path + ".new";
  ::unlink(draft.c_str());
  {
    const File file(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (!file.is_open()) return failed(path, "made");
    std::string text = base64(secret.reveal());
    text += '\n';
    const Status written = write_all(file.fd(), text);
    wipe(text);
    if (!written || ::fsync(file.fd()) != 0) {
      auto error = failed(path, "written");
      ::unlink(draft.c_str());
      return error;
    }
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) return failed(path, "written");
  if (auto kept = keep_name(path); !kept) return tl::unexpected(std::move(kept.error()));
  return secret;
}

}  // namespace

Result<std::optional<Secret>> load_secret(const std::string& path, std::size_t bytes) {
  const File file(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);  // a pipe would wait for a writer
  if (!file.is_open() && errno == ENOENT) return std::optional<Secret>{};
  if (!file.is_open() && errno == ELOOP) return fail(Errc::kDamaged, path + " is a link, not a key file");
  if (!file.is_open()) return failed(path, "read");
  struct stat status{};
  if (::fstat(file.fd(), &status) != 0) return failed(path, "read");
  if (!S_ISREG(status.st_mode)) return fail(Errc::kDamaged, path + " is no file");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(Errc::kPermissionDenied, path + ": others than its owner may use the key file");
  }
  std::string text(kFileBytesMax, '\0');
  const ssize_t size = ::read(file.fd(), text.data(), text.size());
  if (size < 0) return failed(path, "read");
  const std::string_view line(text.data(), static_cast<std::size_t>(size));
  auto decoded = line.ends_with('\n') ? from_base64(line.substr(0, line.size() - 1)) : std::nullopt;
  wipe(text);
  if (!decoded || decoded->size() != bytes) {
    return fail(Errc::kDamaged, path + " holds no key");
  }
  return std::optional<Secret>(std::move(*decoded));
}

Result<Secret> load_or_create_secret(const std::string& path, std::size_t bytes) {
  auto loaded = load_secret(path, bytes);
  if (!loaded) return tl::unexpected(std::move(loaded.error()));
  if (*loaded) {
    // A start that was killed may have named it and not come further; tokens are about to be signed with it.
    if (auto kept = keep_name(path); !kept) return tl::unexpected(std::move(kept.error()));
    return std::move(**loaded);
  }
  return create(path, bytes);
}

}  // namespace batata::platform
