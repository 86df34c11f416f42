#pragma once
#include <memory>
#include <string>

#include "replica/disk.h"

namespace batata::platform {

/// A Disk on a directory of a local POSIX file system: pwrite, fdatasync, and fsync of the directory. Network
/// file systems that only pretend to sync are not for it. Its errors are those of system_failure
/// (base/system_error.h).
class PosixDisk final : public replica::Disk {
 public:
  /// Opens the directory, after making it and those above it where they do not exist.
  /// Errors: those of system_failure (base/system_error.h).
  [[nodiscard]] static Result<std::unique_ptr<PosixDisk>> open_directory(const std::string& path);
  PosixDisk(const PosixDisk&) = delete;
  PosixDisk& operator=(const PosixDisk&) = delete;
  ~PosixDisk() override;

  /// A file that may only be read is opened for reading: writing to it fails.
  Result<std::unique_ptr<replica::File>> open(const std::string& name) override;
  Result<std::unique_ptr<replica::File>> create(const std::string& name) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& name) override;
  Result<std::vector<std::string>> list() override;
  Status sync_directory() override;
  /// Opens an empty file that only its owner may read and write. Errors: kConflict when something has that
  /// name, be it a link to nowhere; it is left as it is.
  [[nodiscard]] Result<std::unique_ptr<replica::File>> create_private(const std::string& name);
  /// Gives a file another name, which nothing has. Durable after `sync_directory`. Errors: kConflict when
  /// something has that name, be it since a moment ago; both are left as they are.
  [[nodiscard]] Status rename_to_new(const std::string& from, const std::string& to);
  /// As `lock`, for looking, which several may do at once: changes nothing, and does nothing where nobody
  /// ever took the lock.
  [[nodiscard]] Status lock_without_traces();
  /// Holds flock(2) on the file "LOCK", which carries the process id of the holder. Once more does nothing.
  Status lock() override;
  /// What the file system leaves to users without privileges. Quotas are not seen.
  Result<std::uint64_t> free_bytes() override;
  std::string path() const override { return path_; }

 private:
  PosixDisk(std::string path, int directory) : path_(std::move(path)), directory_(directory) {}
  [[nodiscard]] Status take_lock(int flags, int kind);
  [[nodiscard]] tl::unexpected<Error> locked_by_another(int file) const;
  Result<std::unique_ptr<replica::File>> open_file(const std::string& name, int flags);
  tl::unexpected<Error> taken(const std::string& name) const;

  std::string path_;
  int directory_;
  int lock_ = -1;
};

}  // namespace batata::platform
