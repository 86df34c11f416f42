#include "sim/core_checks.h"

#include <fmt/format.h>

#include <algorithm>

namespace batata::sim {
namespace {

std::uint64_t name_of(LogIndex index, Term term) {
  return index.value << 32 | term.value;
}

bool same_data(const std::shared_ptr<const std::string>& a, const std::shared_ptr<const std::string>& b) {
  return a == b || (a != nullptr && b != nullptr && *a == *b);
}

bool same_entry(const raft::Entry& a, const raft::Entry& b) {
  return a.term == b.term && a.type == b.type && same_data(a.data, b.data);
}

std::string name(const raft::Entry& entry) {
  return fmt::format("entry {} of term {}", entry.index.value, entry.term.value);
}

}  // namespace

void CoreChecks::wrong(std::string what) {
  if (failure_.empty()) failure_ = std::move(what);
}

void CoreChecks::saved(NodeId member, raft::HardState hard_state) {
  raft::HardState& last = saved_[member];
  if (hard_state.term < last.term)
    return wrong(
        fmt::format("member {}: term {} after {}", member.value, hard_state.term.value, last.term.value));
  const bool votes_again =
      hard_state.term == last.term && last.vote.value != 0 && hard_state.vote != last.vote;
  if (votes_again)
    return wrong(fmt::format("member {} takes back its vote in term {}", member.value, last.term.value));
  last = hard_state;
}

void CoreChecks::voted(NodeId voter, Term term, NodeId candidate) {
  const auto [vote, first] = votes_.try_emplace({voter, term}, candidate);
  if (!first && vote->second != candidate)
    wrong(fmt::format("member {} votes in term {} for {} and for {}", voter.value, term.value,
                      vote->second.value, candidate.value));
}

void CoreChecks::appending(const MemberView& member, const raft::Entry& entry, bool replaces) {
  if (member.leads && replaces)
    wrong(
        fmt::format("leader {} of term {} replaces its {}", member.id.value, member.term.value, name(entry)));
  if (entry.index.value != member.log.size() + 1)
    return wrong(
        fmt::format("member {}: {} behind {} entries", member.id.value, name(entry), member.log.size()));
  if (entry.index <= member.commit)
    wrong(fmt::format("member {} replaces committed {}", member.id.value, name(entry)));
  const Term previous = member.log.empty() ? Term{} : member.log.back().term;
  const auto [known, first] =
      entries_.try_emplace(name_of(entry.index, entry.term), Known{previous, entry.type, entry.data});
  const bool matches = known->second.previous == previous && known->second.type == entry.type &&
                       same_data(known->second.data, entry.data);
  if (!matches) wrong(fmt::format("member {}: another {} exists", member.id.value, name(entry)));
  if (member.leads && entry.type == raft::EntryType::kChange) check_one_change(member, entry);
}

void CoreChecks::check_one_change(const MemberView& leader, const raft::Entry& entry) {
  const auto last = std::find_if(leader.log.rbegin(), leader.log.rend(),
                                 [](const raft::Entry& e) { return e.type == raft::EntryType::kChange; });
  if (last != leader.log.rend() && last->index > leader.commit)
    wrong(fmt::format("leader {}: change {} while {} is under way", leader.id.value, entry.index.value,
                      last->index.value));
}

void CoreChecks::after_step(const MemberView& member) {
  if (member.term < saved_[member.id].term)
    wrong(fmt::format("member {} acts in term {}, having been in {}", member.id.value, member.term.value,
                      saved_[member.id].term.value));
  if (member.leads) elected(member);
  auto& [life, commit] = commits_[member.id];
  if (life != member.life) commit = {};
  life = member.life;
  if (member.commit < commit)
    wrong(fmt::format("member {}: commit index falls from {} to {}", member.id.value, commit.value,
                      member.commit.value));
  if (member.commit.value > member.log.size())
    return wrong(fmt::format("member {}: commit index {} of {} entries", member.id.value, member.commit.value,
                             member.log.size()));
  for (; commit < member.commit; ++commit.value) commit_one(member, member.log[commit.value]);
}

void CoreChecks::elected(const MemberView& leader) {
  const auto [known, first] = leaders_.try_emplace(leader.term, Leader{leader.id, leader.life});
  if (known->second.id != leader.id || known->second.life != leader.life)
    return wrong(fmt::format("term {} has two leaders: {} in life {}, {} in life {}", leader.term.value,
                             known->second.id.value, known->second.life, leader.id.value, leader.life));
  if (!first) return;
  tell_(fmt::format("{} leads in term {} with {} entries", leader.id.value, leader.term.value,
                    leader.log.size()));
  for (const Committed& committed : committed_) {
    const LogIndex index = committed.entry.index;
    if (committed.in_term >= leader.term) continue;
    if (leader.log.size() < index.value || !same_entry(leader.log[index.value - 1], committed.entry))
      return wrong(fmt::format("leader {} of term {} lacks {}, committed in term {}", leader.id.value,
                               leader.term.value, name(committed.entry), committed.in_term.value));
  }
  if (leaders_.rbegin()->first != leader.term) return;
  newest_leader_log_.clear();
  for (const raft::Entry& entry : leader.log) newest_leader_log_.push_back(entry.term);
}

void CoreChecks::commit_one(const MemberView& member, const raft::Entry& entry) {
  if (entry.index <= committed()) {
    if (!same_entry(entry, committed_entry(entry.index)))
      wrong(fmt::format("member {} commits {}, where another entry is committed", member.id.value,
                        name(entry)));
    return;
  }
  committed_.push_back({entry, member.term});
  std::size_t voters = 0, disks = 0;
  for (const raft::Server& server : member.configuration.servers) {
    if (server.role != raft::Role::kVoter) continue;
    ++voters;
    if (on_disk_(server.id, entry)) ++disks;
  }
  if (disks <= voters / 2)
    wrong(fmt::format("member {} in term {} commits {} with {} disks of {}", member.id.value,
                      member.term.value, name(entry), disks, voters));
  if (leaders_.empty() || leaders_.rbegin()->first <= member.term) return;
  const bool newest_has_it = newest_leader_log_.size() >= entry.index.value &&
                             newest_leader_log_[entry.index.value - 1] == entry.term;
  if (!newest_has_it)
    wrong(fmt::format("{} is committed in term {}, and the leader of term {} lacks it", name(entry),
                      member.term.value, leaders_.rbegin()->first.value));
}

void CoreChecks::applied(NodeId member, const raft::Entry& entry) {
  if (entry.index > committed())
    return wrong(fmt::format("member {} applies {}, which nobody has committed", member.value, name(entry)));
  if (!same_entry(entry, committed_entry(entry.index)))
    wrong(fmt::format("member {} applies {} where others apply {}", member.value, name(entry),
                      name(committed_entry(entry.index))));
}

void CoreChecks::acts_by(const MemberView& member, const raft::Configuration& acts_by) {
  if (acts_by != member.configuration)
    wrong(fmt::format("member {} does not act by the newest membership in its log of {} entries",
                      member.id.value, member.log.size()));
}

}  // namespace batata::sim
