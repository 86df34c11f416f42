#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace batata::replica {

/// An open file of a Disk. Used by one thread at a time; closed when destroyed.
///
/// Errors of every function: a failure of the system with its reason (base/system_error.h). After a failed
/// write or sync nobody knows what lies on the disk: the caller must end the process, not try again.
class File {
 public:
  virtual ~File() = default;
  /// Writes all of `data` at `offset`; a file that is shorter grows, with zeros in between.
  [[nodiscard]] virtual Status write(std::uint64_t offset, std::string_view data) = 0;
  /// Reads up to `bytes` bytes at `offset`; fewer only at the end of the file. Errors: kDamaged where the
  /// medium cannot give them; then others of the file may be readable.
  [[nodiscard]] virtual Result<std::string> read(std::uint64_t offset, std::size_t bytes) const = 0;
  /// Returns when everything written, and the size, would survive the loss of power.
  [[nodiscard]] virtual Status sync() = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size() const = 0;
};

/// One directory of files, with operations that block. Names are plain, without '/'.
///
/// Several threads may use one Disk as long as they use different names. platform/storage/posix_disk.h is the
/// real one; sim/sim_disk.h forgets what was not synced. Errors as for File.
class Disk {
 public:
  virtual ~Disk() = default;
  /// Opens a file that exists. Errors: kNotFound too.
  [[nodiscard]] virtual Result<std::unique_ptr<File>> open(const std::string& name) = 0;
  /// Opens an empty file, in place of one that may have that name.
  [[nodiscard]] virtual Result<std::unique_ptr<File>> create(const std::string& name) = 0;
  /// Gives a file another name, in place of one that may have it. Durable after `sync_directory`.
  [[nodiscard]] virtual Status rename(const std::string& from, const std::string& to) = 0;
  /// Removes a file that exists. Durable after `sync_directory`.
  [[nodiscard]] virtual Status remove(const std::string& name) = 0;
  /// The names of all files, in ascending order.
  [[nodiscard]] virtual Result<std::vector<std::string>> list() = 0;
  /// Returns when creations, renames and removals would survive the loss of power.
  [[nodiscard]] virtual Status sync_directory() = 0;
  /// Takes the directory for this process until the Disk is destroyed. Errors: kUnavailable with a sentence
  /// for people when another process has it.
  [[nodiscard]] virtual Status lock() = 0;
  /// Bytes that may still be written where this directory is.
  [[nodiscard]] virtual Result<std::uint64_t> free_bytes() = 0;
  /// Where this is, for messages.
  [[nodiscard]] virtual std::string path() const = 0;
};

}  // namespace batata::replica
