#include "raft/core.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>

#include "raft/configuration.h"
#include "raft/raft_shim.h"

namespace batata::raft {
namespace {

std::shared_ptr<const std::string> bytes(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

Configuration voters(std::uint64_t count) {
  Configuration configuration;
  for (std::uint64_t id = 1; id <= count; ++id)
    configuration.servers.push_back({NodeId{id}, "host-" + std::to_string(id), Role::kVoter});
  return configuration;
}

Entry founding_entry(std::uint64_t count) {
  return {LogIndex{1}, Term{1}, EntryType::kChange, bytes(encode(voters(count)))};
}

// A member: the core and what its driver would keep. `disk` is what a restart finds.
struct Member {
  std::unique_ptr<Core> core;
  HardState hard_state{Term{1}, NodeId{}};
  std::vector<Entry> log, disk;
  LogIndex commit;
  std::vector<std::string> applied;
};

// Cores in one thread with virtual time and FIFO links. Entries become durable when `sync` says so.
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
    ASSERT_TRUE(m.core->start(now, StartState{m.hard_state, std::nullopt, m.log}));
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
        ASSERT_TRUE(m.core->committed_change(now, entry.index, *entry.data));
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
      ASSERT_TRUE(members[to].core->step(now, message));
      carry_out(to);
    }
  }
  // One millisecond at a time: timers, messages, disks.
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

TEST(RaftCore, LinksTheVersionItWasWrittenFor) {
  EXPECT_EQ(linked_version(), RS_VERSION_NEEDED);
}

TEST(RaftCore, ALoneVoterLeadsAtOnceWithEverythingCommitted) {
  Cluster cluster(1);
  cluster.start_all();
  EXPECT_EQ(cluster.members[NodeId{1}].core->state(), State::kLeader);
  EXPECT_EQ(cluster.members[NodeId{1}].commit, LogIndex{1});
}

TEST(RaftCore, ALoneVoterCommitsOnlyWhatIsDurable) {
  Cluster cluster(1);
  cluster.start_all();
  Member& m = cluster.members[NodeId{1}];
  const auto index = cluster.propose(NodeId{1}, "a");
  ASSERT_TRUE(index);
  EXPECT_EQ(*index, LogIndex{2});
  EXPECT_TRUE(m.applied.empty());
  cluster.sync(NodeId{1});
  EXPECT_EQ(m.applied, std::vector<std::string>{"a"});
}

TEST(RaftCore, PayloadsAreHandedBackUncopied) {
  Cluster cluster(1);
  cluster.start_all();
  Member& m = cluster.members[NodeId{1}];
  const std::vector<std::shared_ptr<const std::string>> payloads{bytes("one"), bytes("two")};
  ASSERT_TRUE(m.core->propose(cluster.now, EntryType::kCommand, payloads));
  const Ready ready = m.core->take_ready();
  ASSERT_EQ(ready.append.size(), 2u);
  EXPECT_EQ(ready.append[0].data.get(), payloads[0].get());
  EXPECT_EQ(ready.append[1].data.get(), payloads[1].get());
  EXPECT_EQ(ready.append[1].index, LogIndex{3});
}

TEST(RaftCore, ReportsOfReplacedOrOldEntriesAreHarmless) {
  Cluster cluster(1);
  cluster.start_all();
  Member& m = cluster.members[NodeId{1}];
  ASSERT_TRUE(cluster.propose(NodeId{1}, "a"));
  m.core->persisted(cluster.now, LogIndex{2}, Term{9});   // not the entry that is there
  m.core->persisted(cluster.now, LogIndex{77}, Term{1});  // not in the log
  cluster.carry_out(NodeId{1});
  EXPECT_TRUE(m.applied.empty());
  cluster.sync(NodeId{1});
  cluster.sync(NodeId{1});
  EXPECT_EQ(m.applied.size(), 1u);
}

TEST(RaftCore, StartsFromASnapshotAndTheTailBehindIt) {
  const SnapshotMeta meta{LogIndex{10}, Term{3}, LogIndex{1}, encode(voters(1))};
  StartState state{{Term{4}, NodeId{1}}, meta, {}};
  for (std::uint64_t i = 8; i <= 12; ++i)
    state.entries.push_back({LogIndex{i}, Term{i <= 10 ? 3u : 4u}, EntryType::kCommand, bytes("x")});
  Core core(CoreOptions{NodeId{1}, "", 1});
  ASSERT_TRUE(core.start(SteadyTime{}, state));
  EXPECT_EQ(core.state(), State::kLeader);
  EXPECT_EQ(core.commit_index(), LogIndex{12});
  EXPECT_EQ(core.term(), Term{4});
}

TEST(RaftCore, RefusesLogsThatCannotBe) {
  const SnapshotMeta meta{LogIndex{10}, Term{3}, LogIndex{1}, encode(voters(1))};
  const auto entry = [](std::uint64_t index, std::uint64_t term) {
    return Entry{LogIndex{index}, Term{term}, EntryType::kCommand, bytes("x")};
  };
  const std::vector<StartState> bad{
      {{Term{4}, {}}, meta, {entry(12, 3)}},                // a gap behind the state
      {{Term{4}, {}}, meta, {entry(8, 3), entry(9, 3)}},    // ends before the state
      {{Term{4}, {}}, meta, {entry(11, 3), entry(13, 3)}},  // a hole
      {{Term{2}, {}}, meta, {entry(11, 3)}},                // of a term yet to come
      {{Term{4}, {}}, std::nullopt, {entry(1, 1)}},         // no founding entry
      {{Term{4}, {}}, SnapshotMeta{LogIndex{1}, Term{1}, LogIndex{1}, "rubbish"}, {}},
  };
  for (const StartState& state : bad) {
    Core core(CoreOptions{NodeId{1}, "", 1});
    EXPECT_FALSE(core.start(SteadyTime{}, state));
  }
}

TEST(RaftCore, ForgetsTheLogBehindASnapshotAndGoesOn) {
  Cluster cluster(1);
  cluster.start_all();
  Member& m = cluster.members[NodeId{1}];
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(cluster.propose(NodeId{1}, std::to_string(i)));
  cluster.sync(NodeId{1});
  const SnapshotMeta meta{LogIndex{15}, Term{1}, LogIndex{1}, encode(voters(1))};
  ASSERT_TRUE(m.core->compacted(cluster.now, meta, LogIndex{12}));
  ASSERT_TRUE(m.core->compacted(cluster.now, meta, LogIndex{12}));  // known already
  EXPECT_FALSE(m.core->compacted(cluster.now, meta, LogIndex{17}));
  ASSERT_TRUE(cluster.propose(NodeId{1}, "more"));
  cluster.sync(NodeId{1});
  EXPECT_EQ(m.applied.back(), "more");
  EXPECT_EQ(m.core->last_index(), LogIndex{22});
}

class RaftClusterOf : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RaftClusterOf, ElectsReplicatesAndSurvivesRestarts) {
  Cluster cluster(GetParam());
  cluster.start_all();
  cluster.run_for(2000);
  ASSERT_NE(cluster.leader(), NodeId{});
  std::vector<std::string> sent;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 10; ++i) {
      sent.push_back(std::to_string(round) + "." + std::to_string(i));
      ASSERT_TRUE(cluster.propose(cluster.leader(), sent.back()));
    }
    cluster.run_for(200);
    const NodeId down = cluster.leader();
    cluster.crash(down);
    cluster.run_for(2500);
    ASSERT_NE(cluster.leader(), NodeId{});
    cluster.start(down);
    cluster.run_for(500);
    for (auto& [id, member] : cluster.members) EXPECT_EQ(member.applied, sent) << "member " << id.value;
  }
}
INSTANTIATE_TEST_SUITE_P(Sizes, RaftClusterOf, testing::Values(3, 4, 5));

