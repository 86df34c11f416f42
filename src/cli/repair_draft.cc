#include "cli/repair_draft.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "platform/storage/directories.h"

namespace batata::cli {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> failed(const std::string& what, const std::error_code& error) {
  return fail(Errc::kInternal, what + ": " + error.message());
}
std::error_code last_error() {
  return {errno, std::generic_category()};
}

Status sync_path(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const std::error_code error = last_error();
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) return failed("sync " + path, error);
  return {};
}

Status copy_one(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (from.extension() == ".sst") {
    fs::create_hard_link(from, to, error);
    if (!error) return {};
  }
  fs::copy_file(from, to, error);
  if (error) return failed("copy " + from.string(), error);
  return sync_path(to.string());
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
  if (error) return failed("copy " + from.string(), error);
  return sync_path(to.string());
}

Status rename_path(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) return {};
  return failed("rename " + from, last_error());
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
      is_removed_at_end_(std::exchange(other.is_removed_at_end_, false)) {}

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

// The state first: as long as the log in the directory is the damaged one, a start refuses it, should the
// power go between the two; or it works, if the state alone was damaged.
Result<std::string> RepairDraft::change_places() {
  if (auto synced = sync_path(path_); !synced) return tl::unexpected(std::move(synced.error()));
  is_removed_at_end_ = false;
  for (const char* folder : {"/state", "/raft"})
    if (auto changed = change_place(folder); !changed)
      return fail(std::move(changed.error()), "what was in the directory is there or in " + path_);
  std::string before = directory_ + "/before-repair-" + time_;
  if (auto renamed = rename_path(path_, before); !renamed) return tl::unexpected(std::move(renamed.error()));
  if (auto synced = sync_path(directory_); !synced) return tl::unexpected(std::move(synced.error()));
  return before;
}

Status RepairDraft::change_place(const std::string& folder) const {
  const std::string ours = path_ + folder, theirs = directory_ + folder, aside = ours + ".before";
  std::error_code none;
  const bool both = fs::exists(ours, none) && fs::exists(theirs, none);
  if (!both) return fs::exists(ours, none) ? rename_path(ours, theirs) : rename_path(theirs, ours);
  if (::renameat2(AT_FDCWD, ours.c_str(), AT_FDCWD, theirs.c_str(), RENAME_EXCHANGE) != 0) {
    if (errno != EINVAL && errno != ENOSYS) return failed("exchange " + ours, last_error());
    // Not all file systems know that flag.
    if (auto renamed = rename_path(theirs, aside); !renamed) return renamed;
    if (auto renamed = rename_path(ours, theirs); !renamed) return renamed;
    if (auto renamed = rename_path(aside, ours); !renamed) return renamed;
  }
  // Both stand where they are for good before the next one moves.
  if (auto synced = sync_path(path_); !synced) return synced;
  return sync_path(directory_);
}

}  // namespace batata::cli
