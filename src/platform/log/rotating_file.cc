#include "platform/log/rotating_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

namespace batata::platform {

Result<RotatingFile> RotatingFile::open(std::string path, Rotation rotation) {
  RotatingFile file(std::move(path), rotation);
  if (!file.reopen())
    return fail(Errc::kInvalidArgument,
                "the log file " + file.path_ + " cannot be opened: " + std::strerror(errno));
  return file;
}

RotatingFile::RotatingFile(RotatingFile&& other) noexcept
    : path_(std::move(other.path_)),
      rotation_(other.rotation_),
      descriptor_(std::exchange(other.descriptor_, -1)),
      bytes_(other.bytes_),
      is_aside_(other.is_aside_) {}

RotatingFile& RotatingFile::operator=(RotatingFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(rotation_, other.rotation_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(bytes_, other.bytes_);
  std::swap(is_aside_, other.is_aside_);
  return *this;
}

RotatingFile::~RotatingFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool RotatingFile::reopen() {
  const int opened = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (opened < 0) return false;
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = opened;
  is_aside_ = false;
  struct stat found{};
  bytes_ = ::fstat(opened, &found) == 0 ? static_cast<std::uint64_t>(found.st_size) : 0;
  return true;
}

bool RotatingFile::append(std::string_view lines) {
  if (bytes_ > 0 && bytes_ + lines.size() > rotation_.max_bytes) put_aside();
  const std::uint64_t before = bytes_;
  while (!lines.empty()) {
    const ssize_t written = ::write(descriptor_, lines.data(), lines.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {  // half a line would spoil the next one, too
      if (bytes_ != before && ::ftruncate(descriptor_, static_cast<off_t>(before)) == 0) bytes_ = before;
      return false;
    }
    bytes_ += static_cast<std::uint64_t>(written);
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Where names cannot be changed, the file goes on: one that is too large is better than lines lost.
void RotatingFile::put_aside() {
  if (rotation_.kept_files == 0) {
    if (::ftruncate(descriptor_, 0) == 0) bytes_ = 0;
    return;
  }
  for (std::uint32_t number = is_aside_ ? 0 : rotation_.kept_files; number > 0; --number)
    (void)std::rename(name_of(number - 1).c_str(), name_of(number).c_str());  // most are not there yet
  // Without a new file the old one goes on under its new name: put aside again, it would push out all that
  // are kept.
  is_aside_ = !reopen();
  if (is_aside_) bytes_ = 0;
}

// "logs/batata.1.log" of "logs/batata.log".
std::string RotatingFile::name_of(std::uint32_t number) const {
  if (number == 0) return path_;
  const std::filesystem::path path(path_);
  return (path.parent_path() /
          (path.stem().string() + "." + std::to_string(number) + path.extension().string()))
      .string();
}

}  // namespace batata::platform