// Figure 8 of the Raft paper: an entry of an older term that lies on a majority is not committed by that
// alone.
TEST(RaftCore, AnEntryOfAnOlderTermIsCommittedOnlyBehindOneOfTheOwn) {
  Cluster cluster(3);
  const NodeId one{1}, two{2}, three{3};
  cluster.members[one].disk.push_back({LogIndex{2}, Term{2}, EntryType::kCommand, bytes("old")});
  cluster.members[one].hard_state = {Term{3}, {}};
  for (const NodeId id : {two, three}) cluster.members[id].hard_state = {Term{3}, {}};
  cluster.start(one);
  cluster.start(two);
  for (int i = 0; i < 2000 && cluster.leader() != one;
       ++i) {  // only `one` may time out: its log is the longest
    cluster.now.ns += 1'000'000;
    if (cluster.now >= cluster.members[one].core->next_tick()) {
      cluster.members[one].core->tick(cluster.now);
      cluster.carry_out(one);
    }
    cluster.deliver_all();
  }
  ASSERT_EQ(cluster.leader(), one);
  cluster.sync(one);  // the leader's own barrier is durable here
  cluster.deliver_all();
  for (int i = 0; i < 3 && cluster.members[two].log.size() < 3; ++i) {
    cluster.now.ns += 60'000'000;
    cluster.members[one].core->tick(cluster.now);
    cluster.carry_out(one);
    cluster.deliver_all();
  }
  ASSERT_EQ(cluster.members[two].log.size(), 3u);
  Member& follower = cluster.members[two];
  follower.core->persisted(cluster.now, LogIndex{2}, Term{2});
  cluster.carry_out(two);
  cluster.deliver_all();
  EXPECT_TRUE(cluster.members[one].applied.empty())
      << "an entry of term 2 was committed by counting in term 4";
  cluster.sync(two);
  cluster.deliver_all();
  EXPECT_EQ(cluster.members[one].applied, std::vector<std::string>{"old"});
}

