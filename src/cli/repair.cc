#include "cli/repair.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/warnings.h"
#include "platform/storage/directories.h"
#include "platform/storage/posix_disk.h"
#include "platform/storage/rocks_state.h"
#include "replica/repair.h"

namespace batata::cli {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> failed(const std::string& what, const std::error_code& error) {
  return fail(Errc::kInternal, what + ": " + error.message());
}

Status sync_path(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const std::error_code error(errno, std::generic_category());
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) return failed("sync " + path, error);
  return {};
}

// The tables of the state are never changed in place, so a second name keeps them as they are; everything
// else is copied.
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

// Under its name only when it is whole and would survive the loss of power: half of one is no way back.
Status make_copy(const std::string& from, const std::string& to) {
  const std::string part = to + ".part";
  std::error_code error;
  Status copied = copy_directory(from, part);
  if (copied) fs::rename(part, to, error);
  if (copied && error) copied = failed("rename " + part, error);
  if (copied) return platform::sync_parent(to);
  fs::remove_all(part, error);
  return copied;
}

std::string name_of_copy(const std::string& directory) {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  std::string name = fmt::format("{}.before-repair-{:%Y%m%dT%H%M%SZ}", directory, now);
  std::error_code none;
  while (fs::exists(name, none) || fs::exists(name + ".part", none)) name += "+";
  return name;
}

}  // namespace

Result<Repair> repair_by_dropping_tail(const std::string& data_directory) {
  std::string directory = data_directory;
  while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
  const auto before = diagnose(directory);
  if (before) return fail(Errc::kConflict, directory + " is sound: a start works, and nothing is dropped");
  if (before.error().code != Errc::kDamaged) return tl::unexpected(before.error());
  Repair repair;
  repair.damage = before.error().message;
  {
    auto disk = platform::PosixDisk::open_directory(directory + "/raft");
    if (!disk) return tl::unexpected(std::move(disk.error()));
    if (auto locked = (*disk)->lock(); !locked) return tl::unexpected(std::move(locked.error()));
    repair.copy = name_of_copy(directory);
    if (auto copied = make_copy(directory, repair.copy); !copied)
      return fail(std::move(copied.error()), "nothing was changed, the copy could not be made");
    const HeardWarnings heard;
    platform::RocksState state(directory + "/state");
    const auto repaired = replica::drop_tail(**disk, state);
    repair.dropped = heard.lines();
    if (!repaired) return fail(repaired.error(), "not repaired; the directory as it was is " + repair.copy);
  }
  auto found = diagnose(directory);
  if (!found)
    return fail(std::move(found.error()), "still damaged; the directory as it was is " + repair.copy);
  repair.found = std::move(*found);
  return repair;
}

}  // namespace batata::cli
