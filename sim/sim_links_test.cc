#include "sim/sim_links.h"

#include <gtest/gtest.h>

namespace batata::sim {
namespace {

constexpr NodeId kOne{1}, kTwo{2};

// Numbers travel as terms.
class SimLinksTest : public testing::Test {
 protected:
  SimLinksTest() {
    links_.set_delay(Duration{}, std::chrono::milliseconds(10));
    links_.attach(kTwo, [this](const raft::Message& message) {
      EXPECT_EQ(message.peer, kOne);
      got_.push_back(std::get<raft::TimeoutNow>(message.body).term.value);
    });
  }
  void send(std::uint64_t number) { links_.send(kOne, {kTwo, raft::TimeoutNow{Term{number}, {}, {}}}); }
  void run() { runtime_.run_for(std::chrono::seconds(1)); }

  SimRuntime runtime_;
  SimLinks links_{runtime_};
  std::vector<std::uint64_t> got_, all_;
};

TEST_F(SimLinksTest, MessagesNeverOvertake) {
  for (std::uint64_t i = 0; i < 200; ++i) {
    send(i);
    all_.push_back(i);
    runtime_.run_for(std::chrono::microseconds(100));
  }
  run();
  EXPECT_EQ(got_, all_);
}

TEST_F(SimLinksTest, ACutDropsWhatIsSentNotWhatIsUnderWay) {
  send(1);
  links_.cut(kOne, kTwo, SimLinks::Cut::kDrop);
  send(2);
  run();
  links_.heal(kOne, kTwo);
  send(3);
  run();
  EXPECT_EQ(got_, (std::vector<std::uint64_t>{1, 3}));
}

TEST_F(SimLinksTest, AStalledLinkDeliversWhenItIsHealed) {
  links_.cut(kOne, kTwo, SimLinks::Cut::kStall);
  send(1);
  run();
  EXPECT_TRUE(got_.empty());
  links_.heal_all();
  send(2);
  run();
  EXPECT_EQ(got_, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(SimLinksTest, ANewConnectionHasNothingOfTheOldOne) {
  send(1);
  links_.cut(kOne, kTwo, SimLinks::Cut::kStall);
  send(2);
  links_.renew(kOne, kTwo);
  links_.heal_all();
  send(3);
  run();
  EXPECT_EQ(got_, (std::vector<std::uint64_t>{3}));
}

TEST_F(SimLinksTest, LossLeavesTheOrder) {
  links_.set_loss(500);
  for (std::uint64_t i = 0; i < 200; ++i) send(i);
  run();
  EXPECT_GT(got_.size(), 50u);
  EXPECT_LT(got_.size(), 150u);
  EXPECT_TRUE(std::is_sorted(got_.begin(), got_.end()));
}

}  // namespace
}  // namespace batata::sim
