// The C library's names that the program calls in place of its own.
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdarg>
#include <cstddef>

#include "faulty_disk.h"
#include "real.h"

using faulty_disk::FaultyDisk;
using faulty_disk::real;

namespace {

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(arguments, unsigned)) : 0;
}

}  // namespace

#pragma GCC visibility push(default)
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): reserved names are the C library's alone.
extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return FaultyDisk::get().open(AT_FDCWD, path, flags, mode);
}
int openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return FaultyDisk::get().open(directory, path, flags, mode);
}
ssize_t write(int fd, const void* data, std::size_t bytes) {
  return FaultyDisk::get().write(fd, data, bytes, -1);
}
ssize_t pwrite(int fd, const void* data, std::size_t bytes, off_t offset) {
  return FaultyDisk::get().write(fd, data, bytes, offset);
}
int fsync(int fd) {
  return FaultyDisk::get().sync(fd, real().fsync);
}
int fdatasync(int fd) {
  return FaultyDisk::get().sync(fd, real().fdatasync);
}
int ftruncate(int fd, off_t size) noexcept {
  return FaultyDisk::get().truncate(fd, size);
}
int rename(const char* from, const char* to) noexcept {
  return FaultyDisk::get().rename(AT_FDCWD, from, AT_FDCWD, to);
}
int renameat(int from_directory, const char* from, int to_directory, const char* to) noexcept {
  return FaultyDisk::get().rename(from_directory, from, to_directory, to);
}
int unlink(const char* path) noexcept {
  return FaultyDisk::get().remove(AT_FDCWD, path, 0);
}
int unlinkat(int directory, const char* path, int flags) noexcept {
  return FaultyDisk::get().remove(directory, path, flags);
}
int rmdir(const char* path) noexcept {
  return FaultyDisk::get().remove(AT_FDCWD, path, AT_REMOVEDIR);
}
int link(const char* from, const char* to) noexcept {
  return FaultyDisk::get().link(from, to);
}
int mkdir(const char* path, mode_t mode) noexcept {
  return FaultyDisk::get().make_directory(path, mode);
}
int fallocate(int fd, int mode, off_t offset, off_t bytes) {
  if ((mode & FALLOC_FL_KEEP_SIZE) == 0) FaultyDisk::get().must_not_be(fd, "fallocate must keep the size");
  return real().fallocate(fd, mode, offset, bytes);
}
int posix_fallocate(int fd, off_t offset, off_t bytes) {
  FaultyDisk::get().must_not_be(fd, "posix_fallocate is not noted");
  return real().posix_fallocate(fd, offset, bytes);
}

// The same under the names that programs with large files call; their offsets are as large here.
int open64(const char* path, int flags, ...) __attribute__((alias("open")));
int openat64(int directory, const char* path, int flags, ...) __attribute__((alias("openat")));
ssize_t pwrite64(int fd, const void* data, std::size_t bytes, off64_t offset)
    __attribute__((alias("pwrite")));
int ftruncate64(int fd, off64_t size) noexcept __attribute__((alias("ftruncate")));
int fallocate64(int fd, int mode, off64_t offset, off64_t bytes) __attribute__((alias("fallocate")));
int posix_fallocate64(int fd, off64_t offset, off64_t bytes) __attribute__((alias("posix_fallocate")));
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
#pragma GCC visibility pop
