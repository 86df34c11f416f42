#include "sim/core_cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace batata::sim {
namespace {

constexpr std::size_t kStoryMax =
    1'000;  // lines; what comes first explains a failure seldom, so it is dropped

std::string address_of(NodeId id) {
  return fmt::format("member-{}", id.value);
}

}  // namespace

raft::Configuration with_role(raft::Configuration configuration, NodeId id, raft::Role role) {
  for (raft::Server& server : configuration.servers) {
    if (server.id != id) continue;
    server.role = role;
    return configuration;
  }
  configuration.servers.push_back({id, address_of(id), role});
  return configuration;
}

raft::Configuration without(raft::Configuration configuration, NodeId id) {
  std::erase_if(configuration.servers, [id](const raft::Server& server) { return server.id == id; });
  return configuration;
}

std::size_t voters_of(const raft::Configuration& configuration) {
  return static_cast<std::size_t>(
      std::count_if(configuration.servers.begin(), configuration.servers.end(),
                    [](const raft::Server& server) { return server.role == raft::Role::kVoter; }));
}

CoreCluster::CoreCluster(std::uint64_t seed, std::uint64_t voters)
    : runtime_(seed),
      links_(runtime_),
      checks_(
          [this](NodeId id, const raft::Entry& entry) { return knows(id) && member(id).disk().has(entry); },
          [this](const std::string& line) { tell(line); }),
      world_{runtime_, links_, checks_, ledger_} {
  raft::Configuration founders;
  for (std::uint64_t id = 1; id <= voters; ++id)
    founders = with_role(std::move(founders), NodeId{id}, raft::Role::kVoter);
  const auto data = std::make_shared<const std::string>(encode(founders));
  for (std::uint64_t id = 1; id <= voters; ++id) {
    auto& made = members_[NodeId{id}] = std::make_unique<CoreMember>(world_, NodeId{id});
    made->disk().put(raft::HardState{Term{1}, {}});
    made->disk().put({{LogIndex{1}, Term{1}, raft::EntryType::kChange, data}});
  }
}

std::vector<NodeId> CoreCluster::ids() const {
  std::vector<NodeId> ids;
  for (const auto& [id, member] : members_) ids.push_back(id);
  return ids;
}

std::vector<NodeId> CoreCluster::members_that_count() const {
  const auto is_change = [](const raft::Entry& entry) { return entry.type == raft::EntryType::kChange; };
  LogIndex newest = checks_.committed();
  while (newest.value > 1 && !is_change(checks_.committed_entry(newest))) --newest.value;
  std::set<NodeId> found;
  for (const auto& [id, member] : members_) {
    for (const raft::Entry& entry : member->log()) {
      if (entry.index < newest || !is_change(entry)) continue;
      if (entry.index == newest && entry.term != checks_.committed_entry(newest).term) continue;
      const auto configuration = raft::decode_configuration(*entry.data);
      for (const raft::Server& server : configuration->servers) found.insert(server.id);
    }
  }
  return {found.begin(), found.end()};
}

CoreMember& CoreCluster::prepare(NodeId id) {
  auto& made = members_[id] = std::make_unique<CoreMember>(world_, id);
  if (const auto latency = disk_latencies_.find(id); latency != disk_latencies_.end())
    set_disk_latency(id, latency->second);
  made->start();
  return *made;
}

void CoreCluster::set_disk_latency(NodeId id, Duration longest) {
  disk_latencies_[id] = longest;
  const Duration shortest = std::chrono::microseconds(50);
  if (knows(id)) member(id).disk().set_latency(shortest, shortest + longest);
}

void CoreCluster::start_all() {
  for (const auto& [id, member] : members_)
    if (!member->is_up()) start(id);
}

void CoreCluster::crash(NodeId id) {
  member(id).crash();
  for (const auto& [other, unused] : members_)
    if (other != id) links_.renew(other, id);
}

void CoreCluster::start(NodeId id) {
  for (const auto& [other, unused] : members_)
    if (other != id) links_.renew(id, other);
  member(id).start();
}

void CoreCluster::isolate(NodeId id, SimLinks::Cut to, SimLinks::Cut from) {
  for (const auto& [other, unused] : members_) {
    if (other == id) continue;
    if (to != SimLinks::Cut::kNone) links_.cut(other, id, to);
    if (from != SimLinks::Cut::kNone) links_.cut(id, other, from);
  }
}

