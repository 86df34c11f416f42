#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "async/one_shot.h"
#include "async/published_map.h"
#include "async/scope.h"
#include "async/sleep.h"
#include "async/together.h"
#include "async/turns.h"
#include "sim/sim_runtime.h"

namespace batata {
namespace {

using namespace std::chrono_literals;

Task<int> twice(int x) {
  co_return 2 * x;
}
Task<void> add(std::vector<int>& out, int x) {
  const int y = co_await twice(x);
  out.push_back(y);
}
Task<void> wait_for(OneShot<std::string>& shot, std::string& out) {
  out = co_await shot;
}
Task<void> sleep_then(Runtime& runtime, Duration d, std::vector<int>& out, int what,
                      std::shared_ptr<int> kept) {
  co_await sleep_for(runtime, d);
  out.push_back(what + *kept);
}

TEST(Task, StartsWhenAwaitedAndGivesItsValue) {
  sim::SimRuntime runtime;
  Scope scope(runtime);
  std::vector<int> out;
  scope.spawn(add(out, 21));
  EXPECT_EQ(out, std::vector<int>{42});
  EXPECT_EQ(scope.size(), 0u);
}

Task<void> run_then(Runtime& runtime, std::vector<Task<void>> tasks, std::vector<int>& out) {
  co_await together(runtime, std::move(tasks));
  out.push_back(0);
}

TEST(Together, EndsWithTheLastOfItsTasks) {
  sim::SimRuntime runtime;
  Scope scope(runtime);
  const auto kept = std::make_shared<int>(0);
  std::vector<int> out;
  std::vector<Task<void>> tasks;
  tasks.push_back(sleep_then(runtime, 3s, out, 3, kept));
  tasks.push_back(add(out, 1));  // ends at once
  tasks.push_back(sleep_then(runtime, 1s, out, 1, kept));
  scope.spawn(run_then(runtime, std::move(tasks), out));
  runtime.run_for(4s);
  EXPECT_EQ(out, (std::vector<int>{2, 1, 3, 0}));
  scope.spawn(run_then(runtime, {}, out));
  EXPECT_EQ(out.size(), 5u) << "of none there is nothing to wait for";
}

TEST(Together, IsCancelledWithItsTasks) {
  sim::SimRuntime runtime;
  const auto kept = std::make_shared<int>(0);
  std::vector<int> out;
  {
    Scope scope(runtime);
    std::vector<Task<void>> tasks;
    tasks.push_back(sleep_then(runtime, 3s, out, 3, kept));
    scope.spawn(run_then(runtime, std::move(tasks), out));
    runtime.run_for(1s);
  }
  EXPECT_EQ(kept.use_count(), 1);
  runtime.run_for(5s);
  EXPECT_TRUE(out.empty());
}

TEST(Scope, CancelsWhatStillRuns) {
  sim::SimRuntime runtime;
  const auto kept = std::make_shared<int>(0);
  std::vector<int> out;
  {
    Scope scope(runtime);
    scope.spawn(sleep_then(runtime, 1s, out, 1, kept));
    scope.spawn(sleep_then(runtime, 3s, out, 3, kept));
    runtime.run_for(2s);
    EXPECT_EQ(scope.size(), 1u);
    EXPECT_EQ(kept.use_count(), 2);
  }
  EXPECT_EQ(kept.use_count(), 1);  // the frame is gone
  runtime.run_for(5s);             // and its timer, too
  EXPECT_EQ(out, std::vector<int>{1});
}

TEST(Scope, CancelsOneOfThem) {
  sim::SimRuntime runtime;
  Scope scope(runtime);
  const auto kept = std::make_shared<int>(0);
  std::vector<int> out;
  const auto first = scope.spawn(sleep_then(runtime, 1s, out, 1, kept));
  const auto second = scope.spawn(sleep_then(runtime, 1s, out, 2, kept));
  scope.cancel(first);
  EXPECT_EQ(kept.use_count(), 2);
  EXPECT_FALSE(scope.runs(first));
  EXPECT_TRUE(scope.runs(second));
  runtime.run_for(2s);
  scope.cancel(second);  // has ended
  EXPECT_EQ(out, std::vector<int>{2});
}

TEST(OneShot, ResumesFromAJobOfItsOwn) {
  sim::SimRuntime runtime;
  Scope scope(runtime);
  OneShot<std::string> shot(runtime);
  std::string out;
  scope.spawn(wait_for(shot, out));
  const auto setter = shot.setter();
  EXPECT_TRUE(setter.wanted());
  setter.set("first");
  setter.set("second");
  EXPECT_EQ(out, "");
  EXPECT_FALSE(setter.wanted());
  runtime.settle();
  EXPECT_EQ(out, "first");
}

TEST(OneShot, ASetterWhoseOneShotIsGoneDoesNothing) {
  sim::SimRuntime runtime;
  OneShot<std::string>::Setter setter;
  setter.set("nobody");
  {
    Scope scope(runtime);
    OneShot<std::string> shot(runtime);
    std::string out;
    scope.spawn(wait_for(shot, out));
    setter = shot.setter();
    setter.set("late");  // posted, and cancelled before it runs
  }
  EXPECT_FALSE(setter.wanted());
  runtime.settle();
}

Task<void> hold(Runtime& runtime, Turns& turns, std::string name, Duration how_long, std::vector<int>& out,
                int who) {
  const auto turn = co_await turns.take(std::move(name));
  out.push_back(who);
  co_await sleep_for(runtime, how_long);
}

TEST(Turns, ComeInTheOrderOfAskingAndForEachNameAlone) {
  sim::SimRuntime runtime;
  Turns turns(runtime);
  Scope scope(runtime);
  std::vector<int> out;
  for (int who = 0; who < 4; ++who) scope.spawn(hold(runtime, turns, "a", 1s, out, who));
  scope.spawn(hold(runtime, turns, "b", 1s, out, 10));
  EXPECT_EQ(out, (std::vector{0, 10}));
  runtime.run_for(1500ms);
  EXPECT_EQ(out, (std::vector{0, 10, 1}));
  runtime.run_for(5s);
  EXPECT_EQ(out, (std::vector{0, 10, 1, 2, 3}));
  EXPECT_EQ(turns.held(), 0u);
}

TEST(Turns, ArePassedOnByThoseThatAreCancelledInTheLine) {
  sim::SimRuntime runtime;
  Turns turns(runtime);
  std::vector<int> out;
  Scope last(runtime);
  {
    Scope waiting(runtime), called(runtime);
    {
      Scope holder(runtime);
      holder.spawn(hold(runtime, turns, "a", 1h, out, 0));
      called.spawn(hold(runtime, turns, "a", 1s, out, 1));
      waiting.spawn(hold(runtime, turns, "a", 1s, out, 2));
      last.spawn(hold(runtime, turns, "a", 1s, out, 3));
    }
    // The first in the line has been called, and has not run.
  }
  runtime.run_for(5s);
  EXPECT_EQ(out, (std::vector{0, 3}));
  EXPECT_EQ(turns.held(), 0u);
}

TEST(PublishedMap, ShowsTheLatestAndKeepsWhatAReaderHolds) {
  PublishedMap<std::string> map;
  EXPECT_EQ(map.find("a"), nullptr);
  map.publish("a", std::make_shared<const std::string>("1"));
  const auto held = map.find("a");
  map.publish("a", std::make_shared<const std::string>("2"));
  EXPECT_EQ(*held, "1");
  EXPECT_EQ(*map.find("a"), "2");
  map.retract("a");
  map.retract("b");
  EXPECT_EQ(map.find("a"), nullptr);
}

TEST(PublishedMap, FindsEachOfManyWhileItGrowsAndShrinks) {
  struct Named {
    std::string name;
    int number = 0;
  };
  PublishedMap<Named, NamesInside<&Named::name>> map;
  map.reserve(100);
  constexpr int kCount = 10'000;
  const auto name = [](int i) { return "name-" + std::to_string(i); };
  for (int i = 0; i < kCount; ++i) map.publish(name(i), std::make_shared<const Named>(Named{name(i), i}));
  for (int i = 0; i < kCount; i += 2) map.retract(name(i));
  for (int i = 0; i < kCount; ++i) {
    const auto found = map.find(name(i));
    ASSERT_EQ(found != nullptr, i % 2 == 1) << i;
    if (found != nullptr) EXPECT_EQ(found->number, i);
  }
}

}  // namespace
}  // namespace batata
