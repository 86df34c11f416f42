// A library to preload: it stands between a program and its files below one directory, keeps a journal of
// what the disk would have to forget if the power went, and fails or ends the program where it is told to.
//
//   FAULTY_DISK_ROOT     the directory; only what happens below it matters
//   FAULTY_DISK_JOURNAL  the file to which the journal is appended (power.py reads it); a program that starts
//                        again with the same one goes on with it: the power has not gone in between
//   FAULTY_DISK_ATTIC    a directory of the same file system, outside the root: keeps files that were removed
//   FAULTY_DISK_KILL_AT  the program ends itself with SIGKILL around the step of this number, counted from 1:
//                        before it for an even number, after it for an odd one
//   FAULTY_DISK_FAULT    STEP:PATTERN:NTH:ERRNO:TIMES, for instance write:log-*:3:EIO:1 - the NTH step of the
//                        kind on files of that name fails with that error, as do those after it up to TIMES
//                        in all (0: for ever). STEP is write, short (half of the bytes are written, then the
//                        error), sync, create, mkdir, rename, remove, link, truncate or syncdir. ERRNO is EIO
//                        or ENOSPC; of a sync it may be LIE: it succeeds, and nothing is synced.
//   FAULTY_DISK_FREE     a file that holds the number of free bytes, for those who ask; absent: the truth
//
// What is written with stdio is not seen, for the C library does not call itself through its own symbols;
// nothing that the program keeps is written so. What the journal cannot follow (a rename from one directory
// to another, a directory that is removed, space that is given to a file in another way than by writing) ends
// the program.
#pragma once

#include <pthread.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "fault.h"
#include "journal.h"
#include "open_file.h"

namespace faulty_disk {

/// One for the process; everything that changes files goes through it, one step after the other. Any thread.
/// Each function does what the system call of its name does, and returns what that returns.
class FaultyDisk {
 public:
  static FaultyDisk& get();

  int open(int directory, const char* name, int flags, mode_t mode);
  /// `offset` below 0: where the descriptor stands.
  ssize_t write(int fd, const void* data, std::size_t bytes, off_t offset);
  int sync(int fd, int (*really)(int));
  int truncate(int fd, off_t size);
  int rename(int from_directory, const char* from, int to_directory, const char* to);
  int remove(int directory, const char* name, int flags);
  int link(const char* from, const char* to);
  int make_directory(const char* name, mode_t mode);

  /// Ends the program where `fd` is one of its files.
  void must_not_be(int fd, const char* why) const;

 private:
  class Lock;

  FaultyDisk();
  int fault(Step step, const std::string& path) { return fault_.hit(name_of(step), path); }
  /// How much of a write is done; 0: none, and errno says why.
  std::size_t allowed(const OpenFile& file, std::size_t bytes);
  void note_name(Step step, const std::string& path);
  void note_truncation(int fd, const OpenFile& file, std::uint64_t size);
  /// Gives a file that loses its name another one in the attic.
  void keep(const std::string& path, std::uint64_t inode) const;

  /// Around each step: the number that begin() gives is for end().
  std::uint64_t begin();
  void end(std::uint64_t step) const;

  const std::string root_, attic_;
  const std::uint64_t kill_at_;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;  // guards what follows
  Fault fault_;
  Journal journal_;
  std::uint64_t steps_ = 0;
};

}  // namespace faulty_disk
