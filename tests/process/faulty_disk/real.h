// The C library's own functions, whatever this library is called for, and however early. Any thread.
#pragma once

#include <dlfcn.h>
#include <sys/statvfs.h>
#include <sys/types.h>

#include <cstddef>

namespace faulty_disk {

struct Real {
  template <class Function>
  static Function* find(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
  }
  int (*open)(const char*, int, ...) = find<int(const char*, int, ...)>("open");
  int (*openat)(int, const char*, int, ...) = find<int(int, const char*, int, ...)>("openat");
  int (*close)(int) = find<int(int)>("close");
  ssize_t (*write)(int, const void*, std::size_t) = find<ssize_t(int, const void*, std::size_t)>("write");
  ssize_t (*pwrite)(int, const void*, std::size_t,
                    off_t) = find<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
  int (*fsync)(int) = find<int(int)>("fsync");
  int (*fdatasync)(int) = find<int(int)>("fdatasync");
  int (*ftruncate)(int, off_t) = find<int(int, off_t)>("ftruncate");
  int (*fallocate)(int, int, off_t, off_t) = find<int(int, int, off_t, off_t)>("fallocate");
  int (*posix_fallocate)(int, off_t, off_t) = find<int(int, off_t, off_t)>("posix_fallocate");
  int (*renameat)(int, const char*, int,
                  const char*) = find<int(int, const char*, int, const char*)>("renameat");
  int (*unlinkat)(int, const char*, int) = find<int(int, const char*, int)>("unlinkat");
  int (*linkat)(int, const char*, int, const char*,
                int) = find<int(int, const char*, int, const char*, int)>("linkat");
  int (*mkdirat)(int, const char*, mode_t) = find<int(int, const char*, mode_t)>("mkdirat");
  int (*fstatvfs)(int, struct statvfs*) = find<int(int, struct statvfs*)>("fstatvfs");
};

const Real& real();

}  // namespace faulty_disk
