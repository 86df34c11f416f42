// Properties of the exchange between nodes, over random histories.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

#include "registry/registry.h"

namespace batata::registry {
namespace {

constexpr NodeId kSelf{1}, kPeer{2}, kThird{3};

class History {
 public:
  History(NodeId node, std::uint64_t seed) : registry(node), node_(node), random_(seed) {}

  void step() {
    const Owner owner{node_, 1 + random_() % 5};
    const ServiceKey service{"public", "g", "s" + std::to_string(random_() % 4)};
    switch (random_() % 8) {
      case 0:
        registry.drop(owner);
        break;
      case 1:
        registry.erase(owner, service, id());
        break;
      case 2:
        registry.replace(owner, service, {});
        break;
      case 3:
        registry.replace(owner, service, {instance(), instance(), instance()});
        break;
      default:
        registry.put(owner, service, instance());
    }
  }

  Registry registry;

 private:
  std::string id() { return "i" + std::to_string(random_() % 6); }
  InstancePtr instance() {
    Instance made;
    made.id = id();
    made.weight = static_cast<double>(random_() % 3);
    made.healthy = random_() % 2 == 0;
    made.metadata["k"] = std::to_string(random_() % 2);
    return std::make_shared<const Instance>(std::move(made));
  }

  NodeId node_;
  std::mt19937_64 random_;
};

void expect_same(const Registry& a, const Registry& b) {
  ASSERT_EQ(a.services(), b.services());
  ASSERT_EQ(a.size(), b.size());
  for (const ServiceKey& service : a.services()) {
    const auto left = a.list(service), right = b.list(service);
    ASSERT_EQ(left.size(), right.size());
    for (std::size_t i = 0; i < left.size(); ++i) EXPECT_EQ(*left[i], *right[i]);
  }
}

TEST(RegistryMerge, DeltasTakenInOrderGiveTheSameInstancesAndDigest) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    History peer(kPeer, seed);
    Registry mine(kSelf);
    for (int i = 0; i < 120; ++i) {
      peer.step();
      if (i % 7 != 0) continue;
      const Delta delta = peer.registry.delta(kPeer, mine.version(kPeer));
      const Merged merged = mine.merge(delta);
      if (delta.upto == 0) continue;
      ASSERT_NE(merged.outcome, Merged::Outcome::kGap) << "seed " << seed;
      ASSERT_EQ(mine.digest(kPeer), peer.registry.digest(kPeer));
    }
    (void)mine.merge(peer.registry.delta(kPeer, mine.version(kPeer)));
    expect_same(mine, peer.registry);
  }
}

TEST(RegistryMerge, DeltasLostDoubledAndReorderedStillConverge) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    std::mt19937_64 random(seed * 977);
    History peer(kPeer, seed), third(kThird, seed + 1000);
    std::vector<Delta> sent;
    std::uint64_t peer_at = 0, third_at = 0;
    for (int i = 0; i < 80; ++i) {
      peer.step();
      third.step();
      if (random() % 4 != 0) continue;
      sent.push_back(peer.registry.delta(kPeer, random() % 3 == 0 ? 0 : peer_at));
      sent.push_back(third.registry.delta(kThird, third_at));
      peer_at = sent[sent.size() - 2].upto;
      third_at = sent.back().upto;
    }
    Registry left(kSelf), right(kSelf);
    for (Registry* mine : {&left, &right}) {
      std::vector<Delta> arriving = sent;
      arriving.insert(arriving.end(), sent.begin(), sent.end());
      std::ranges::shuffle(arriving, random);
      arriving.resize(arriving.size() * 2 / 3);
      for (const Delta& delta : arriving) (void)mine->merge(delta);
      for (const auto& [node, source] :
           {std::pair(kPeer, &peer.registry), std::pair(kThird, &third.registry)}) {
        if (mine->merge(source->delta(node, mine->version(node))).outcome == Merged::Outcome::kGap)
          (void)mine->merge(source->delta(node, 0));
      }
    }
    expect_same(left, right);
    EXPECT_EQ(left.digest(kPeer), peer.registry.digest(kPeer));
    EXPECT_EQ(left.digest(kThird), third.registry.digest(kThird));
  }
}

