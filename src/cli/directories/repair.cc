#include "cli/directories/repair.h"

#include <optional>
#include <utility>

#include "base/log.h"
#include "cli/directories/repair_draft.h"
#include "cli/directories/warnings.h"
#include "platform/runtime/wall_clock.h"
#include "platform/storage/posix_disk.h"
#include "platform/storage/rocks_state.h"
#include "replica/load_state.h"

namespace batata::cli {
namespace {

// Where the state stands; nothing when there is none, or none that is of use, and then the draft has none.
Result<std::optional<replica::Position>> take_state(const std::string& directory, const RepairDraft& draft) {
  platform::RocksState state(directory + "/state", platform::RocksState::Access::kLookOnly);
  store::Store store;
  auto position = replica::load_state(state, store);
  if (position) {
    if (auto copied = draft.copy_state(); !copied) return tl::unexpected(std::move(copied.error()));
    return position;
  }
  if (position.error().code != Errc::kDamaged) return position;
  log::warn("state damaged reason=\"{}\": made anew, if the log has all of it", position.error().message);
  return std::nullopt;
}

Result<replica::Repaired> build(const std::string& directory, replica::Disk& damaged,
                                const RepairDraft& draft) {
  auto position = take_state(directory, draft);
  if (!position) return tl::unexpected(std::move(position.error()));
  auto fresh = platform::PosixDisk::open_directory(draft.path() + "/raft");
  if (!fresh) return tl::unexpected(std::move(fresh.error()));
  replica::RepairOptions options;
  options.gap.now = platform::wall_now();
  return replica::repair(damaged, *position, **fresh, options);
}

}  // namespace

Result<Repair> repair_by_dropping_tail(const std::string& data_directory) {
  std::string directory = data_directory;
  while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
  if (auto good = check_is_data_directory(directory); !good) return tl::unexpected(std::move(good.error()));
  if (auto good = RepairDraft::check_places(directory); !good) return tl::unexpected(std::move(good.error()));
  auto disk = platform::PosixDisk::open_directory(directory + "/raft");
  if (!disk) return tl::unexpected(std::move(disk.error()));
  if (auto locked = (*disk)->lock(); !locked) return tl::unexpected(std::move(locked.error()));
  const auto before = diagnose_locked(**disk, directory);
  if (before) return fail(Errc::kConflict, directory + " is sound: a start works, and nothing is dropped");
  if (before.error().code != Errc::kDamaged) return tl::unexpected(before.error());
  auto draft = RepairDraft::make(directory);
  if (!draft) return tl::unexpected(std::move(draft.error()));
  Repair repair;
  repair.damage = before.error().message;
  {
    const HeardWarnings heard;
    auto built = build(directory, **disk, *draft);
    if (!built) return fail(std::move(built.error()), "nothing was changed");
    repair.repaired = *built;
    repair.warnings = heard.lines();
  }
  auto found = diagnose(draft->path());
  if (!found)
    return fail(std::move(found.error()), "nothing was changed: what could be saved does not start");
  repair.found = std::move(*found);
  auto kept = draft->change_places();
  if (!kept) return tl::unexpected(std::move(kept.error()));
  repair.before = std::move(*kept);
  return repair;
}

}  // namespace batata::cli