void CoreCluster::only_star(NodeId centre, const std::vector<NodeId>& others) {
  for (const auto& [id, unused] : members_) isolate(id, SimLinks::Cut::kDrop, SimLinks::Cut::kDrop);
  for (const NodeId id : others) {
    links_.heal(centre, id);
    links_.heal(id, centre);
  }
}

CoreMember* CoreCluster::leader() {
  CoreMember* found = nullptr;
  for (const auto& [id, member] : members_)
    if (member->leads() && (found == nullptr || member->term() > found->term())) found = member.get();
  return found;
}

bool CoreCluster::command(CoreMember& member, std::uint64_t count) {
  std::vector<std::shared_ptr<const std::string>> payloads;
  for (std::uint64_t i = 0; i < count; ++i) payloads.push_back(ledger_.next_command());
  return member.propose(raft::EntryType::kCommand, payloads).has_value();
}

Status CoreCluster::change(CoreMember& member, const raft::Configuration& to) {
  const auto payload = std::make_shared<const std::string>(encode(to));
  auto index = member.propose(raft::EntryType::kChange, std::span(&payload, 1));
  if (!index) return tl::unexpected(std::move(index.error()));
  std::string servers;
  for (const raft::Server& server : to.servers)
    servers += fmt::format(" {}{}", server.id.value, server.role == raft::Role::kVoter ? "" : "(standby)");
  tell(fmt::format("{} proposes members{} as entry {}", member.id().value, servers, index->value));
  return {};
}

bool CoreCluster::run_until(const std::function<bool()>& when, Duration at_most) {
  const SteadyTime until = runtime_.now() + at_most;
  bool over = false;
  const auto timer = runtime_.at(until, [&over] { over = true; });
  while (checks_.failure().empty() && !over) {
    if (when()) {
      runtime_.cancel(timer);
      return true;
    }
    runtime_.step();
  }
  if (!over) runtime_.cancel(timer);
  return checks_.failure().empty() && when();
}

void CoreCluster::run_for(Duration duration) {
  run_until([] { return false; }, duration);
}

bool CoreCluster::same_as_leader(const CoreMember& leader, NodeId id) {
  const CoreMember& other = member(id);
  return other.is_up() && other.log().size() == leader.log().size() && other.commit() == leader.commit() &&
         other.applied() == leader.applied();
}

bool CoreCluster::is_settled() {
  const CoreMember* leads = leader();
  if (leads == nullptr || leads->log().empty()) return false;
  const bool all_committed =
      leads->commit().value == leads->log().size() && leads->log().back().term == leads->term();
  if (!all_committed) return false;
  const auto& servers = leads->configuration().servers;
  return std::all_of(servers.begin(), servers.end(), [&](const raft::Server& server) {
    return server.role == raft::Role::kSpare || same_as_leader(*leads, server.id);
  });
}

void CoreCluster::settle(Duration at_most) {
  const SteadyTime until = runtime_.now() + at_most;
  while (checks_.failure().empty() && runtime_.now() < until)
    if (settle_once(until)) return compare_with_ledger();
  for (const auto& [id, member] : members_) tell(member->describe());
  checks_.wrong(fmt::format("no leader and equal logs within {} ms without faults",
                            std::chrono::duration_cast<std::chrono::milliseconds>(at_most).count()));
}

// A command whose outcome stays unknown, because its leader was replaced, is followed by another.
bool CoreCluster::settle_once(SteadyTime until) {
  if (!run_until([this] { return leader() != nullptr; }, until - runtime_.now())) return false;
  const CoreMember& leads = *leader();
  const bool taken = command(*leader());
  const std::uint64_t id = ledger_.sent();
  const auto done = [&] { return taken && ledger_.is_acknowledged(id) && is_settled(); };
  return run_until([&] { return done() || leader() != &leads; },
                   std::min(until - runtime_.now(), taken ? until - runtime_.now() : election_timeout())) &&
         done();
}

void CoreCluster::compare_with_ledger() {
  for (const raft::Server& server : leader()->configuration().servers)
    if (auto lie = ledger_.check(member(server.id).applied()); !lie.empty())
      return checks_.wrong(fmt::format("member {}: {}", server.id.value, lie));
}

void CoreCluster::tell(std::string_view what) {
  if (story_.size() >= kStoryMax) story_.erase(story_.begin(), story_.begin() + kStoryMax / 2);
  story_.push_back(fmt::format("{:>9.3f} s  {}", static_cast<double>(runtime_.now().ns) / 1e9, what));
}

}  // namespace batata::sim
