#include "faulty_disk.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "environment.h"
#include "real.h"

namespace faulty_disk {
namespace {

// Of a write that was cut short: the rest, which its thread will try to write to the same file, fails.
struct Rest {
  std::uint64_t inode = 0;
  int error = 0;
};
thread_local Rest rest;

int failed(int error) {
  errno = error;
  return -1;
}

bool is_zero(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char c) { return c == 0; });
}

std::string true_root() {
  const std::string root = setting("FAULTY_DISK_ROOT");
  if (root.empty()) return {};
  std::array<char, PATH_MAX> found;
  if (::realpath(root.c_str(), found.data()) == nullptr) give_up("FAULTY_DISK_ROOT is not there");
  return found.data();
}

}  // namespace

class FaultyDisk::Lock {
 public:
  explicit Lock(FaultyDisk& disk) : disk_(disk) { pthread_mutex_lock(&disk_.mutex_); }
  ~Lock() {
    const int error = errno;
    pthread_mutex_unlock(&disk_.mutex_);
    errno = error;
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  FaultyDisk& disk_;
};

FaultyDisk& FaultyDisk::get() {
  static auto* const disk = new FaultyDisk;  // never destroyed: threads write until the very end
  return *disk;
}

FaultyDisk::FaultyDisk()
    : root_(true_root()),
      attic_(setting("FAULTY_DISK_ATTIC")),
      kill_at_(std::strtoull(setting("FAULTY_DISK_KILL_AT").c_str(), nullptr, 10)),
      journal_(root_.empty() ? "" : setting("FAULTY_DISK_JOURNAL")) {}

int FaultyDisk::open(int directory, const char* name, int flags, mode_t mode) {
  const std::string path = path_in(root_, directory, name);
  if (path.empty() || (flags & (O_CREAT | O_TRUNC)) == 0) return real().openat(directory, name, flags, mode);
  const Lock lock(*this);
  struct stat before{};
  const bool existed = ::stat(path.c_str(), &before) == 0;
  const bool empties = existed && (flags & O_TRUNC) != 0 && before.st_size > 0;
  if (existed && !empties) return real().openat(directory, name, flags, mode);
  if (const int error = fault(Step::kCreate, path); error != 0) return failed(error);
  const std::uint64_t step = begin();
  const int fd = real().openat(directory, name, flags & ~O_TRUNC, mode);
  if (fd < 0) return fd;
  // A new file is noted when its number is known: one that is made and not noted was made just before the
  // end.
  if (!existed) note_name(Step::kCreate, path);
  if (empties) {
    const auto file = OpenFile::of(fd, root_);
    if (!file) give_up("a file that was opened cannot be looked at");
    note_truncation(fd, *file, 0);
    if (real().ftruncate(fd, 0) != 0) give_up("a file that was opened cannot be emptied");
  }
  end(step);
  return fd;
}

std::size_t FaultyDisk::allowed(const OpenFile& file, std::size_t bytes) {
  int error = fault(Step::kWrite, file.path);
  if (error == 0 && rest.inode == file.inode) error = std::exchange(rest, {}).error;
  if (error == 0) {
    const int after_half = fault_.hit("short", file.path);
    if (after_half == 0) return bytes;
    rest = {file.inode, after_half};
    if (bytes >= 2) return bytes / 2;
    error = std::exchange(rest, {}).error;
  }
  errno = error;
  return 0;
}

ssize_t FaultyDisk::write(int fd, const void* data, std::size_t bytes, off_t offset) {
  const auto plainly = [&] {
    return offset < 0 ? real().write(fd, data, bytes) : real().pwrite(fd, data, bytes, offset);
  };
  if (root_.empty() || bytes == 0 || !OpenFile::of(fd, root_)) return plainly();
  const Lock lock(*this);
  const auto file = OpenFile::of(fd, root_);  // again: its size is sure now
  if (!file) give_up("a descriptor was closed while it was written to");
  bytes = allowed(*file, bytes);
  if (bytes == 0) return -1;
  const std::uint64_t step = begin();
  std::uint64_t place = static_cast<std::uint64_t>(offset >= 0 ? offset : ::lseek(fd, 0, SEEK_CUR));
  if (offset < 0 && (::fcntl(fd, F_GETFL) & O_APPEND) != 0) place = file->size;
  const std::string old = read_at(fd, place, bytes);
  const std::string_view written(static_cast<const char*>(data), bytes);
  const bool zeros = is_zero(written);
  journal_.note({.step = Step::kWrite,
                 .inode = file->inode,
                 .offset = place,
                 .old_size = file->size,
                 .zeros = zeros ? bytes : 0},
                is_zero(old) ? "" : old, zeros ? "" : written);
  if (plainly() != static_cast<ssize_t>(bytes)) give_up("the disk below does not take what is written");
  end(step);
  return static_cast<ssize_t>(bytes);
}

int FaultyDisk::sync(int fd, int (*really)(int)) {
  const auto file = root_.empty() ? std::nullopt : OpenFile::of(fd, root_);
  if (!file) return really(fd);
  Entry entry{.step = file->is_directory ? Step::kSyncDirectory : Step::kSync, .inode = file->inode};
  std::uint64_t step = 0;
  {
    const Lock lock(*this);
    entry.directory = journal_.size();
    const int error = fault(entry.step, file->path);
    if (error == kLie) return 0;
    if (error != 0) {
      // The system has dropped what it could not write, and the next sync will not say so.
      entry.step = Step::kFailedSync;
      journal_.note(entry);
      return failed(error);
    }
    step = begin();
  }
  if (really(fd) != 0) give_up("the disk below cannot be synced");
  const Lock lock(*this);
  journal_.note(entry);
  end(step);
  return 0;
}

int FaultyDisk::truncate(int fd, off_t size) {
  if (root_.empty() || !OpenFile::of(fd, root_)) return real().ftruncate(fd, size);
  const Lock lock(*this);
  const auto file = OpenFile::of(fd, root_);
  if (!file) give_up("a descriptor was closed while its file was cut");
  if (const int error = fault(Step::kTruncate, file->path); error != 0) return failed(error);
  const std::uint64_t step = begin();
  note_truncation(fd, *file, static_cast<std::uint64_t>(size));
  if (real().ftruncate(fd, size) != 0) give_up("the disk below does not cut a file");
  end(step);
  return 0;
}

int FaultyDisk::rename(int from_directory, const char* from, int to_directory, const char* to) {
  const std::string old_path = path_in(root_, from_directory, from), path = path_in(root_, to_directory, to);
  struct stat status{};
  if ((old_path.empty() && path.empty()) || (!old_path.empty() && ::stat(old_path.c_str(), &status) != 0))
    return real().renameat(from_directory, from, to_directory, to);
  if (S_ISDIR(status.st_mode) || parent_of(old_path) != parent_of(path))
    give_up("only files are renamed, and only within a directory");
  const Lock lock(*this);
  if (const int error = fault(Step::kRename, path); error != 0) return failed(error);
  const std::uint64_t step = begin(), replaced = inode_of(path);
  if (replaced != 0) keep(path, replaced);
  journal_.note({.step = Step::kRename,
                 .inode = status.st_ino,
                 .directory = inode_of(parent_of(path)),
                 .offset = replaced},
                old_path, path);
  if (real().renameat(from_directory, from, to_directory, to) != 0) give_up("the disk below does not rename");
  end(step);
  return 0;
}

int FaultyDisk::remove(int directory, const char* name, int flags) {
  const std::string path = path_in(root_, directory, name);
  const std::uint64_t inode = path.empty() ? 0 : inode_of(path);
  if (inode == 0) return real().unlinkat(directory, name, flags);
  if ((flags & AT_REMOVEDIR) != 0) give_up("no directory is removed");
  const Lock lock(*this);
  if (const int error = fault(Step::kRemove, path); error != 0) return failed(error);
  const std::uint64_t step = begin();
  keep(path, inode);
  journal_.note({.step = Step::kRemove, .inode = inode, .directory = inode_of(parent_of(path))}, path);
  if (real().unlinkat(directory, name, flags) != 0) give_up("the disk below does not remove");
  end(step);
  return 0;
}

int FaultyDisk::link(const char* from, const char* to) {
  const std::string path = path_in(root_, AT_FDCWD, to);
  if (path.empty()) return real().linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
  const Lock lock(*this);
  if (const int error = fault(Step::kLink, path); error != 0) return failed(error);
  const std::uint64_t step = begin();
  const int done = real().linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
  if (done == 0) note_name(Step::kLink, path);
  end(step);
  return done;
}

int FaultyDisk::make_directory(const char* name, mode_t mode) {
  const std::string path = path_in(root_, AT_FDCWD, name);
  if (path.empty()) return real().mkdirat(AT_FDCWD, name, mode);
  const Lock lock(*this);
  if (const int error = fault(Step::kMakeDirectory, path); error != 0) return failed(error);
  const std::uint64_t step = begin();
  const int done = real().mkdirat(AT_FDCWD, name, mode);
  if (done == 0) note_name(Step::kMakeDirectory, path);
  end(step);
  return done;
}

void FaultyDisk::must_not_be(int fd, const char* why) const {
  if (!root_.empty() && OpenFile::of(fd, root_)) give_up(why);
}

void FaultyDisk::note_name(Step step, const std::string& path) {
  journal_.note({.step = step, .inode = inode_of(path), .directory = inode_of(parent_of(path))}, "", path);
}

void FaultyDisk::note_truncation(int fd, const OpenFile& file, std::uint64_t size) {
  const std::string cut = file.size > size ? read_at(fd, size, file.size - size) : "";
  journal_.note({.step = Step::kTruncate, .inode = file.inode, .offset = size, .old_size = file.size},
                is_zero(cut) ? "" : cut);
}

void FaultyDisk::keep(const std::string& path, std::uint64_t inode) const {
  if (attic_.empty()) return;
  const std::string kept = attic_ + "/" + std::to_string(inode);
  if (real().linkat(AT_FDCWD, path.c_str(), AT_FDCWD, kept.c_str(), 0) != 0 && errno != EEXIST)
    give_up("a file that is removed cannot be kept");
}

std::uint64_t FaultyDisk::begin() {
  ++steps_;
  if (steps_ == kill_at_ && steps_ % 2 == 0) ::kill(::getpid(), SIGKILL);
  return steps_;
}

void FaultyDisk::end(std::uint64_t step) const {
  if (step == kill_at_) ::kill(::getpid(), SIGKILL);
}

}  // namespace faulty_disk
