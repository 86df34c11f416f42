#include "sim/shadow.h"

#include <vector>

#include "replica/log.h"

namespace batata::sim {

Status Shadow::feed(const SimDisk& disk, LogIndex upto) {
  SimPower power;
  const auto twin = disk.copy(power);  // opening a log may cut its tail
  std::vector<raft::Entry> entries;
  replica::Log log(*twin, 1u << 20);
  auto opened = log.open([&](raft::Entry entry) {
    while (!entries.empty() && entries.back().index >= entry.index) entries.pop_back();
    entries.push_back(std::move(entry));
  });
  if (!opened) return opened;
  for (const raft::Entry& entry : entries) {
    if (entry.index <= applied_ || entry.index > upto) continue;
    if (entry.index.value != applied_.value + 1) return fail(Errc::kInternal, "the shadow was left behind");
    applied_ = entry.index;
    if (entry.type != raft::EntryType::kCommand) continue;
    auto commands = store::decode_commands(*entry.data);
    if (!commands) return tl::unexpected(std::move(commands.error()));
    for (store::Command& command : *commands) (void)store_.apply(std::move(command));
  }
  return {};
}

}  // namespace batata::sim