Configuration with(Configuration configuration, std::uint64_t id, Role role) {
  configuration.servers.push_back({NodeId{id}, "host-" + std::to_string(id), role});
  return configuration;
}

Entry change_entry(std::uint64_t index, std::uint64_t term, const Configuration& to) {
  return {LogIndex{index}, Term{term}, EntryType::kChange, bytes(encode(to))};
}

// libraft makes the last voter a leader without an election, and so in the term it shares with the leader
// that left.
TEST(RaftCore, AVoterThatIsLeftAloneLeadsInATermOfItsOwn) {
  Cluster cluster(2);
  const NodeId one{1}, two{2};
  cluster.start(one);
  AppendEntries append{Term{5}, LogIndex{1}, Term{1}, LogIndex{1}, 0, {}};
  append.entries = {change_entry(2, 5, voters(1))};
  ASSERT_TRUE(cluster.members[one].core->step(cluster.now, Message{two, append}));
  cluster.carry_out(one);
  cluster.run_for(2000);
  ASSERT_EQ(cluster.leader(), one);
  EXPECT_EQ(cluster.members[one].core->term(), Term{6});
  EXPECT_EQ(cluster.members[one].hard_state, (HardState{Term{6}, one}));
}

// libraft lets nobody stand who has no vote by its own log. Had the leader of two taken its own vote away and
// then ended, it could not lead, and without it, whose log is longer, the other could not.
TEST(RaftCore, ALeaderKeepsItsVote) {
  Cluster cluster(2);
  cluster.start_all();
  cluster.run_for(2000);
  const NodeId leader = cluster.leader(), other{3 - leader.value};
  ASSERT_NE(leader, NodeId{});
  ASSERT_TRUE(cluster.propose(leader, "a"));
  cluster.run_for(300);
  const Configuration both = voters(2);
  Configuration without, demoted = both;
  std::ranges::copy_if(both.servers, std::back_inserter(without.servers),
                       [&](const Server& server) { return server.id == other; });
  demoted.servers[leader.value - 1].role = Role::kStandby;
  EXPECT_FALSE(cluster.change(leader, without));
  EXPECT_FALSE(cluster.change(leader, demoted));
}

