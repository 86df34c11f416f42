// The bounds of watching by patterns, and what many of them do together.
#include "faces/nacos/grpc/fuzzy_watch.h"

#include <gtest/gtest.h>

#include <memory>

#include "async/scope.h"
#include "sim/fake_transport.h"
#include "sim/sim_runtime.h"

namespace batata::nacos {
namespace {

using namespace std::chrono_literals;

std::string key_of(const ResourceName& resource) {
  return resource.name;
}
std::string sync_members(const FuzzySync& sync) {
  std::string members = "\"k\":\"";
  members += sync.kind == FuzzySync::Kind::kFinished ? "finished" : "batch";
  for (const FuzzyContext& context : sync.contexts) members += (context.exists ? " +" : " -") + context.key;
  return members + "\"";
}
std::string change_members(std::string_view key, bool exists) {
  return "\"k\":\"" + std::string(exists ? "+" : "-") + std::string(key) + "\"";
}

constexpr FuzzyDialect kDialect = {.module = "m",
                                   .sync_type = "Sync",
                                   .change_type = "Change",
                                   .key_of = key_of,
                                   .sync_members = sync_members,
                                   .change_members = change_members};

class FuzzyWatching : public testing::Test {
 protected:
  struct Peer {
    std::shared_ptr<sim::FakeTransport> transport;
    std::shared_ptr<sim::FakeDuplex> duplex = std::make_shared<sim::FakeDuplex>();
    ConnectionPtr connection;
  };
  Peer connect() {
    Peer peer;
    peer.transport = std::make_shared<sim::FakeTransport>("10.0.0.9", ++last_port_, WallTime{});
    peer.connection = std::make_shared<Connection>(peer.transport, runtime.now());
    peer.connection->set_registered(true);
    connections.add(peer.connection, {}, peer.duplex);
    return peer;
  }
  static Task<void> keep(Task<FuzzyOutcome> task, std::optional<FuzzyOutcome>& result) {
    result = co_await task;
  }
  std::optional<FuzzyOutcome> watch(const Peer& peer, std::string pattern,
                                    std::vector<std::string> received = {}) {
    std::optional<FuzzyOutcome> result;
    scope.spawn(keep(fuzzy.watch(peer.connection, std::move(pattern), std::move(received), true), result));
    runtime.run_for(1ms);
    return result;
  }
  void appear(const std::string& name) {
    existing.insert({"s", "g", name});
    fuzzy.changed({"s", "g", name}, true);
  }
  void go(const std::string& name) {
    existing.erase({"s", "g", name});
    fuzzy.changed({"s", "g", name}, false);
  }
  // What the peer was told last, between the quotes of "k".
  static std::string last(const Peer& peer) {
    if (peer.duplex->sent.empty()) return {};
    const std::string& message = *peer.duplex->sent.back();
    const auto begin = message.find("\"k\":\"") + 5;
    return message.substr(begin, message.find('"', begin) - begin);
  }
  void acknowledge_all(const Peer& peer) {
    while (!peer.connection->unacked.empty())
      pushes.acknowledged(*peer.connection, peer.connection->unacked.begin()->first, true);
  }
  std::vector<ResourceName> slice(const std::string& space, const ResourceName* after) {
    std::vector<ResourceName> found;
    auto it = after == nullptr ? existing.lower_bound({space, "", ""}) : existing.upper_bound(*after);
    for (; it != existing.end() && it->space == space && found.size() < 3; ++it) found.push_back(*it);
    return found;
  }

  sim::SimRuntime runtime;
  Pushes pushes{runtime, "10.0.0.1"};
  Connections connections{runtime, pushes};
  std::set<ResourceName> existing;
  FuzzyWatch fuzzy{
      runtime,
      connections,
      pushes,
      kDialect,
      {.patterns = 2, .matches = 3, .batch = 2},
      {.timeout = 3s, .retry_step = 2s, .tries_max = 2},
      [this](const std::string& space, const ResourceName* after) { return slice(space, after); }};
  Scope scope{runtime};

