// Any bytes as a file of the log, as the hard state, as a configuration and as a position: opened or refused.
// A log that opened takes another entry and opens again with it, and so does what is repaired of one that is
// damaged.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/log.h"
#include "raft/configuration.h"
#include "replica/hard_state.h"
#include "replica/log.h"
#include "replica/position.h"
#include "replica/repair.h"
#include "replica/segment.h"
#include "sim/sim_disk.h"

namespace {

using namespace batata;

void write_file(sim::SimDisk& disk, const std::string& name, const std::string& content) {
  BATATA_ASSERT((*disk.create(name))->write(0, content));
}

// The input behind a good header, so that the fuzzer need not find a checksum first; the first byte chooses.
void open_log(std::string_view input) {
  sim::SimPower power;
  sim::SimDisk disk(power);
  const replica::SegmentHeader header{1, LogIndex{1}, 0};
  std::string content = replica::encode(header);
  content.resize(replica::kRecordsAt, '\0');
  const bool raw = !input.empty() && input[0] == 'r';
  write_file(disk, replica::segment_name(1, LogIndex{1}),
             raw ? std::string(input) : content + std::string(input));
  const auto nothing = [](const raft::Entry&) {};
  sim::SimDisk fresh(power);
  sim::SimDisk* opens = &disk;
  if (const auto opened = replica::Log(disk, 64u << 10).open(nothing); !opened) {
    if (opened.error().code != Errc::kDamaged) return;
    if (!replica::repair(disk, std::nullopt, fresh)) return;
    opens = &fresh;
  }
  replica::Log log(*opens, 64u << 10);
  BATATA_ASSERT(log.open(nothing));
  const raft::Entry next{LogIndex{log.last().value + 1}, Term{UINT64_MAX}, raft::EntryType::kCommand,
                         std::make_shared<const std::string>("next")};
  BATATA_ASSERT(log.append(std::span(&next, 1), false));
  replica::Log again(*opens, 64u << 10);
  BATATA_ASSERT(again.open(nothing));
  BATATA_ASSERT(again.last() == next.index);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool kQuiet = [] {
    log::set_sink([](const log::Line&) {}, log::Level::kError);
    return true;
  }();
  BATATA_ASSERT(kQuiet);
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  open_log(input);
  sim::SimPower power;
  sim::SimDisk disk(power);
  write_file(disk, replica::HardStateFile::kName, std::string(input));
  (void)replica::HardStateFile(disk).load();
  (void)replica::decode_position(input);
  if (const auto configuration = raft::decode_configuration(input))
    BATATA_ASSERT(*raft::decode_configuration(raft::encode(*configuration)) == *configuration);
  return 0;
}