// The follower that loses its vote must not be the only one to know: it may not stand, and refuses the
// leader, which has forgotten the change, as one with a shorter log.
TEST(RaftCore, ALeaderHasAChangeOnItsDiskBeforeItTellsOfIt) {
  Cluster cluster(2);
  cluster.start_all();
  cluster.run_for(2000);
  const NodeId leader = cluster.leader();
  ASSERT_NE(leader, NodeId{});
  Core& core = *cluster.members[leader].core;
  ASSERT_TRUE(cluster.propose(leader, "a"));
  cluster.run_for(300);
  const auto command = bytes("b"), change = bytes(encode(with(voters(2), 3, Role::kStandby)));
  ASSERT_TRUE(core.propose(cluster.now, EntryType::kCommand, std::span(&command, 1)));
  EXPECT_FALSE(core.take_ready().append_before_send);
  ASSERT_TRUE(core.propose(cluster.now, EntryType::kChange, std::span(&change, 1)));
  EXPECT_TRUE(core.take_ready().append_before_send);
}

// libraft answers with the term it was asked for. A candidate that others need for a majority would ask for
// too low a term for ever, and refuse them because its log is longer.
TEST(RaftCore, ARefusedPreVoteTellsOfAHigherTerm) {
  Cluster cluster(2);
  const NodeId one{1}, two{2};
  cluster.members[one].hard_state = {Term{6}, {}};
  cluster.members[two].disk.push_back({LogIndex{2}, Term{1}, EntryType::kCommand, bytes("x")});
  cluster.start_all();
  cluster.run_for(3000);
  EXPECT_EQ(cluster.leader(), two);
}

// The second change would not be there if the first were not committed, whatever this member was told.
TEST(RaftCore, AChangeThatIsTakenBackLeavesTheOneBeforeIt) {
  Cluster cluster(3);
  cluster.start(NodeId{1});
  Core& core = *cluster.members[NodeId{1}].core;
  const Configuration first = with(voters(3), 4, Role::kVoter), second = with(first, 5, Role::kVoter);
  AppendEntries append{Term{2}, LogIndex{1}, Term{1}, LogIndex{1}, 0, {}};
  append.entries = {change_entry(2, 2, first), change_entry(3, 2, second)};
  ASSERT_TRUE(core.step(cluster.now, Message{NodeId{2}, append}));
  EXPECT_EQ(core.configuration(), second);
  AppendEntries other{Term{3}, LogIndex{2}, Term{2}, LogIndex{1}, 0, {}};
  other.entries = {{LogIndex{3}, Term{3}, EntryType::kCommand, bytes("x")}};
  ASSERT_TRUE(core.step(cluster.now, Message{NodeId{3}, other}));
  EXPECT_EQ(core.configuration(), first);
}

// A member that joins may get the founding entry and changes in one message.
TEST(RaftCore, AChangeThatIsTakenBackLeavesTheFoundingOneInAYoungLog) {
  Cluster cluster(3);
  cluster.members[NodeId{4}].disk.clear();
  cluster.start(NodeId{4});
  Core& core = *cluster.members[NodeId{4}].core;
  AppendEntries append{Term{2}, LogIndex{}, Term{}, LogIndex{}, 0, {}};
  append.entries = {founding_entry(3), change_entry(2, 2, with(voters(3), 4, Role::kVoter))};
  ASSERT_TRUE(core.step(cluster.now, Message{NodeId{2}, append}));
  AppendEntries other{Term{3}, LogIndex{1}, Term{1}, LogIndex{1}, 0, {}};
  other.entries = {{LogIndex{2}, Term{3}, EntryType::kCommand, bytes("x")}};
  ASSERT_TRUE(core.step(cluster.now, Message{NodeId{3}, other}));
  EXPECT_EQ(core.configuration(), voters(3));
}

