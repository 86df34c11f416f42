#pragma once
#include <memory>
#include <string>

#include "base/result.h"
#include "platform/storage/posix_disk.h"

namespace batata::cli {

/// Where a restore builds what becomes the data directory `target`: beside it, or in it where it is there
/// already, as a mount point is, which nothing can be renamed onto. It is this process' as long as this
/// lives, and removed at its end unless it has become the target. One thread.
class RestoreDraft {
 public:
  /// Takes over what a restore that was killed has left, also when that had given one folder its place, and
  /// nothing else. Errors: kConflict when the target
  /// holds something, or what lies in the draft's place is no draft; kUnavailable when another restore has
  /// it; those of the disk.
  [[nodiscard]] static Result<RestoreDraft> take(const std::string& target);
  RestoreDraft(RestoreDraft&&) noexcept = default;
  RestoreDraft& operator=(RestoreDraft&&) = delete;
  RestoreDraft(const RestoreDraft&) = delete;
  RestoreDraft& operator=(const RestoreDraft&) = delete;
  ~RestoreDraft();

  /// For the folders "raft" and "state".
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Gives both folders their place in the target for good. Last call. Errors: those of the disk, also
  /// when the target holds something by now.
  [[nodiscard]] Status become_target();

 private:
  RestoreDraft(std::string target, std::string path, bool is_inside,
               std::unique_ptr<platform::PosixDisk> disk)
      : target_(std::move(target)), path_(std::move(path)), is_inside_(is_inside), disk_(std::move(disk)) {}
  Status rename_all();
  Status move_out();

  std::string target_, path_;
  bool is_inside_;
  std::unique_ptr<platform::PosixDisk> disk_;  // of path_, for its lock; null: moved from
};

}  // namespace batata::cli
