#include "cli/directories/restore.h"

#include <utility>

#include "cli/directories/backup.h"
#include "cli/directories/restore_draft.h"
#include "platform/runtime/wall_clock.h"
#include "platform/storage/posix_disk.h"
#include "platform/storage/rocks_state.h"
#include "replica/restore.h"

namespace batata::cli {
namespace {

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
  replica::RestoreOptions options;
  options.gap.now = platform::wall_now();
  const auto restored = replica::restore(backup, **disk, state, options);
  if (!restored) return tl::unexpected(restored.error());
  return {};
}

std::string without_slashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

Result<Diagnosis> restore_backup(const std::string& file, const std::string& data_directory) {
  auto draft = RestoreDraft::take(without_slashes(data_directory));
  if (!draft) return tl::unexpected(std::move(draft.error()));
  if (auto whole = inspect_backup(file); !whole) return tl::unexpected(std::move(whole.error()));
  auto found = build(file, draft->path()).and_then([&] { return diagnose(draft->path()); });
  if (!found) return found;
  if (auto named = draft->become_target(); !named) return tl::unexpected(std::move(named.error()));
  return found;
}

}  // namespace batata::cli
