#include "sim/damage.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

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
    bool operator==(const Found&) const = default;
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

struct Record {
  LogIndex index;
  std::uint64_t begin = 0, end = 0, write = 0;  // `write`: where the write began that carried it
};
// The newest log file, and the records in it up to the first that is not intact.
struct NewestFile {
  std::string name;
  std::vector<Record> records;
};

NewestFile newest_file(SimDisk& disk) {
  NewestFile found;
  for (const std::string& name : disk.names())
    if (replica::parse_segment_name(name)) found.name = name;  // they come in their order
  if (found.name.empty()) return found;
  const std::string_view content = disk.contents(found.name);
  const auto header = replica::decode_segment_header(content);
  if (!header) return found;
  std::uint32_t chain = header->seed;
  for (std::uint64_t at = replica::kRecordsAt; at < content.size(); at = found.records.back().end) {
    const auto record =
        replica::recognise_header(content.substr(at, replica::kRecordHeaderBytes), header->salt());
    if (!record || at + record->size() > content.size() ||
        !replica::is_intact(content.substr(at, record->size()), chain))
      break;
    found.records.push_back({record->index, at, at + record->size(), record->write});
    chain = record->crc;
  }
  return found;
}

struct Damage {
  std::string file, what;
  std::uint64_t from = 0, to = 0;  // bytes that may differ, without the last
};

struct Place {
  std::string file;
  std::size_t at = 0;
};

std::optional<Place> choose_place(SimDisk& disk, const NewestFile& newest, const SimDisk::Chance& chance) {
  // The last write is small, but what a start makes of damage there is the hardest to get right.
  if (!newest.records.empty() && chance() % 3 == 0) {
    const Record& last = newest.records.back();
    return Place{newest.name, last.write + chance() % (last.end - last.write)};
  }
  const auto names = disk.names();
  if (names.empty()) return std::nullopt;
  const std::string& name = names[chance() % names.size()];
  const std::string& content = disk.contents(name);
  // Half a prepared file is zeros: more is learned from damage before their end.
  const std::size_t used = content.find_last_not_of('\0') + 1;
  const std::size_t size = chance() % 4 == 0 ? content.size() : std::min(content.size(), used + kSectorBytes);
  if (size == 0) return std::nullopt;
  return Place{name, chance() % size};
}

Damage damage_at(SimDisk& disk, const Place& place, const SimDisk::Chance& chance) {
  const auto& [name, at] = place;
  std::string& content = disk.contents(name);
  const std::size_t sector = at / kSectorBytes * kSectorBytes;
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
      const auto names = disk.names();
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

// Narrows a damage to the bytes that do differ from those of the sound disk.
void narrow(Damage& damage, SimDisk& sound, SimDisk& damaged) {
  const std::string &before = sound.contents(damage.file), &after = damaged.contents(damage.file);
  while (damage.from < damage.to && before[damage.from] == after[damage.from]) ++damage.from;
  while (damage.from < damage.to && before[damage.to - 1] == after[damage.to - 1]) --damage.to;
}

// Of damage in the last write nothing tells that it was whole once; neither where the damage takes all that
// lies behind it, too.
bool cannot_be_seen(const Damage& damage, const NewestFile& newest) {
  if (damage.file != newest.name || newest.records.empty()) return false;
  const Record& last = newest.records.back();
  return damage.from >= last.write || damage.to > last.begin;
}

// A start on a log that ends with the last record before the damage.
Result<Trial::Found> start_without_end(const SimDisk& disk, const SimState& state, const NewestFile& newest,
                                       const Damage& damage, const replica::NodeOptions& options) {
  std::uint64_t end = replica::kRecordsAt;
  for (const Record& record : newest.records)
    if (record.end <= damage.from) end = record.end;
  Trial cut(disk, state);
  std::string& content = cut.disk->contents(newest.name);
  content.replace(end, content.size() - end, content.size() - end, '\0');
  return cut.start(options);
}

}  // namespace

DamageTrial try_damage(const SimDisk& disk, const SimState& state, const replica::NodeOptions& options,
                       const SimDisk::Chance& chance) {
  using Outcome = DamageTrial::Outcome;
  Trial sound(disk, state), damaged(disk, state);
  const NewestFile newest = newest_file(*sound.disk);
  const auto place = choose_place(*damaged.disk, newest, chance);
  if (!place) return {};
  Damage damage = damage_at(*damaged.disk, *place, chance);
  narrow(damage, *sound.disk, *damaged.disk);
  const auto wanted = sound.start(options);
  if (!wanted) return {};  // the next life of the node itself will tell
  const auto found = damaged.start(options);
  if (!found) {
    const bool as_damaged = found.error().code == Errc::kDamaged || found.error().code == Errc::kUnsupported;
    if (as_damaged) return {Outcome::kRefused, {}};
    return {Outcome::kRefused,
            fmt::format("{}: refused, but not as damaged: {}", damage.what, found.error().message)};
  }
  if (*found == *wanted) return {};
  if (!cannot_be_seen(damage, newest))
    return {Outcome::kHarmless, fmt::format("{}: nobody noticed; a start has {} entries of {}", damage.what,
                                            found->applied.value, wanted->applied.value)};
  const auto cut = start_without_end(disk, state, newest, damage, options);
  if (cut && *found == *cut) return {Outcome::kEndLost, {}};
  return {Outcome::kEndLost,
          fmt::format("{}: a start has {} entries of {}, or others than lie before the damage, which are {}",
                      damage.what, found->applied.value, wanted->applied.value,
                      cut ? std::to_string(cut->applied.value) : "refused: " + cut.error().message)};
}

}  // namespace batata::sim