 private:
  std::uint16_t last_port_ = 0;
};

TEST_F(FuzzyWatching, LooksThroughAllSlices) {
  for (const std::string name : {"a", "b", "c", "d", "e", "z1", "z2"}) existing.insert({"s", "g", name});
  const Peer peer = connect();
  EXPECT_EQ(watch(peer, "s>>g>>z*"), FuzzyOutcome::kWatching);
  EXPECT_EQ(last(peer), "batch +z1 +z2");
}

TEST_F(FuzzyWatching, TellsThatAPatternIsFullAndNothingThatDoesNotFit) {
  const Peer peer = connect();
  for (const std::string name : {"a", "b", "c"}) existing.insert({"s", "g", name});
  EXPECT_EQ(watch(peer, "s>>g>>*", {"gone"}), FuzzyOutcome::kTooManyMatches);
  acknowledge_all(peer);
  EXPECT_EQ(last(peer), "finished");
  const std::size_t before = peer.duplex->sent.size();
  appear("d");
  EXPECT_EQ(peer.duplex->sent.size(), before);
  go("a");  // makes room, which the next comparison fills
  EXPECT_EQ(last(peer), "-a");
  acknowledge_all(peer);
  EXPECT_EQ(watch(peer, "s>>g>>*", {"b", "c"}), FuzzyOutcome::kTooManyMatches);
  EXPECT_EQ(last(peer), "batch +d");
}

TEST_F(FuzzyWatching, RefusesPatternsAboveTheLimitUntilOneIsLeft) {
  const Peer first = connect(), second = connect();
  EXPECT_EQ(watch(first, "s>>a>>*"), FuzzyOutcome::kWatching);
  EXPECT_EQ(watch(second, "s>>b>>*"), FuzzyOutcome::kWatching);
  EXPECT_EQ(watch(second, "s>>c>>*"), FuzzyOutcome::kTooManyPatterns);
  EXPECT_EQ(watch(second, "s>>a>>*"), FuzzyOutcome::kWatching);
  first.connection->set_registered(false);
  connections.remove(first.connection);
  EXPECT_EQ(fuzzy.size(), 2u);
  fuzzy.cancel(*second.connection, "s>>a>>*");
  EXPECT_EQ(fuzzy.size(), 1u);
  EXPECT_EQ(watch(second, "s>>c>>*"), FuzzyOutcome::kWatching);
}

TEST_F(FuzzyWatching, EndsAConnectionThatNeverAcknowledges) {
  const Peer peer = connect();
  watch(peer, "s>>g>>*");
  runtime.run_for(20s);
  EXPECT_EQ(peer.duplex->sent.size(), 2u);
  EXPECT_TRUE(peer.transport->closed);
  EXPECT_EQ(fuzzy.size(), 0u);
}

TEST_F(FuzzyWatching, TellsManyWatchersInSlicesAndWithTheSameBytes) {
  std::vector<Peer> peers;
  for (std::size_t i = 0; i < 2 * FuzzyWatch::kSliceMax + 1; ++i) {
    peers.push_back(connect());
    watch(peers.back(), "s>>g>>*");
    acknowledge_all(peers.back());
  }
  appear("a");
  EXPECT_NE(last(peers.back()), "+a");
  runtime.settle();
  for (const Peer& peer : peers) ASSERT_EQ(last(peer), "+a");
  EXPECT_EQ(peers.front().duplex->sent.back(), peers.back().duplex->sent.back());
}

TEST_F(FuzzyWatching, BeginsAComparisonAnewWhenItIsAskedAgain) {
  const Peer peer = connect();
  for (const std::string name : {"a", "b", "c"}) existing.insert({"s", "g", name});
  watch(peer, "s>>g>>*");
  EXPECT_EQ(last(peer), "batch +a +b");
  const auto old = peer.connection->unacked.begin()->first;
  watch(peer, "s>>g>>*", {"a", "b"});
  EXPECT_EQ(last(peer), "batch +c");
  const std::size_t before = peer.duplex->sent.size();
  pushes.acknowledged(*peer.connection, old, true);  // of the comparison before: nothing follows from it
  EXPECT_EQ(peer.duplex->sent.size(), before);
  acknowledge_all(peer);
  EXPECT_EQ(last(peer), "finished");
}

TEST_F(FuzzyWatching, AComparisonThatIsUnderWayIsRightWhileAllIsLookedUpAnew) {
  for (const std::string name : {"a", "b", "c", "z1", "z2", "z3"}) existing.insert({"s", "g", name});
  const Peer peer = connect();
  watch(peer, "s>>g>>z*");
  EXPECT_EQ(last(peer), "batch +z1 +z2");
  scope.spawn(fuzzy.look_again());  // has seen the first slice only
  pushes.acknowledged(*peer.connection, peer.connection->unacked.begin()->first, true);
  EXPECT_EQ(last(peer), "batch +z3");
}

TEST_F(FuzzyWatching, LookingAgainTellsWhatWasMissedAndNothingElse) {
  for (const std::string name : {"a", "b"}) existing.insert({"s", "g", name});
  const Peer peer = connect();
  watch(peer, "s>>g>>*");
  acknowledge_all(peer);
  std::size_t before = peer.duplex->sent.size();
  existing.erase({"s", "g", "a"});
  existing.insert({"s", "g", "c"});
  scope.spawn(fuzzy.look_again());
  runtime.run_for(1ms);
  ASSERT_EQ(peer.duplex->sent.size(), before + 2);
  EXPECT_NE(peer.duplex->sent[before]->find("\"+c\""), std::string::npos);
  EXPECT_EQ(last(peer), "-a");
  acknowledge_all(peer);
  before = peer.duplex->sent.size();
  scope.spawn(fuzzy.look_again());
  runtime.run_for(1ms);
  EXPECT_EQ(peer.duplex->sent.size(), before);
}

TEST_F(FuzzyWatching, LookingAgainFillsAFullPatternAnew) {
  for (const std::string name : {"a", "b", "c", "d", "e"}) existing.insert({"s", "g", name});
  const Peer peer = connect();
  EXPECT_EQ(watch(peer, "s>>g>>*"), FuzzyOutcome::kTooManyMatches);
  acknowledge_all(peer);
  existing.erase({"s", "g", "a"});
  scope.spawn(fuzzy.look_again());
  runtime.run_for(1ms);
  EXPECT_EQ(last(peer), "+d");
}

TEST_F(FuzzyWatching, TwoWhoAskAtOnceLookOnce) {
  for (const std::string name : {"a", "b", "c", "d", "e", "z"}) existing.insert({"s", "g", name});
  const Peer first = connect(), second = connect();
  std::optional<FuzzyOutcome> one, two;
  scope.spawn(keep(fuzzy.watch(first.connection, "s>>g>>z", {}, true), one));
  scope.spawn(keep(fuzzy.watch(second.connection, "s>>g>>z", {}, true), two));
  EXPECT_FALSE(one || two);
  runtime.run_for(1ms);
  EXPECT_TRUE(one && two);
  EXPECT_EQ(last(first), "batch +z");
  EXPECT_EQ(last(second), "batch +z");
}

TEST_F(FuzzyWatching, RefusesWhatNoClientCanKnowAndNoPatternCanBe) {
  const Peer peer = connect();
  const FuzzyLimits limits{.patterns = 2, .matches = 3, .batch = 2};
  EXPECT_EQ(FuzzyLimits{.matches = 100'000}.received(), 200'000u);
  const std::vector<std::string> known(limits.received() + 1, "a");
  EXPECT_EQ(watch(peer, "s>>g>>*", known), FuzzyOutcome::kTooManyReceived);
  EXPECT_EQ(watch(peer, "s>>g>>" + std::string(FuzzyWatch::kPatternMax, 'a')), FuzzyOutcome::kPatternTooLong);
  EXPECT_EQ(fuzzy.size(), 0u);
  EXPECT_EQ(watch(peer, "s>>g>>*", {known.begin(), known.end() - 1}), FuzzyOutcome::kWatching);
}

}  // namespace
}  // namespace batata::nacos
