#pragma once
#include <algorithm>
#include <memory>
#include <utility>

#include "async/executor.h"
#include "async/runtime.h"

namespace batata::sim {

/// Runs jobs on the loop after a random virtual time each, one behind the other. Its jobs are events of the
/// simulation, so a crash can come before a job, or between a job and the news of it.
class SimExecutor final : public Executor {
 public:
  SimExecutor(Runtime& runtime, Duration shortest, Duration longest)
      : runtime_(runtime), shortest_(shortest), longest_(longest) {}
  ~SimExecutor() override { stop(); }

  void submit(Job work, Job done) override {
    if (*stopped_) return;
    const auto spread = static_cast<std::uint64_t>((longest_ - shortest_).count()) + 1;
    const Duration takes = shortest_ + Duration(static_cast<std::int64_t>(runtime_.random() % spread));
    free_ = std::max(free_, runtime_.now()) + takes;
    runtime_.at(free_, [this, stopped = stopped_, work = std::move(work), done = std::move(done)]() mutable {
      if (*stopped) return;
      work();
      runtime_.post(std::move(done));
    });
  }
  void stop() override { *stopped_ = true; }

 private:
  Runtime& runtime_;
  Duration shortest_, longest_;
  SteadyTime free_;
  std::shared_ptr<bool> stopped_ = std::make_shared<bool>(false);
};

}  // namespace batata::sim
