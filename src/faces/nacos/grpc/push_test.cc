#include "faces/nacos/grpc/push.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "faces/nacos/grpc/connections.h"
#include "sim/fake_transport.h"
#include "sim/sim_runtime.h"

namespace batata::nacos {
namespace {

using namespace std::chrono_literals;

struct PushTest : testing::Test {
  PushTest() {
    connection->set_registered(true);
    connections.add(connection, {}, duplex);
  }
  std::uint64_t send(int tries_max) {
    const Push push = pushes.make("T", {}, "m");
    pushes.send(connection, push, {.timeout = 3s, .retry_step = 2s, .tries_max = tries_max},
                [this](PushOutcome outcome) { ended = outcome; });
    return push.request_id;
  }

  sim::SimRuntime runtime;
  Pushes pushes{runtime, "10.0.0.1"};
  Connections connections{runtime, pushes};
  std::shared_ptr<sim::FakeTransport> transport =
      std::make_shared<sim::FakeTransport>("10.0.0.9", 50'000, WallTime{});
  std::shared_ptr<sim::FakeDuplex> duplex = std::make_shared<sim::FakeDuplex>();
  ConnectionPtr connection = std::make_shared<Connection>(transport, runtime.now());
  std::optional<PushOutcome> ended;
};

TEST_F(PushTest, ATryThatFailsManyTimesIsFollowedByOneOther) {
  const std::uint64_t id = send(3);
  for (int i = 0; i < 1000; ++i) pushes.acknowledged(*connection, id, false);
  EXPECT_EQ(pushes.waiting(), 2u);  // for the time of this try, and for the next one
  runtime.run_for(2100ms);
  EXPECT_EQ(duplex->sent.size(), 2u);
  EXPECT_FALSE(ended);
}

TEST_F(PushTest, EachTryMayFailAndTheLastOneEndsIt) {
  const std::uint64_t id = send(2);
  pushes.acknowledged(*connection, id, false);
  runtime.run_for(2100ms);
  ASSERT_EQ(duplex->sent.size(), 2u);
  pushes.acknowledged(*connection, id, false);
  EXPECT_EQ(ended, PushOutcome::kRefused);
}

TEST_F(PushTest, ALateSuccessEndsItWhileTheNextTryIsWaitedFor) {
  const std::uint64_t id = send(3);
  pushes.acknowledged(*connection, id, false);
  pushes.acknowledged(*connection, id, true);
  EXPECT_EQ(ended, PushOutcome::kAcknowledged);
  runtime.run_for(10s);
  EXPECT_EQ(duplex->sent.size(), 1u);
}

TEST_F(PushTest, ATryWithoutAnAnswerIsFollowedByAnother) {
  send(2);
  runtime.run_for(5200ms);
  EXPECT_EQ(duplex->sent.size(), 2u);
  runtime.run_for(3200ms);
  EXPECT_EQ(ended, PushOutcome::kUnanswered);
}

}  // namespace
}  // namespace batata::nacos
