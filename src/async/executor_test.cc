#include "async/executor.h"

#include <gtest/gtest.h>

#include <memory>

#include "async/scope.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"

namespace batata {
namespace {

Task<void> square(Runtime& runtime, Executor& executor, int number, int& out) {
  UniqueFunction<int()> work = [kept = std::make_unique<int>(number)] { return *kept * *kept; };
  out = co_await run_elsewhere<int>(runtime, executor, std::move(work));
}

TEST(RunElsewhere, GivesWhatTheWorkReturns) {
  sim::SimRuntime runtime;
  sim::SimExecutor executor(runtime, std::chrono::milliseconds(1), std::chrono::milliseconds(1));
  Scope scope(runtime);
  int first = 0, second = 0;
  scope.spawn(square(runtime, executor, 3, first));
  scope.spawn(square(runtime, executor, 4, second));
  EXPECT_EQ(first, 0);
  runtime.run_for(std::chrono::milliseconds(1));
  EXPECT_EQ(first, 9);
  EXPECT_EQ(second, 0);
  runtime.run_for(std::chrono::milliseconds(1));
  EXPECT_EQ(second, 16);
  EXPECT_EQ(scope.size(), 0u);
}

TEST(RunElsewhere, ACallerMayGoBeforeTheWorkEnds) {
  sim::SimRuntime runtime;
  sim::SimExecutor executor(runtime, std::chrono::milliseconds(1), std::chrono::milliseconds(1));
  int out = 0;
  {
    Scope scope(runtime);
    scope.spawn(square(runtime, executor, 3, out));
  }
  runtime.run_for(std::chrono::seconds(1));
  EXPECT_EQ(out, 0);
}

}  // namespace
}  // namespace batata