// Who votes is said by the candidate's log. Were it the voter's, a cluster of one that grows to two would
// never have a leader again when it ended before the other knew of its vote.
TEST(RaftCore, AMemberVotesThatDoesNotYetKnowThatItMay) {
  Cluster cluster(1);
  const NodeId one{1}, two{2};
  cluster.members[two].disk.clear();
  cluster.start_all();
  ASSERT_TRUE(cluster.change(one, with(voters(1), 2, Role::kStandby)));
  cluster.run_for(500);
  ASSERT_EQ(cluster.members[two].log.size(), cluster.members[one].log.size());
  ASSERT_TRUE(cluster.change(one, voters(2)));
  cluster.sync(one);
  cluster.crash(one);
  cluster.wire.clear();
  ASSERT_EQ(cluster.members[two].core->configuration(), with(voters(1), 2, Role::kStandby));
  cluster.start(one);
  cluster.run_for(5000);
  EXPECT_EQ(cluster.leader(), one);
  EXPECT_EQ(cluster.members[two].core->configuration(), voters(2));
}

TEST(RaftCore, AStandbyOfALivingLeaderDoesNotVote) {
  Cluster cluster(1);
  const NodeId one{1}, two{2};
  cluster.members[two].disk.clear();
  cluster.start_all();
  ASSERT_TRUE(cluster.change(one, with(voters(1), 2, Role::kStandby)));
  cluster.run_for(500);
  const Term term = cluster.members[two].core->term();
  const RequestVote ask{Term{term.value + 1}, NodeId{9}, LogIndex{99}, term, false, true};
  ASSERT_TRUE(cluster.members[two].core->step(cluster.now, Message{NodeId{9}, ask}));
  const Ready ready = cluster.members[two].core->take_ready();
  ASSERT_EQ(ready.send.size(), 1u);
  EXPECT_FALSE(std::get<RequestVoteResult>(ready.send[0].body).granted);
}

// The answer names the term the vote was asked for, in which nobody is yet.
TEST(RaftCore, ALateAnswerToAPreVoteDoesNotRaiseTheTerm) {
  Cluster cluster(3);
  cluster.start(NodeId{1});
  Core& core = *cluster.members[NodeId{1}].core;
  ASSERT_TRUE(core.step(cluster.now, Message{NodeId{2}, RequestVoteResult{Term{2}, true, true, 2, 0, 0}}));
  EXPECT_EQ(core.term(), Term{1});
}

// Otherwise two changes of two leaders may overlap without a common majority. Source: "bug in single-server
// membership changes", raft-dev, 2015-07-10.
TEST(RaftCore, ANewLeaderChangesNothingBeforeItHasCommittedSomething) {
  Cluster cluster(3);
  cluster.start_all();
  cluster.run_for(2000);
  ASSERT_TRUE(cluster.propose(cluster.leader(), "a"));
  cluster.run_for(300);
  cluster.crash(cluster.leader());
  for (int i = 0; i < 5000 && cluster.leader() == NodeId{}; ++i) cluster.run_for(1);
  const NodeId leader = cluster.leader();
  ASSERT_NE(leader, NodeId{});
  const Configuration more = with(voters(3), 4, Role::kStandby);
  EXPECT_FALSE(cluster.change(leader, more));
  ASSERT_TRUE(cluster.propose(leader, "b"));
  EXPECT_FALSE(cluster.change(leader, more));
  cluster.run_for(300);
  EXPECT_TRUE(cluster.change(leader, more));
  EXPECT_FALSE(cluster.change(leader, with(more, 5, Role::kStandby))) << "another is under way";
}

