// A library to preload: it stands between a program and its files below one directory, keeps a journal of
// what the disk would have to forget if the power went, and fails or ends the program where it is told to.
//
//   FAULTY_DISK_ROOT     the directory; only what happens below it matters
//   FAULTY_DISK_JOURNAL  the file to which the journal is appended (power.py reads it)
//   FAULTY_DISK_ATTIC    a directory of the same file system, outside the root: keeps files that were removed
//   FAULTY_DISK_KILL_AT  the program ends itself with SIGKILL around the step of this number, counted from 1:
//                        before it for an even number, after it for an odd one
//   FAULTY_DISK_FAULT    STEP:PATTERN:NTH:ERRNO:TIMES, for instance write:log-*:3:EIO:1 - the NTH step of the
//                        kind on files of that name fails with that error, as do those after it up to TIMES
//                        in all (0: for ever). STEP is write, short (half of the bytes are written, then the
//                        error), sync, create, rename, remove, truncate or syncdir. ERRNO is EIO or
//                        ENOSPC; of a sync it may be LIE: it succeeds, and nothing is synced.
//   FAULTY_DISK_FREE     a file that holds the number of free bytes, for those who ask; absent: the truth
//
// What is written with stdio is not seen, for the C library does not call itself through its own symbols;
// nothing that the program keeps is written so.
#include <dlfcn.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

enum class Step : std::uint32_t {
  kWrite = 1,
  kTruncate,
  kSync,
  kCreate,
  kMakeDirectory,
  kRename,
  kRemove,
  kLink,
  kSyncDirectory,
  kFailedSync,
};
constexpr std::array kStepNames = {"",       "write",  "truncate", "sync",    "create", "mkdir",
                                   "rename", "remove", "link",     "syncdir", "failed"};

// The head of a journal entry; power.py has its twin. Behind it come `old_bytes` and `new_bytes` bytes.
struct Entry {
  std::uint32_t magic = 0x4b534446;  // "FDSK"
  Step step = Step::kWrite;
  std::uint64_t inode = 0;
  std::uint64_t directory = 0;  // that a name is in; of a sync the number of entries it is sure to cover
  std::uint64_t offset = 0;     // of a write; the new size of a truncation
  std::uint64_t old_size = 0;   // of the file before
  std::uint32_t old_bytes = 0, new_bytes = 0;
  std::uint64_t zeros = 0;  // that a write wrote, in place of `new_bytes`
};

// The C library's own functions, whatever this library is called for, and however early.
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
  int (*renameat)(int, const char*, int,
                  const char*) = find<int(int, const char*, int, const char*)>("renameat");
  int (*unlinkat)(int, const char*, int) = find<int(int, const char*, int)>("unlinkat");
  int (*linkat)(int, const char*, int, const char*,
                int) = find<int(int, const char*, int, const char*, int)>("linkat");
  int (*mkdirat)(int, const char*, mode_t) = find<int(int, const char*, mode_t)>("mkdirat");
};
const Real& real() {
  static const Real functions;
  return functions;
}

std::string setting(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

[[noreturn]] void give_up(const char* why) {
  std::fprintf(stderr, "faulty disk: %s\n", why);
  std::abort();
}

constexpr int kLie = -1;  // no error: success that is none

struct Fault {
  std::string step, pattern;
  std::uint64_t nth = 0, times = 0;
  int error = 0;
};

Fault read_fault() {
  Fault fault;
  const std::string text = setting("FAULTY_DISK_FAULT");
  if (text.empty()) return fault;
  std::vector<std::string> fields;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(':', at), text.size());
    fields.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (fields.size() != 5) give_up("FAULTY_DISK_FAULT has five fields");
  fault = {fields[0], fields[1], std::strtoull(fields[2].c_str(), nullptr, 10),
           std::strtoull(fields[4].c_str(), nullptr, 10), 0};
  if (fields[3] == "EIO") fault.error = EIO;
  if (fields[3] == "ENOSPC") fault.error = ENOSPC;
  if (fields[3] == "LIE") fault.error = kLie;
  if (fault.error == 0) give_up("FAULTY_DISK_FAULT knows EIO, ENOSPC and LIE");
  return fault;
}

class Mutex {
 public:
  void lock() { pthread_mutex_lock(&mutex_); }
  void unlock() { pthread_mutex_unlock(&mutex_); }

 private:
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
};

// One for the process; everything that changes files goes through it, one step after the other.
class FaultyDisk {
 public:
  static FaultyDisk& get() {
    static auto* const disk = new FaultyDisk;  // never destroyed: threads write until the very end
    return *disk;
  }

