#include "sim/sim_runtime.h"

namespace batata::sim {

Runtime::TimerId SimRuntime::schedule(SteadyTime when, Job job) {
  const TimerId id = ++sequence_;
  queue_.emplace(std::pair(when, id), std::move(job));
  when_.emplace(id, when);
  return id;
}

void SimRuntime::cancel(TimerId id) {
  const auto it = when_.find(id);
  if (it == when_.end()) return;
  queue_.erase({it->second, id});
  when_.erase(it);
}

bool SimRuntime::step() {
  if (queue_.empty()) return false;
  auto node = queue_.extract(queue_.begin());
  when_.erase(node.key().second);
  now_ = node.key().first;
  note(static_cast<std::uint64_t>(now_.ns) * 31 + node.key().second);
  ++steps_;
  node.mapped()();
  return true;
}

void SimRuntime::run_until(SteadyTime when) {
  while (!queue_.empty() && queue_.begin()->first.first <= when) step();
  now_ = when;
}

void SimRuntime::clear() {
  // A job's captures may schedule more while they are destroyed.
  while (!queue_.empty()) {
    auto node = queue_.extract(queue_.begin());
    when_.erase(node.key().second);
  }
}

void SimRuntime::note(std::uint64_t what) {
  trace_ = (trace_ ^ what) * 0x100000001b3;
}

}  // namespace batata::sim