TEST(RaftCore, RefusesChangesThatAreNone) {
  Cluster cluster(1);
  cluster.start_all();
  ASSERT_TRUE(cluster.propose(NodeId{1}, "a"));
  cluster.sync(NodeId{1});
  Core& core = *cluster.members[NodeId{1}].core;
  const auto propose = [&](std::vector<std::shared_ptr<const std::string>> payloads) {
    const auto index = core.propose(cluster.now, EntryType::kChange, payloads);
    return index ? Errc::kInternal : index.error().code;
  };
  const auto standby = bytes(encode(with(voters(1), 2, Role::kStandby)));
  EXPECT_EQ(propose({bytes("rubbish")}), Errc::kInvalidArgument);
  EXPECT_EQ(propose({standby, standby}), Errc::kInvalidArgument);
  EXPECT_EQ(propose({bytes(encode(voters(3)))}), Errc::kInvalidArgument);
  EXPECT_EQ(propose({bytes(encode(Configuration{}))}), Errc::kInvalidArgument);
  EXPECT_EQ(core.last_index(), LogIndex{2});
  EXPECT_TRUE(core.propose(cluster.now, EntryType::kChange, std::span(&standby, 1)));
}

TEST(RaftConfiguration, KnowsWhatOneStepIs) {
  const Configuration two = voters(2), three = voters(3);
  EXPECT_TRUE(is_one_step(two, three));
  EXPECT_TRUE(is_one_step(three, two));
  EXPECT_TRUE(is_one_step(three, Configuration{{three.servers[0], three.servers[2]}}));
  EXPECT_TRUE(is_one_step(three, with(two, 3, Role::kStandby)));
  EXPECT_FALSE(is_one_step(voters(1), three));
  EXPECT_FALSE(is_one_step(three, voters(1)));
  EXPECT_FALSE(is_one_step(two, Configuration{{two.servers[0], three.servers[2]}})) << "one for another";
  EXPECT_FALSE(is_one_step(two, Configuration{{two.servers[1], two.servers[0]}})) << "another order";
  EXPECT_FALSE(is_one_step(voters(1), Configuration{{{NodeId{1}, "host-1", Role::kStandby}}})) << "no voter";
}

TEST(RaftCore, DropsEntriesFromAPeerThatAreNoLog) {
  Cluster cluster(3);
  cluster.start_all();
  AppendEntries append{Term{1}, LogIndex{1}, Term{1}, LogIndex{1}, 0, {}};
  append.entries.push_back({LogIndex{5}, Term{1}, EntryType::kCommand, bytes("hole")});
  EXPECT_FALSE(cluster.members[NodeId{1}].core->step(cluster.now, Message{NodeId{2}, append}));
  append.entries = {{LogIndex{2}, Term{1}, EntryType::kChange, bytes("rubbish")}};
  EXPECT_FALSE(cluster.members[NodeId{1}].core->step(cluster.now, Message{NodeId{2}, append}));
}

TEST(RaftConfiguration, SurvivesItsEncoding) {
  const Configuration configuration{{{NodeId{7}, "a:1", Role::kVoter}, {NodeId{9}, "", Role::kStandby}}};
  const auto decoded = decode_configuration(encode(configuration));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, configuration);
  EXPECT_TRUE(configuration.is_lone_voter(NodeId{7}));
  EXPECT_FALSE(configuration.is_lone_voter(NodeId{9}));
  EXPECT_FALSE(voters(2).is_lone_voter(NodeId{1}));
}

TEST(RaftConfiguration, RefusesEveryPrefixOfItself) {
  const std::string whole = encode(Configuration{{{NodeId{7}, "some-host:8848", Role::kVoter}}});
  for (std::size_t n = 0; n < whole.size() - 8; ++n)
    EXPECT_FALSE(decode_configuration(whole.substr(0, n))) << n;
}

TEST(RaftConfiguration, RefusesMembersThatOccurTwice) {
  EXPECT_FALSE(decode_configuration(encode(Configuration{{{NodeId{1}, "a"}, {NodeId{1}, "b"}}})));
  EXPECT_FALSE(decode_configuration(encode(Configuration{{{NodeId{1}, "a"}, {NodeId{2}, "a"}}})));
}

}  // namespace
}  // namespace batata::raft