  // The path of `name` in `directory`, if that is the root or below it; else empty.
  [[nodiscard]] std::string in_root(int directory, const char* name) const {
    if (root_.empty() || name == nullptr) return {};
    std::string path = name;
    if (path.empty() || path[0] != '/') {
      const std::string from =
          directory == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/" + std::to_string(directory);
      std::array<char, PATH_MAX> target;
      const ssize_t n = ::readlink(from.c_str(), target.data(), target.size());
      if (n <= 0) return {};
      path = std::string(target.data(), static_cast<std::size_t>(n)) + "/" + path;
    }
    const bool below = path.starts_with(root_) && (path.size() == root_.size() || path[root_.size()] == '/');
    return below ? path : "";
  }

  int open(int directory, const char* name, int flags, mode_t mode) {
    const std::string path = in_root(directory, name);
    if (path.empty()) return real().openat(directory, name, flags, mode);
    const Lock lock(*this);
    struct stat before{};
    const bool existed = ::stat(path.c_str(), &before) == 0;
    const bool creates = !existed && (flags & O_CREAT) != 0;
    const bool empties = existed && (flags & O_TRUNC) != 0 && before.st_size > 0;
    if (creates || empties) {
      if (const int error = fault(Step::kCreate, path); error != 0) return failed(error);
    }
    if (empties) note_truncation(path, before, 0);
    const std::uint64_t step = creates || empties ? begin() : 0;
    const int fd = real().openat(directory, name, flags, mode);
    if (fd < 0) return fd;
    struct stat now{};
    if (::fstat(fd, &now) != 0) give_up("a file that was opened cannot be looked at");
    // Noted when its number is known: a file that is made and not noted is one that was made just before the
    // end.
    if (creates)
      note({.step = Step::kCreate, .inode = now.st_ino, .directory = inode_of_parent(path)}, "", path);
    if (step != 0) end(step);
    if (static_cast<std::size_t>(fd) >= files_.size()) files_.resize(static_cast<std::size_t>(fd) + 1);
    files_[static_cast<std::size_t>(fd)] = {now.st_ino, S_ISDIR(now.st_mode), (flags & O_APPEND) != 0, path};
    return fd;
  }

  int close(int fd) {
    if (!root_.empty()) {
      const Lock lock(*this);
      if (static_cast<std::size_t>(fd) < files_.size() && fd >= 0) files_[static_cast<std::size_t>(fd)] = {};
    }
    return real().close(fd);
  }

  // `offset` below 0: where the descriptor stands.
  ssize_t write(int fd, const void* data, std::size_t bytes, off_t offset) {
    const auto plainly = [&] {
      return offset < 0 ? real().write(fd, data, bytes) : real().pwrite(fd, data, bytes, offset);
    };
    if (root_.empty()) return plainly();
    const Lock lock(*this);
    const File* const file = find(fd);
    if (file == nullptr || bytes == 0) return plainly();
    if (const int error = fault(Step::kWrite, file->path); error != 0) return failed(error);
    if (const int error = fault_named("short", file->path); error != 0) {
      if (bytes < 2) return failed(error);
      pending_error_ = error;
      bytes /= 2;
    } else if (pending_error_ != 0) {
      return failed(std::exchange(pending_error_, 0));  // the second half, which the caller tries to write
    }
    struct stat before{};
    if (::fstat(fd, &before) != 0) give_up("a file that is open cannot be looked at");
    const auto size = static_cast<std::uint64_t>(before.st_size);
    const off_t place = offset >= 0 ? offset : file->appends ? before.st_size : ::lseek(fd, 0, SEEK_CUR);
    Entry entry{.step = Step::kWrite,
                .inode = file->inode,
                .offset = static_cast<std::uint64_t>(place),
                .old_size = size};
    const std::string old = read_old(file->path, entry.offset, bytes);
    const std::string_view written(static_cast<const char*>(data), bytes);
    if (is_zero(written)) {
      entry.zeros = bytes;
      note(entry, is_zero(old) ? "" : old, "");
    } else {
      note(entry, is_zero(old) ? "" : old, written);
    }
    const std::uint64_t step = begin();
    const ssize_t n = plainly();
    end(step);
    return n;
  }

  int sync(int fd, int (*really)(int)) {
    if (root_.empty()) return really(fd);
    File file;
    std::uint64_t covers = 0, number = 0;
    {
      const Lock lock(*this);
      const File* const found = find(fd);
      if (found == nullptr) return really(fd);
      file = *found;
      const Step step = file.is_directory ? Step::kSyncDirectory : Step::kSync;
      if (const int error = fault(step, file.path); error == kLie) {
        return 0;
      } else if (error != 0) {
        // The system has dropped what it could not write, and the next sync will not say so.
        note({.step = Step::kFailedSync, .inode = file.inode}, "", "");
        return failed(error);
      }
      number = begin();
      covers = noted_;
    }
    if (const int done = really(fd); done != 0) return done;
    const Lock lock(*this);
    note({.step = file.is_directory ? Step::kSyncDirectory : Step::kSync,
          .inode = file.inode,
          .directory = covers},
         "", "");
    end(number);
    return 0;
  }

