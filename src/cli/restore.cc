#include "cli/restore.h"

#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/backup.h"
#include "platform/storage/directories.h"
#include "platform/storage/posix_disk.h"
#include "platform/storage/rocks_state.h"
#include "replica/restore.h"

namespace batata::cli {
namespace {

namespace fs = std::filesystem;

Status build(const std::string& file_path, const std::string& directory) {
  const Place place = place_of(file_path);
  auto source_disk = platform::PosixDisk::open_directory(place.directory);
  if (!source_disk) return tl::unexpected(std::move(source_disk.error()));
  const auto file = (*source_disk)->open(place.name);
  if (!file) return tl::unexpected(file.error());
  replica::BackupReader backup(source_of(**file));
  if (auto opened = backup.open(); !opened) return opened;
  auto disk = platform::PosixDisk::open_directory(directory + "/raft");
  if (!disk) return tl::unexpected(std::move(disk.error()));
  if (auto locked = (*disk)->lock(); !locked) return locked;
  platform::RocksState state(directory + "/state");
  const auto restored = replica::restore(backup, **disk, state);
  if (!restored) return tl::unexpected(restored.error());
  return {};
}

std::string without_slashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

Result<Diagnosis> restore_backup(const std::string& file, const std::string& data_directory) {
  const std::string directory = without_slashes(data_directory), draft = directory + ".restoring";
  std::error_code error;
  if (fs::exists(directory, error) && !(fs::is_directory(directory, error) && fs::is_empty(directory, error)))
    return fail(Errc::kConflict, directory + " is not empty, and is left as it is");
  if (auto whole = inspect_backup(file); !whole) return tl::unexpected(std::move(whole.error()));
  fs::remove_all(draft, error);  // of an attempt that was killed
  if (error) return fail(Errc::kInternal, "remove " + draft + ": " + error.message());
  auto found = build(file, draft).and_then([&] { return diagnose(draft); });
  if (!found) {
    fs::remove_all(draft, error);
    return found;
  }
  if (std::rename(draft.c_str(), directory.c_str()) != 0)
    return fail(Errc::kInternal, "rename " + draft + ": " + std::generic_category().message(errno));
  if (auto synced = platform::sync_parent(directory); !synced)
    return tl::unexpected(std::move(synced.error()));
  return found;
}

}  // namespace batata::cli
