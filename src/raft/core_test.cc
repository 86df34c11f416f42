#include "raft/core.h"

#include <gtest/gtest.h>

#include "raft/raft_shim.h"
#include "raft/test_cluster.h"

namespace batata::raft {
namespace {

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
