#include "cli/directories/repair_draft.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "base/system_error.h"
#include "platform/storage/directories.h"

namespace batata::cli {
namespace {

namespace fs = std::filesystem;

Status copy_one(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (from.extension() == ".sst") {
    fs::create_hard_link(from, to, error);
    if (!error) return {};
  }
  fs::copy_file(from, to, error);
  if (error) return system_failure("copy " + from.string(), error.value());
  return platform::sync_path(to.string());
}

Status copy_directory(const fs::path& from, const fs::path& to) {
  if (auto made = platform::make_directories(to.string()); !made) return made;
  std::error_code error;
  for (fs::directory_iterator it(from, error), end; !error && it != end; it.increment(error)) {
    const fs::path name = it->path().filename();
    const Status copied =
        it->is_directory(error) ? copy_directory(it->path(), to / name) : copy_one(it->path(), to / name);
    if (!copied) return copied;
  }
  if (error) return system_failure("copy " + from.string(), error.value());
  return platform::sync_path(to.string());
}

}  // namespace

Result<RepairDraft> RepairDraft::make(const std::string& data_directory) {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  std::string time = fmt::format("{:%Y%m%dT%H%M%SZ}", now);
  std::error_code none;
  const auto is_taken = [&](const char* what) { return fs::exists(data_directory + what + time, none); };
  while (is_taken("/repair-") || is_taken("/before-repair-")) time += "+";
  RepairDraft draft(data_directory, std::move(time));
  if (auto made = platform::make_directories(draft.path_); !made) return tl::unexpected(made.error());
  return draft;
}

RepairDraft::RepairDraft(RepairDraft&& other) noexcept
    : directory_(std::move(other.directory_)),
      time_(std::move(other.time_)),
      path_(std::move(other.path_)),
      is_removed_at_end_(std::exchange(other.is_removed_at_end_, false)),
      can_exchange_(other.can_exchange_) {}

RepairDraft::~RepairDraft() {
  std::error_code none;
  if (is_removed_at_end_) fs::remove_all(path_, none);
}

Status RepairDraft::copy_state() const {
  const std::string state = directory_ + "/state";
  std::error_code none;
  if (!fs::exists(state, none)) return {};
  return copy_directory(state, path_ + "/state");
}

Status RepairDraft::check_places(const std::string& data_directory) {
  struct stat directory{};
  if (::stat(data_directory.c_str(), &directory) != 0)
    return system_failure("look at " + data_directory, errno);
  for (const char* folder : {"/raft", "/state"}) {
    const std::string path = data_directory + folder;
    struct stat found{};
    if (::lstat(path.c_str(), &found) != 0) continue;
    if (S_ISLNK(found.st_mode) || found.st_dev != directory.st_dev)
      return fail(Errc::kUnsupported,
                  path +
                      " is a link or on another file system, and a repair puts folders into each "
                      "other's places: copy the whole directory to one file system first");
  }
  return {};
}

// The folder that a start refuses for its damage goes last, should the power go between the two: the log,
// or the state, where that alone is to be made again.
Result<std::string> RepairDraft::change_places() {
  std::error_code none;
  const bool state_first = fs::exists(path_ + "/state", none);
  if (auto owned = take_owner(); !owned) return tl::unexpected(std::move(owned.error()));
  if (auto looked = look_for_exchange(); !looked) return tl::unexpected(std::move(looked.error()));
  // The last name first: whenever it ends, what lies under a name of a repair that is under way is of no use.
  std::string before = directory_ + "/before-repair-" + time_;
  if (auto synced = platform::sync_path(path_); !synced) return tl::unexpected(std::move(synced.error()));
  if (auto renamed = platform::rename_path(path_, before); !renamed)
    return tl::unexpected(std::move(renamed.error()));
  path_ = before;
  if (auto synced = platform::sync_path(directory_); !synced)
    return tl::unexpected(std::move(synced.error()));
  // From the first try on it may have what was in the directory, also when that fails half way.
  is_removed_at_end_ = false;
  for (const char* folder : {state_first ? "/state" : "/raft", state_first ? "/raft" : "/state"}) {
    if (auto changed = change_place(folder); !changed)
      return fail(std::move(changed.error()), "what is not in the directory any longer is in " + path_);
  }
  return before;
}

// A repair may be made by root.
Status RepairDraft::take_owner() const {
  struct stat owner{};
  if (::stat((directory_ + "/raft").c_str(), &owner) != 0)
    return system_failure("look at " + directory_, errno);
  if (owner.st_uid == ::geteuid() && owner.st_gid == ::getegid()) return {};
  std::error_code error;
  std::vector<std::string> paths{path_};
  for (fs::recursive_directory_iterator it(path_, error), end; !error && it != end; it.increment(error))
    paths.push_back(it->path().string());
  if (error) return system_failure("list " + path_, error.value());
  for (const std::string& path : paths)
    if (::lchown(path.c_str(), owner.st_uid, owner.st_gid) != 0)
      return system_failure("give " + path + " to its owner", errno);
  return {};
}

// Not all file systems can exchange two folders in one step. Without that there are moments with one of the
// two, which a start refuses, but none with neither is allowed: it would begin anew.
Status RepairDraft::look_for_exchange() {
  const std::string one = path_ + "/one", other = path_ + "/other";
  for (const std::string& path : {one, other})
    if (::mkdir(path.c_str(), 0700) != 0) return system_failure("make " + path, errno);
  can_exchange_ = ::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0;
  const int why = errno;
  for (const std::string& path : {one, other})
    if (::rmdir(path.c_str()) != 0) return system_failure("remove " + path, errno);
  if (can_exchange_) return {};
  if (why != EINVAL && why != ENOSYS) return system_failure("exchange " + one, why);
  std::error_code none;
  if (fs::exists(directory_ + "/state", none)) return {};
  return fail(Errc::kUnsupported, "the file system of " + directory_ +
                                      " cannot exchange two folders: copy the directory "
                                      "to another one and repair it there");
}

Status RepairDraft::change_place(const std::string& folder) const {
  const std::string ours = path_ + folder, theirs = directory_ + folder, aside = ours + ".before";
  std::error_code none;
  const bool is_ours = fs::exists(ours, none), is_theirs = fs::exists(theirs, none);
  if (!is_ours && !is_theirs) return {};
  if (is_ours != is_theirs) {
    if (auto renamed = is_ours ? platform::rename_path(ours, theirs) : platform::rename_path(theirs, ours);
        !renamed)
      return renamed;
  } else if (can_exchange_) {
    if (::renameat2(AT_FDCWD, ours.c_str(), AT_FDCWD, theirs.c_str(), RENAME_EXCHANGE) != 0)
      return system_failure("exchange " + ours, errno);
  } else {
    if (auto renamed = platform::rename_path(theirs, aside); !renamed) return renamed;
    if (auto renamed = platform::rename_path(ours, theirs); !renamed) return renamed;
    if (auto renamed = platform::rename_path(aside, ours); !renamed) return renamed;
  }
  // Both stand where they are for good before the next one moves.
  if (auto synced = platform::sync_path(path_); !synced) return synced;
  return platform::sync_path(directory_);
}

}  // namespace batata::cli
