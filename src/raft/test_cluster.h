#pragma once
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "raft/configuration.h"
#include "raft/core.h"

namespace batata::raft {

inline std::shared_ptr<const std::string> bytes(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

inline Configuration voters(std::uint64_t count) {
  Configuration configuration;
  for (std::uint64_t id = 1; id <= count; ++id)
    configuration.servers.push_back({NodeId{id}, "host-" + std::to_string(id), Role::kVoter});
  return configuration;
}

inline Entry founding_entry(std::uint64_t count) {
  return {LogIndex{1}, Term{1}, EntryType::kChange, bytes(encode(voters(count)))};
}

inline Configuration with(Configuration configuration, std::uint64_t id, Role role) {
  configuration.servers.push_back({NodeId{id}, "host-" + std::to_string(id), role});
  return configuration;
}

inline Entry change_entry(std::uint64_t index, std::uint64_t term, const Configuration& to) {
  return {LogIndex{index}, Term{term}, EntryType::kChange, bytes(encode(to))};
}

/// A member: the core and what its driver would keep. `disk` is what a restart finds.
struct Member {
  std::unique_ptr<Core> core;
  HardState hard_state{Term{1}, NodeId{}};
  std::vector<Entry> log, disk;
  LogIndex commit;
  std::vector<std::string> applied;
};

/// Cores in one thread with virtual time and FIFO links, for unit tests; sim/core_cluster.h is the large one.
/// Entries become durable when `sync` says so.
class Cluster {
 public:
  explicit Cluster(std::uint64_t count) {
    for (std::uint64_t id = 1; id <= count; ++id) members[NodeId{id}].disk = {founding_entry(count)};
  }

  void start_all() {
    for (auto& [id, member] : members) start(id);
  }
  void start(NodeId id) {
    Member& m = members[id];
    m.core =
        std::make_unique<Core>(CoreOptions{id, "", static_cast<std::uint32_t>(id.value * 7919 + now.ns),
                                           std::chrono::milliseconds(300), std::chrono::milliseconds(50)});
    m.log = m.disk;
    m.commit = {};
    m.applied.clear();
    BATATA_ASSERT(m.core->start(now, StartState{m.hard_state, std::nullopt, m.log}));
    carry_out(id);
  }
  void crash(NodeId id) {
    members[id].core.reset();
    std::erase_if(wire, [&](const auto& letter) { return letter.first == id; });
  }
  void carry_out(NodeId id) {
    Member& m = members[id];
    Ready ready = m.core->take_ready();
    if (ready.hard_state) m.hard_state = *ready.hard_state;
    for (Entry& entry : ready.append) {
      m.log.resize(entry.index.value - 1);
      m.log.push_back(std::move(entry));
    }
    for (Message& message : ready.send) {
      const NodeId to = message.peer;
      if (auto* append = std::get_if<AppendEntries>(&message.body))
        for (std::uint64_t i = 0; i < append->count; ++i)
          append->entries.push_back(m.log.at(append->previous_index.value + i));
      message.peer = id;
      wire.emplace_back(to, std::move(message));
    }
    if (ready.commit) apply(id, *ready.commit);
  }
  void apply(NodeId id, LogIndex upto) {
    Member& m = members[id];
    for (; m.commit < upto && m.commit.value < m.log.size(); ++m.commit.value) {
      const Entry& entry = m.log[m.commit.value];
      if (entry.type == EntryType::kCommand) m.applied.push_back(*entry.data);
      if (entry.type == EntryType::kChange)
        BATATA_ASSERT(m.core->committed_change(now, entry.index, *entry.data));
    }
  }
  void sync(NodeId id) {
    Member& m = members[id];
    if (m.core == nullptr || m.log.empty()) return;
    m.disk = m.log;
    m.core->persisted(now, m.log.back().index, m.log.back().term);
    carry_out(id);
  }
  void deliver_all() {
    while (!wire.empty()) {
      auto [to, message] = std::move(wire.front());
      wire.pop_front();
      if (members[to].core == nullptr) continue;
      BATATA_ASSERT(members[to].core->step(now, message));
      carry_out(to);
    }
  }
  /// One millisecond at a time: timers, messages, disks.
  void run_for(int ms) {
    for (int i = 0; i < ms; ++i) {
      now.ns += 1'000'000;
      for (auto& [id, member] : members) {
        if (member.core == nullptr) continue;
        if (now >= member.core->next_tick()) {
          member.core->tick(now);
          carry_out(id);
        }
        sync(id);
      }
      deliver_all();
    }
  }
  NodeId leader() {
    NodeId found;
    for (auto& [id, member] : members)
      if (member.core != nullptr && member.core->state() == State::kLeader) found = id;
    return found;
  }
  Result<LogIndex> propose(NodeId id, std::string text) {
    const auto payload = bytes(std::move(text));
    auto index = members[id].core->propose(now, EntryType::kCommand, std::span(&payload, 1));
    carry_out(id);
    return index;
  }

  Result<LogIndex> change(NodeId id, const Configuration& to) {
    const auto payload = bytes(encode(to));
    auto index = members[id].core->propose(now, EntryType::kChange, std::span(&payload, 1));
    carry_out(id);
    return index;
  }

  SteadyTime now{1'000'000'000};
  std::map<NodeId, Member> members;
  std::deque<std::pair<NodeId, Message>> wire;
};

}  // namespace batata::raft