TEST(RegistryMerge, NewsMayComeThroughAThirdNode) {
  History peer(kPeer, 7);
  Registry middle(kThird), mine(kSelf);
  for (int i = 0; i < 200; ++i) {
    peer.step();
    if (i % 3 == 0) (void)middle.merge(peer.registry.delta(kPeer, middle.version(kPeer)));
    if (i % 10 == 0) (void)mine.merge(middle.delta(kPeer, mine.version(kPeer)));
  }
  (void)middle.merge(peer.registry.delta(kPeer, middle.version(kPeer)));
  EXPECT_NE(mine.merge(middle.delta(kPeer, mine.version(kPeer))).outcome, Merged::Outcome::kGap);
  expect_same(mine, peer.registry);
}

TEST(RegistryMerge, NamesTheServicesThatChangedAndNoOthers) {
  Registry peer(kPeer), mine(kSelf);
  const ServiceKey a{"public", "g", "a"}, b{"public", "g", "b"};
  Instance made;
  made.id = "i";
  const auto instance = std::make_shared<const Instance>(made);
  peer.put(Owner{kPeer, 1}, a, instance);
  peer.put(Owner{kPeer, 1}, b, instance);
  EXPECT_EQ(mine.merge(peer.delta(kPeer, 0)).services, (std::vector<ServiceKey>{a, b}));
  peer.erase(Owner{kPeer, 1}, b, "i");
  EXPECT_EQ(mine.merge(peer.delta(kPeer, mine.version(kPeer))).services, std::vector<ServiceKey>{b});
  EXPECT_EQ(mine.merge(peer.delta(kPeer, 0)).outcome, Merged::Outcome::kKnown);
}

TEST(RegistryMerge, ADeltaThatStartsLaterIsAGapAndChangesNothing) {
  Registry peer(kPeer), mine(kSelf);
  Instance made;
  for (const char* id : {"a", "b", "c"}) {
    made.id = id;
    peer.put(Owner{kPeer, 1}, ServiceKey{"public", "g", "s"}, std::make_shared<const Instance>(made));
  }
  EXPECT_EQ(mine.merge(peer.delta(kPeer, 2)).outcome, Merged::Outcome::kGap);
  EXPECT_EQ(mine.size(), 0u);
  EXPECT_EQ(mine.merge(peer.delta(kPeer, 0)).outcome, Merged::Outcome::kApplied);
}

TEST(RegistryMerge, ADifferingDigestIsFoundAndTheWholeStateRepairsIt) {
  Registry peer(kPeer), mine(kSelf);
  const ServiceKey service{"public", "g", "s"};
  Instance made;
  made.id = "i";
  peer.put(Owner{kPeer, 1}, service, std::make_shared<const Instance>(made));
  Delta damaged = peer.delta(kPeer, 0);
  made.weight = 9;
  damaged.changed[0].entries[0].second = std::make_shared<const Instance>(made);
  EXPECT_EQ(mine.merge(damaged).outcome, Merged::Outcome::kGap);
  EXPECT_EQ(mine.merge(peer.delta(kPeer, 0)).outcome, Merged::Outcome::kApplied);
  EXPECT_EQ(mine.list(service)[0]->weight, 1);
}

TEST(RegistryMerge, ANodeThatForgotItsDropsSendsItsWholeState) {
  Registry peer(kPeer), mine(kSelf);
  const ServiceKey service{"public", "g", "s"};
  Instance made;
  made.id = "i";
  const auto instance = std::make_shared<const Instance>(made);
  peer.put(Owner{kPeer, 1}, service, instance);
  (void)mine.merge(peer.delta(kPeer, 0));
  const auto known = mine.version(kPeer);
  peer.drop(Owner{kPeer, 1});
  for (std::uint64_t i = 2; i < Registry::kGoneMax + 3; ++i) {
    peer.put(Owner{kPeer, i}, service, instance);
    peer.drop(Owner{kPeer, i});
  }
  const Delta delta = peer.delta(kPeer, known);
  EXPECT_EQ(delta.since, 0u);
  EXPECT_EQ(mine.merge(delta).outcome, Merged::Outcome::kApplied);
  EXPECT_EQ(mine.size(), 0u);
}

TEST(RegistryMerge, NobodyElseWritesThisNode) {
  Registry mine(kSelf), impostor(kSelf);
  Instance made;
  made.id = "i";
  impostor.put(Owner{kSelf, 1}, ServiceKey{"public", "g", "s"}, std::make_shared<const Instance>(made));
  EXPECT_EQ(mine.merge(impostor.delta(kSelf, 0)).outcome, Merged::Outcome::kKnown);
  EXPECT_EQ(mine.size(), 0u);
}

}  // namespace
}  // namespace batata::registry
