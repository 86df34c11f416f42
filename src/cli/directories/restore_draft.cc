#include "cli/directories/restore_draft.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/system_error.h"
#include "platform/storage/directories.h"

namespace batata::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kInside = ".restoring";
// What a lock of PosixDisk leaves is the mark of a draft: a data directory has its own in the folder raft.
constexpr std::string_view kMark = "LOCK";
constexpr std::array<std::string_view, 2> kFolders{"state", "raft"};

// Whether the directory holds nothing whose name `may` does not know.
template <class May>
Result<bool> holds_only(const std::string& directory, May may) {
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error))
    if (!may(it->path().filename().string())) return false;
  if (error) return system_failure("list " + directory, error.value());
  return true;
}

bool is_marked(const std::string& path) {
  std::error_code none;
  return fs::is_regular_file(fs::symlink_status(path + "/" + std::string(kMark), none));
}

// Whether a restore into `target` was killed, or is, when it had moved out the first of its folders: no
// server has begun to use that.
bool is_half_moved(const std::string& target) {
  const auto is_there = [](const std::string& folder) {
    std::error_code none;
    return fs::exists(fs::symlink_status(folder, none));
  };
  const std::string draft = target + "/" + std::string(kInside);
  const std::string first = "/" + std::string(kFolders.front()), last = "/" + std::string(kFolders.back());
  return is_marked(draft) && !is_there(draft + first) && is_there(draft + last) && is_there(target + first) &&
         !is_there(target + last);
}

Status check_is_free(const std::string& target) {
  std::error_code none;
  if (!fs::is_directory(target, none))
    return fail(Errc::kConflict, target + " is no directory, and is left as it is");
  const bool half_moved = is_half_moved(target);
  const auto is_free = holds_only(target, [half_moved](std::string_view name) {
    return name == kInside || (half_moved && name == kFolders.front());
  });
  if (!is_free) return tl::unexpected(is_free.error());
  if (!*is_free) return fail(Errc::kConflict, target + " is not empty, and is left as it is");
  return {};
}

Status remove_folder(const std::string& in, std::string_view name) {
  std::error_code error;
  fs::remove_all(in + "/" + std::string(name), error);
  if (error) return system_failure("remove what is in " + in, error.value());
  return {};
}

// Without a mark it must be empty: then it was killed, or is, before it could leave one.
Status check_is_draft(const std::string& path) {
  std::error_code none;
  const auto status = fs::symlink_status(path, none);
  if (!fs::exists(status)) return {};
  const auto no_draft = [&path] {
    return fail(Errc::kConflict, path + " is there, was made by no restore, and is left as it is");
  };
  if (!fs::is_directory(status)) return no_draft();
  const auto is_ours = holds_only(path, [marked = is_marked(path)](std::string_view name) {
    return marked && (name == kMark || std::ranges::find(kFolders, name) != kFolders.end());
  });
  if (!is_ours) return tl::unexpected(is_ours.error());
  if (!*is_ours) return no_draft();
  return {};
}

}  // namespace

Result<RestoreDraft> RestoreDraft::take(const std::string& target) {
  std::error_code none;
  const bool is_inside = fs::exists(fs::symlink_status(target, none));
  if (is_inside)
    if (auto checked = check_is_free(target); !checked) return tl::unexpected(std::move(checked.error()));
  std::string path = target + (is_inside ? "/" : "") + std::string(kInside);
  if (auto checked = check_is_draft(path); !checked) return tl::unexpected(std::move(checked.error()));
  auto disk = platform::PosixDisk::open_directory(path);
  if (!disk) return tl::unexpected(std::move(disk.error()));
  if (auto locked = (*disk)->lock(); !locked) return tl::unexpected(std::move(locked.error()));
  RestoreDraft draft(target, std::move(path), is_inside, std::move(*disk));
  if (is_inside && is_half_moved(target))
    if (auto removed = remove_folder(target, kFolders.front()); !removed)
      return tl::unexpected(std::move(removed.error()));
  for (const std::string_view folder : kFolders)
    if (auto removed = remove_folder(draft.path_, folder); !removed)
      return tl::unexpected(std::move(removed.error()));
  return draft;
}

RestoreDraft::~RestoreDraft() {
  std::error_code none;
  if (disk_ != nullptr) fs::remove_all(path_, none);
}

Status RestoreDraft::become_target() {
  auto renamed = is_inside_ ? move_out() : rename_all();
  if (!renamed) return renamed;
  return platform::sync_parent(is_inside_ ? target_ + "/" + std::string(kFolders.front()) : target_);
}

// The mark last: what is killed before is taken over by the next restore. One that stays does no harm.
Status RestoreDraft::rename_all() {
  if (auto renamed = platform::rename_path(path_, target_); !renamed) return renamed;
  (void)disk_->remove(std::string(kMark));
  return {};
}

// The log last: a start refuses a directory with a state and no log, should the power go between the two.
Status RestoreDraft::move_out() {
  for (std::size_t moved = 0; moved < kFolders.size(); ++moved) {
    const std::string name = "/" + std::string(kFolders[moved]);
    auto renamed = platform::rename_path(path_ + name, target_ + name);
    if (renamed) continue;
    for (std::size_t back = 0; back < moved; ++back) {
      const std::string other = "/" + std::string(kFolders[back]);
      (void)platform::rename_path(target_ + other, path_ + other);
    }
    return renamed;
  }
  return {};
}

}  // namespace batata::cli
