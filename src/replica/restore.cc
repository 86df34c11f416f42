#include "replica/restore.h"

#include <utility>
#include <vector>

#include "raft/configuration.h"
#include "replica/hard_state.h"
#include "replica/log.h"
#include "replica/position.h"
#include "replica/segment.h"

namespace batata::replica {
namespace {

constexpr std::uint64_t kSegmentBytes = 64u << 10;  // of a file that gets one record

Status check_empty(Disk& disk) {
  const auto names = disk.list();
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names)
    if (name == HardStateFile::kName || parse_segment_name(name))
      return fail(Errc::kConflict, disk.path() + " holds the log of a member already");
  return {};
}

Status check_empty(StateStorage& state) {
  return state.load([](std::string_view, std::string_view) -> Status {
    return fail(Errc::kConflict, "the state holds something already");
  });
}

// Copies the records, all but the two that say where the state stands.
Status copy(BackupReader& backup, StateStorage& state) {
  for (;;) {
    auto block = backup.next();
    if (!block) return tl::unexpected(std::move(block.error()));
    if (!*block) return {};
    std::erase_if(**block, [](const store::Record& record) {
      return record.name == kPositionName || store::is_meta_record(record.name);
    });
    if (auto written = state.write(**block); !written) return written;
  }
}

}  // namespace

Status begin_log_at(Disk& disk, LogIndex applied, Term term) {
  Log log(disk, kSegmentBytes);
  if (auto opened = log.open([](const raft::Entry&) {}); !opened) return opened;
  const raft::Entry entry{applied, term, raft::EntryType::kBarrier, std::make_shared<const std::string>()};
  return log.append(std::span(&entry, 1), false);
}

Result<Restored> restore(BackupReader& backup, Disk& disk, StateStorage& state,
                         const RestoreOptions& options) {
  if (auto empty = check_empty(disk); !empty) return tl::unexpected(std::move(empty.error()));
  if (auto opened = state.open(); !opened) return tl::unexpected(std::move(opened.error()));
  if (auto empty = check_empty(state); !empty) return tl::unexpected(std::move(empty.error()));
  if (auto copied = copy(backup, state); !copied) return tl::unexpected(std::move(copied.error()));
  auto meta = store::later_meta(backup.meta(), {options.gap.by, options.gap.floor()});
  if (!meta) return tl::unexpected(std::move(meta.error()));

  Position position = backup.position();
  position.configuration_index = position.applied;
  position.configuration =
      raft::encode(raft::Configuration{{{options.id, options.address, raft::Role::kVoter}}});
  if (auto written = state.write({meta->record, encode(position)}); !written)
    return tl::unexpected(std::move(written.error()));
  if (auto flushed = state.flush(); !flushed) return tl::unexpected(std::move(flushed.error()));
  HardStateFile hard_state(disk);
  if (auto loaded = hard_state.load(); !loaded) return tl::unexpected(std::move(loaded.error()));
  if (auto saved = hard_state.save({position.term, NodeId{}}); !saved)
    return tl::unexpected(std::move(saved.error()));
  if (auto begun = begin_log_at(disk, position.applied, position.term); !begun)
    return tl::unexpected(std::move(begun.error()));
  return Restored{meta->revision, backup.records()};
}

}  // namespace batata::replica
