#pragma once
#include <string>

#include "base/result.h"

namespace batata::cli {

/// Where a repair builds the folders that take the places of "raft" and "state" of a data directory. It lies
/// in that directory, so that both are on one file system and a mount point is as good as any. It is removed
/// at its end unless they have changed places; until then nothing of the directory is touched. One thread.
class RepairDraft {
 public:
  /// Whether both folders of the directory can change their places. Errors: kUnsupported where one of them is
  /// a link, or lies on another file system.
  [[nodiscard]] static Status check_places(const std::string& data_directory);
  /// Errors: those of the disk.
  [[nodiscard]] static Result<RepairDraft> make(const std::string& data_directory);
  RepairDraft(RepairDraft&& other) noexcept;
  RepairDraft& operator=(RepairDraft&&) = delete;
  RepairDraft(const RepairDraft&) = delete;
  RepairDraft& operator=(const RepairDraft&) = delete;
  ~RepairDraft();

  /// For the folders "raft" and "state".
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Copies the state of the directory; nothing where it has none. Its tables get a second name instead: they
  /// are never changed in place. Errors: those of the disk.
  [[nodiscard]] Status copy_state() const;
  /// Gives the folders of the draft and of the directory each other's place for good, and gives the name
  /// under which those of the directory are from now on. What is made belongs to who owned what was there.
  /// Last call. Errors: those of the disk; kUnsupported where its file system cannot do it without a moment
  /// in which a start would found a new cluster. When the message names a folder, that has what is not in the
  /// directory any longer; else nothing was changed.
  [[nodiscard]] Result<std::string> change_places();

 private:
  RepairDraft(std::string directory, std::string time)
      : directory_(std::move(directory)), time_(std::move(time)), path_(directory_ + "/repair-" + time_) {}
  Status take_owner() const;
  Status look_for_exchange();
  Status change_place(const std::string& folder) const;

  std::string directory_, time_, path_;
  bool is_removed_at_end_ = true, can_exchange_ = true;
};

}  // namespace batata::cli