  int truncate(int fd, off_t size) {
    if (root_.empty()) return real().ftruncate(fd, size);
    const Lock lock(*this);
    const File* const file = find(fd);
    if (file == nullptr) return real().ftruncate(fd, size);
    if (const int error = fault(Step::kTruncate, file->path); error != 0) return failed(error);
    struct stat before{};
    if (::fstat(fd, &before) != 0) give_up("a file that is open cannot be looked at");
    note_truncation(file->path, before, static_cast<std::uint64_t>(size));
    const std::uint64_t step = begin();
    const int done = real().ftruncate(fd, size);
    end(step);
    return done;
  }

  int rename(int from_directory, const char* from, int to_directory, const char* to) {
    const std::string old_path = in_root(from_directory, from), new_path = in_root(to_directory, to);
    if (old_path.empty() || new_path.empty()) return real().renameat(from_directory, from, to_directory, to);
    const Lock lock(*this);
    if (const int error = fault(Step::kRename, new_path); error != 0) return failed(error);
    // What it takes the place of is noted as removed, so that it can come back.
    if (::access(new_path.c_str(), F_OK) == 0) note_removal(new_path);
    note({.step = Step::kRename, .inode = inode_of(old_path), .directory = inode_of_parent(new_path)},
         old_path, new_path);
    const std::uint64_t step = begin();
    const int done = real().renameat(from_directory, from, to_directory, to);
    for (File& file : files_)
      if (file.path == old_path) file.path = new_path;
    end(step);
    return done;
  }

  int remove(int directory, const char* name, int flags) {
    const std::string path = in_root(directory, name);
    if (path.empty() || (flags & AT_REMOVEDIR) != 0) return real().unlinkat(directory, name, flags);
    const Lock lock(*this);
    if (const int error = fault(Step::kRemove, path); error != 0) return failed(error);
    if (::access(path.c_str(), F_OK) == 0) note_removal(path);
    const std::uint64_t step = begin();
    const int done = real().unlinkat(directory, name, flags);
    end(step);
    return done;
  }

  int link(const char* from, const char* to) {
    const std::string path = in_root(AT_FDCWD, to);
    if (path.empty()) return real().linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
    const Lock lock(*this);
    const int done = real().linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
    if (done == 0)
      note({.step = Step::kLink, .inode = inode_of(path), .directory = inode_of_parent(path)}, "", path);
    return done;
  }

  int make_directory(const char* name, mode_t mode) {
    const std::string path = in_root(AT_FDCWD, name);
    const int done = real().mkdirat(AT_FDCWD, name, mode);
    if (path.empty() || done != 0) return done;
    const Lock lock(*this);
    note({.step = Step::kMakeDirectory, .inode = inode_of(path), .directory = inode_of_parent(path)}, "",
         path);
    return done;
  }

 private:
  struct File {
    std::uint64_t inode = 0;  // 0: not one of ours
    bool is_directory = false, appends = false;
    std::string path;
  };
  class Lock {
   public:
    explicit Lock(FaultyDisk& disk) : disk_(disk) { disk_.mutex_.lock(); }
    ~Lock() {
      const int error = errno;
      disk_.mutex_.unlock();
      errno = error;
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

   private:
    FaultyDisk& disk_;
  };

  FaultyDisk()
      : root_(setting("FAULTY_DISK_ROOT")), attic_(setting("FAULTY_DISK_ATTIC")), fault_(read_fault()) {
    kill_at_ = std::strtoull(setting("FAULTY_DISK_KILL_AT").c_str(), nullptr, 10);
    if (root_.empty()) return;
    const std::string journal = setting("FAULTY_DISK_JOURNAL");
    if (journal.empty()) return;
    journal_ = real().open(journal.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (journal_ < 0) give_up("the journal cannot be opened");
  }

  static int failed(int error) {
    errno = error;
    return -1;
  }
  static bool is_zero(std::string_view bytes) {
    return std::ranges::all_of(bytes, [](char c) { return c == 0; });
  }
  static std::uint64_t inode_of(const std::string& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
  }
  static std::uint64_t inode_of_parent(const std::string& path) {
    return inode_of(path.substr(0, path.rfind('/')));
  }

  // What the bytes were, as far as there were any. The caller's descriptor may be for writing only.
  static std::string read_old(const std::string& path, std::uint64_t offset, std::size_t bytes) {
    std::string old(bytes, '\0');
    const int fd = real().open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) give_up("what a write replaces cannot be read");
    const ssize_t n = ::pread(fd, old.data(), bytes, static_cast<off_t>(offset));
    real().close(fd);
    old.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
    return old;
  }

