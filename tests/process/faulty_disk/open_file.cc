#include "open_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <string_view>

#include "environment.h"
#include "real.h"

namespace faulty_disk {
namespace {

bool lies_in(const std::string& root, const std::string& path) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

std::string descriptor_path(int fd) {
  return "/proc/self/fd/" + std::to_string(fd);
}

std::string true_path(const std::string& path) {
  std::array<char, PATH_MAX> found;
  return ::realpath(path.c_str(), found.data()) == nullptr ? "" : found.data();
}

}  // namespace

std::optional<OpenFile> OpenFile::of(int fd, const std::string& root) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return std::nullopt;
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return std::nullopt;
  std::array<char, PATH_MAX> target;
  const ssize_t n = ::readlink(descriptor_path(fd).c_str(), target.data(), target.size());
  if (n <= 0) return std::nullopt;
  std::string path(target.data(), static_cast<std::size_t>(n));
  if (!lies_in(root, path)) return std::nullopt;
  constexpr std::string_view kGone = " (deleted)";
  if (path.ends_with(kGone)) path.resize(path.size() - kGone.size());
  return OpenFile{status.st_ino, static_cast<std::uint64_t>(status.st_size), S_ISDIR(status.st_mode), path};
}

std::string path_in(const std::string& root, int directory, const char* name) {
  if (root.empty() || name == nullptr) return {};
  std::string path = name;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (!path.starts_with('/'))
    path = (directory == AT_FDCWD ? "/proc/self/cwd" : descriptor_path(directory)) + "/" + path;
  const std::string last = path.substr(path.rfind('/') + 1);
  if (last == "." || last == "..") {
    path = true_path(path);
  } else {
    path = true_path(parent_of(path)) + "/" + last;
  }
  return lies_in(root, path) ? path : "";
}

std::string read_at(int fd, std::uint64_t offset, std::size_t bytes) {
  std::string found(bytes, '\0');
  const int again = real().open(descriptor_path(fd).c_str(), O_RDONLY | O_CLOEXEC);
  if (again < 0) give_up("what a write replaces cannot be read");
  const ssize_t n = ::pread(again, found.data(), bytes, static_cast<off_t>(offset));
  real().close(again);
  if (n < 0) give_up("what a write replaces cannot be read");
  found.resize(static_cast<std::size_t>(n));
  return found;
}

std::uint64_t inode_of(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

std::string parent_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

}  // namespace faulty_disk
