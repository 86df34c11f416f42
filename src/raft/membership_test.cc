#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "raft/test_cluster.h"

// Elections and changes of membership where libraft alone would go wrong.

namespace batata::raft {
namespace {

// libraft makes the last voter a leader without an election, and so in the term it shares with the leader
// that left.
TEST(RaftMembership, AVoterThatIsLeftAloneLeadsInATermOfItsOwn) {
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
TEST(RaftMembership, ALeaderKeepsItsVote) {
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
TEST(RaftMembership, ALeaderHasAChangeOnItsDiskBeforeItTellsOfIt) {
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
TEST(RaftMembership, ARefusedPreVoteTellsOfAHigherTerm) {
  Cluster cluster(2);
  const NodeId one{1}, two{2};
  cluster.members[one].hard_state = {Term{6}, {}};
  cluster.members[two].disk.push_back({LogIndex{2}, Term{1}, EntryType::kCommand, bytes("x")});
  cluster.start_all();
  cluster.run_for(3000);
  EXPECT_EQ(cluster.leader(), two);
}

// The second change would not be there if the first were not committed, whatever this member was told.
TEST(RaftMembership, AChangeThatIsTakenBackLeavesTheOneBeforeIt) {
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
TEST(RaftMembership, AChangeThatIsTakenBackLeavesTheFoundingOneInAYoungLog) {
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
TEST(RaftMembership, AMemberVotesThatDoesNotYetKnowThatItMay) {
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

TEST(RaftMembership, AStandbyOfALivingLeaderDoesNotVote) {
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
TEST(RaftMembership, ALateAnswerToAPreVoteDoesNotRaiseTheTerm) {
  Cluster cluster(3);
  cluster.start(NodeId{1});
  Core& core = *cluster.members[NodeId{1}].core;
  ASSERT_TRUE(core.step(cluster.now, Message{NodeId{2}, RequestVoteResult{Term{2}, true, true, 2, 0, 0}}));
  EXPECT_EQ(core.term(), Term{1});
}

// libraft asks for a pre-vote once, and then for votes again and again, in ever higher terms.
TEST(RaftMembership, ACandidateThatIsCutOffKeepsItsTerm) {
  Cluster cluster(3);
  cluster.start(NodeId{1});
  cluster.run_for(1000);
  Core& core = *cluster.members[NodeId{1}].core;
  ASSERT_EQ(core.state(), State::kCandidate);
  ASSERT_TRUE(core.step(cluster.now, Message{NodeId{2}, RequestVoteResult{Term{2}, true, true, 2, 0, 0}}));
  cluster.carry_out(NodeId{1});
  ASSERT_EQ(core.term(), Term{2});
  cluster.run_for(10'000);
  EXPECT_EQ(core.term(), Term{2});
  cluster.start(NodeId{2});
  cluster.run_for(2000);
  EXPECT_NE(cluster.leader(), NodeId{});
}

// Otherwise two changes of two leaders may overlap without a common majority. Source: "bug in single-server
// membership changes", raft-dev, 2015-07-10.
TEST(RaftMembership, ANewLeaderChangesNothingBeforeItHasCommittedSomething) {
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

TEST(RaftMembership, RefusesChangesThatAreNone) {
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

}  // namespace
}  // namespace batata::raft