  const File* find(int fd) const {
    if (fd < 0 || static_cast<std::size_t>(fd) >= files_.size()) return nullptr;
    const File& file = files_[static_cast<std::size_t>(fd)];
    return file.inode == 0 ? nullptr : &file;
  }

  int fault(Step step, const std::string& path) {
    return fault_named(kStepNames[static_cast<std::size_t>(step)], path);
  }
  int fault_named(std::string_view step, const std::string& path) {
    if (fault_.error == 0 || step != fault_.step) return 0;
    if (::fnmatch(fault_.pattern.c_str(), path.c_str() + path.rfind('/') + 1, 0) != 0) return 0;
    const std::uint64_t number = ++matched_;
    const bool hit = number >= fault_.nth && (fault_.times == 0 || number < fault_.nth + fault_.times);
    if (hit && fault_.error != kLie)
      std::fprintf(stderr, "faulty disk: %s of %s fails: %s\n", fault_.step.c_str(), path.c_str(),
                   ::strerror(fault_.error));
    return hit ? fault_.error : 0;
  }

  void note_truncation(const std::string& path, const struct stat& before, std::uint64_t size) {
    const auto old_size = static_cast<std::uint64_t>(before.st_size);
    const std::string cut = old_size > size ? read_old(path, size, old_size - size) : "";
    note({.step = Step::kTruncate, .inode = before.st_ino, .offset = size, .old_size = old_size},
         is_zero(cut) ? "" : cut, "");
  }

  void note_removal(const std::string& path) {
    const std::uint64_t inode = inode_of(path);
    const std::string kept = attic_ + "/" + std::to_string(inode);
    if (!attic_.empty() && real().linkat(AT_FDCWD, path.c_str(), AT_FDCWD, kept.c_str(), 0) != 0 &&
        errno != EEXIST)
      give_up("a file that is removed cannot be kept");
    note({.step = Step::kRemove, .inode = inode, .directory = inode_of_parent(path)}, path, "");
  }

  void note(Entry entry, std::string_view old_bytes, std::string_view new_bytes) {
    ++noted_;
    if (journal_ < 0) return;
    entry.old_bytes = static_cast<std::uint32_t>(old_bytes.size());
    entry.new_bytes = static_cast<std::uint32_t>(new_bytes.size());
    std::string all(reinterpret_cast<const char*>(&entry), sizeof entry);
    all.append(old_bytes).append(new_bytes);
    if (real().write(journal_, all.data(), all.size()) != static_cast<ssize_t>(all.size()))
      give_up("the journal cannot be written");
  }

  // Around each step: the number that begin() gives is for end().
  std::uint64_t begin() {
    ++steps_;
    if (steps_ == kill_at_ && steps_ % 2 == 0) ::kill(::getpid(), SIGKILL);
    return steps_;
  }
  void end(std::uint64_t step) const {
    if (step == kill_at_) ::kill(::getpid(), SIGKILL);
  }

  const std::string root_, attic_;
  const Fault fault_;
  std::uint64_t kill_at_ = 0;
  int journal_ = -1;
  Mutex mutex_;
  std::vector<File> files_;  // by descriptor
  std::uint64_t noted_ = 0, steps_ = 0, matched_ = 0;
  int pending_error_ = 0;
};

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(arguments, unsigned)) : 0;
}

}  // namespace

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
int close(int fd) {
  return FaultyDisk::get().close(fd);
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
int link(const char* from, const char* to) noexcept {
  return FaultyDisk::get().link(from, to);
}
int mkdir(const char* path, mode_t mode) noexcept {
  return FaultyDisk::get().make_directory(path, mode);
}

// The same under the names that programs with large files call; their offsets are as large here.
int open64(const char* path, int flags, ...) __attribute__((alias("open")));
int openat64(int directory, const char* path, int flags, ...) __attribute__((alias("openat")));
ssize_t pwrite64(int fd, const void* data, std::size_t bytes, off64_t offset)
    __attribute__((alias("pwrite")));
int ftruncate64(int fd, off64_t size) noexcept __attribute__((alias("ftruncate")));

int fstatvfs(int fd, struct statvfs* status) noexcept {
  static auto* const really = Real::find<int(int, struct statvfs*)>("fstatvfs");
  const int done = really(fd, status);
  const std::string name = setting("FAULTY_DISK_FREE");
  const int file = done == 0 && !name.empty() ? real().open(name.c_str(), O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return done;
  std::array<char, 32> text{};
  const ssize_t n = ::read(file, text.data(), text.size() - 1);
  real().close(file);
  if (n > 0) status->f_bavail = std::strtoull(text.data(), nullptr, 10) / status->f_frsize;
  return done;
}
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
