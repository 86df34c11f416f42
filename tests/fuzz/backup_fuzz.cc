// Any bytes as a backup: read to its end or refused. What was read is written again as the same records, and
// restored; what a start makes of that is its affair, but it must end. The first byte chooses what the input
// is, so that no checksum need be found: a whole file, what lies in its blocks, or its records.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/log.h"
#include "replica/node.h"
#include "replica/restore.h"
#include "sim/sim_disk.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"
#include "sim/sim_state.h"
#include "tests/support/backup_bytes.h"

namespace {

using namespace batata;
using store::Record;

std::string of_blocks(std::string_view input) {
  std::vector<std::string> blocks;
  for (ByteReader in(input); in.ok() && !in.at_end();) {
    const auto block = in.bytes(std::min<std::uint64_t>(in.varint(), in.rest().size()));
    if (!block.empty()) blocks.emplace_back(block);
  }
  return backup_of_blocks(blocks);
}

// In their order, with what every backup must have.
std::string of_records(std::string_view input) {
  std::vector<Record> records;
  for (ByteReader in(input); in.ok() && !in.at_end();) {
    std::string name(in.string()), value(in.string());
    if (in.ok()) records.push_back({std::move(name), std::move(value), false});
  }
  const auto known = [&records](const Record& wanted) {
    return std::ranges::find(records, wanted.name, &Record::name) != records.end();
  };
  const Record position = replica::encode(replica::Position{LogIndex{5}, Term{2}, {}, {}});
  if (!known(position)) records.push_back(position);
  if (const Record meta = store::Store().meta_record(); !known(meta)) records.push_back(meta);
  std::ranges::sort(records, {}, &Record::name);
  return backup_of(records);
}

std::string file_of(std::string_view input) {
  const std::string_view rest = input.substr(1);
  switch (input.front()) {
    case 'w':
      return std::string(rest);
    case 'b':
      return of_blocks(rest);
    default:
      return of_records(rest);
  }
}

void start(sim::SimRuntime& runtime, sim::SimDisk& disk, sim::SimState& state, Revision revision) {
  constexpr auto kStep = std::chrono::milliseconds(1);
  sim::SimExecutor log_executor(runtime, kStep, kStep), state_executor(runtime, kStep, kStep);
  replica::NodeOptions options;
  options.fatal = [](const Error&) { BATATA_ASSERT(false); };
  replica::Node node(runtime, disk, log_executor, state, state_executor, options);
  if (!node.open()) return;  // records that do not go together
  BATATA_ASSERT(node.store().revision() == revision);
  runtime.run_for(std::chrono::seconds(1));  // leases that have ended are revoked
}

void restore(const std::string& file) {
  sim::SimRuntime runtime;
  sim::SimPower power;
  sim::SimDisk disk(power);
  sim::SimState state(power);
  auto backup = reader_of(file);
  BATATA_ASSERT(backup.open());
  const auto restored = replica::restore(backup, disk, state);
  if (!restored)
    return BATATA_ASSERT(restored.error().code == Errc::kDamaged);  // no room for later revisions
  start(runtime, disk, state, restored->revision);
  runtime.clear();
}

bool are_equal(const Record& one, const Record& other) {
  return one.name == other.name && one.value == other.value;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool kQuiet = [] {
    log::set_sink([](const log::Line&) {}, log::Level::kError);
    return true;
  }();
  BATATA_ASSERT(kQuiet);
  if (size == 0) return 0;
  const std::string file = file_of({reinterpret_cast<const char*>(data), size});
  const auto records = records_in(file);
  if (!records) return 0;
  const auto again = records_in(backup_of(*records));
  BATATA_ASSERT(again && std::ranges::equal(*again, *records, are_equal));
  restore(file);
  return 0;
}
