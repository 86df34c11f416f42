#include "cluster/watches.h"

#include <algorithm>

namespace batata::cluster {
namespace {

Revision before(Revision revision) {
  return Revision{revision.value - 1};
}

}  // namespace

// One wait's entries in the indexes; leaves them when the waiting coroutine ends or is cancelled.
class Watches::Registration {
 public:
  Registration(Watches& watches, const Interest& interest, Waiter waiter)
      : watches_(watches), waiter_(std::move(waiter)) {
    for (const store::KeyRange& range : interest.ranges) {
      if (range.is_one()) {
        keys_.push_back(watches_.by_key_.emplace(range.begin, &waiter_));
      } else {
        ranges_.push_back(watches_.by_range_.emplace(watches_.by_range_.end(), range, &waiter_));
      }
    }
    ++watches_.waiting_;
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration() {
    for (const auto it : keys_) watches_.by_key_.erase(it);
    for (const auto it : ranges_) watches_.by_range_.erase(it);
    --watches_.waiting_;
  }

 private:
  Watches& watches_;
  Waiter waiter_;
  std::vector<decltype(Watches::by_key_)::iterator> keys_;
  std::vector<decltype(Watches::by_range_)::iterator> ranges_;
};

void Watches::notify(const std::vector<store::Event>& events) {
  if (!events.empty()) applied_.note(events.back().revision, runtime_.now());
  for (const store::Event& event : events) {
    const auto [first, last] = by_key_.equal_range(event.key());
    for (auto it = first; it != last; ++it) it->second->wake.set(event.revision);
    for (const auto& [range, waiter] : by_range_)
      if (range.contains(event.key())) waiter->wake.set(event.revision);
  }
}

void Watches::end_bounded_waits() {
  bounded_waits_ended_ = true;
  for (const auto& [key, waiter] : by_key_)
    if (waiter->bounded) waiter->wake.set(kNothing);
  for (const auto& [range, waiter] : by_range_)
    if (waiter->bounded) waiter->wake.set(kNothing);
}

Result<Revision> Watches::changed_already(const Interest& interest, Revision known) const {
  if (known >= store_.revision()) return kNothing;
  Revision first = kNothing;
  for (const store::KeyRange& range : interest.ranges) {
    auto events = store_.events(range, known);
    if (!events) return tl::unexpected(std::move(events.error()));
    if (events->empty()) continue;
    const Revision its = events->front().revision;
    first = first == kNothing ? its : std::min(first, its);
  }
  return first;
}

Task<Result<Revision>> Watches::changed(Interest interest, Revision known, SteadyTime deadline) {
  auto already = changed_already(interest, known);
  if (!already) co_return tl::unexpected(std::move(already.error()));
  if (*already != kNothing) co_return before(*already);
  const bool bounded = deadline != SteadyTime::never();
  if (bounded && bounded_waits_ended_) co_return fail(Errc::kDeadlineExceeded, "this node is stopping");

  OneShot<Revision> woken(runtime_);
  const Registration registration(*this, interest, Waiter{woken.setter(), bounded});
  Runtime::TimerId timer = 0;
  if (bounded) timer = runtime_.at(deadline, [setter = woken.setter()] { setter.set(kNothing); });
  struct CancelTimer {
    Runtime& runtime;
    Runtime::TimerId timer;
    ~CancelTimer() {
      if (timer != 0) runtime.cancel(timer);
    }
  };
  const CancelTimer cancel{runtime_, timer};
  const Revision first = co_await woken;
  if (first == kNothing) co_return fail(Errc::kDeadlineExceeded, "nothing changed in time");
  co_return before(first);
}

}  // namespace batata::cluster
