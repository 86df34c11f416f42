#include "sim/damage.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "replica/node.h"
#include "replica/record.h"
#include "replica/segment.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"

namespace batata::sim {
namespace {

constexpr std::size_t kSectorBytes = 512;

// A machine with copies of a disk and a state, on which a start is tried.
class Trial {
 public:
  Trial(const SimDisk& disk, const SimState& state) : disk(disk.copy(power_)), state_(state.copy(power_)) {}

  struct Found {
    LogIndex applied;
    std::uint64_t digest = 0;
  };
  Result<Found> start(const replica::NodeOptions& options) {
    SimRuntime runtime;
    constexpr auto kStep = std::chrono::microseconds(50);
    SimExecutor log_executor(runtime, kStep, kStep), state_executor(runtime, kStep, kStep);
    replica::Node node(runtime, *disk, log_executor, *state_, state_executor, options);
    if (auto opened = node.open(); !opened) return tl::unexpected(std::move(opened.error()));
    return Found{node.status().applied, node.store().digest()};
  }

 private:
  SimPower power_;

 public:
  std::unique_ptr<SimDisk> disk;

 private:
  std::unique_ptr<SimState> state_;
};

// The last write to the newest log file: where it began, and where its last record.
struct LastWrite {
  std::string file;
  std::uint64_t begin = 0, last_record = 0;
};

std::optional<LastWrite> last_write(SimDisk& disk) {
  std::optional<LastWrite> found;
  for (const std::string& name : disk.names()) {
    if (!replica::parse_segment_name(name)) continue;
    const std::string& content = disk.contents(name);
    const auto header = replica::decode_segment_header(content);
    if (!header) continue;
    std::uint32_t chain = header->seed;
    for (std::uint64_t at = replica::kRecordsAt; at < content.size();) {
      const auto record = replica::recognise_header(
          std::string_view(content).substr(at, replica::kRecordHeaderBytes), header->salt());
      if (!record || at + record->size() > content.size() ||
          !replica::is_intact(std::string_view(content).substr(at, record->size()), chain))
        break;
      found = LastWrite{name, record->write, at};
      chain = record->crc;
      at += record->size();
    }
  }
  return found;
}

struct Damage {
  std::string file, what;
  std::uint64_t from = 0, to = 0;  // bytes that may differ, without the last
};

std::optional<Damage> damage_one_place(SimDisk& disk, const SimDisk::Chance& chance) {
  const auto names = disk.names();
  if (names.empty()) return std::nullopt;
  const std::string& name = names[chance() % names.size()];
  std::string& content = disk.contents(name);
  // Half a prepared file is zeros: more is learned from damage before their end.
  const std::size_t used = content.find_last_not_of('\0') + 1;
  const std::size_t size = chance() % 4 == 0 ? content.size() : std::min(content.size(), used + kSectorBytes);
  if (size == 0) return std::nullopt;
  const std::size_t at = chance() % size, sector = at / kSectorBytes * kSectorBytes;
  const std::size_t length = std::min(kSectorBytes, content.size() - sector);
  switch (chance() % 3) {
    case 0:
      content[at] = static_cast<char>(content[at] ^ (1 << (chance() % 8)));
      return Damage{name, fmt::format("a bit of {} at {} is flipped", name, at), at, at + 1};
    case 1:
      content.replace(sector, length, length, '\0');
      return Damage{name, fmt::format("the sector of {} at {} is zeros", name, sector), sector,
                    sector + length};
    default: {
      const std::string other = disk.contents(names[chance() % names.size()]);
      const std::size_t source = other.empty() ? 0 : chance() % other.size() / kSectorBytes * kSectorBytes;
      std::string misplaced = other.substr(std::min(source, other.size()), length);
      misplaced.resize(length, '\0');
      content.replace(sector, length, misplaced);
      return Damage{name, fmt::format("the sector of {} at {} belongs to {}", name, sector, source), sector,
                    sector + length};
    }
  }
}

}  // namespace

DamageTrial try_damage(const SimDisk& disk, const SimState& state, const replica::NodeOptions& options,
                       const SimDisk::Chance& chance) {
  Trial sound(disk, state), damaged(disk, state);
  const auto last = last_write(*sound.disk);
  const auto wanted = sound.start(options);
  if (!wanted) return {};  // the next life of the node itself will tell
  const auto damage = damage_one_place(*damaged.disk, chance);
  if (!damage) return {};
  const auto found = damaged.start(options);
  if (!found) {
    if (found.error().code == Errc::kDamaged || found.error().code == Errc::kUnsupported)
      return {DamageTrial::Outcome::kRefused, {}};
    return {DamageTrial::Outcome::kRefused,
            fmt::format("{}: refused, but not as damaged: {}", damage->what, found.error().message)};
  }
  if (found->applied == wanted->applied && found->digest == wanted->digest) return {};
  // Of damage in the last write nothing tells that it was whole once; neither where the damage takes all that
  // lies behind it, too.
  const bool at_the_end =
      last && damage->file == last->file && (damage->from >= last->begin || damage->to > last->last_record);
  if (at_the_end) return {DamageTrial::Outcome::kEndLost, {}};
  return {DamageTrial::Outcome::kHarmless,
          fmt::format("{}: nobody noticed; a start has {} entries of {}", damage->what, found->applied.value,
                      wanted->applied.value)};
}

}  // namespace batata::sim
