#include "net/outbound/outbound_thread.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace batata::net {
namespace {

constexpr std::chrono::milliseconds kRest{60'000};  // when there is nothing to wait for
constexpr std::chrono::hours kTimeoutMax{24};       // so that no sum of times overflows

}  // namespace

OutboundThread::OutboundThread(const Curl& curl, MultiPtr multi, OutboundOptions options, Give give)
    : curl_(curl), multi_(std::move(multi)), options_(std::move(options)), give_(std::move(give)) {
  // Whose turn it is is said here alone: by limits of its own libcurl would hold back who has been given one.
  curl_.multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(options_.pooled_max));
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "outbound");
}

OutboundThread::~OutboundThread() {
  {
    const std::lock_guard guard(lock_);
    stopping_ = true;
    curl_.multi_wakeup(multi_.get());  // under the lock: who sees the one frees the other
  }
  thread_.join();
}

Status OutboundThread::submit(std::uint64_t id, OutboundRequest request, Target target) {
  if (held_.load() >= options_.running_max + options_.waiting_max)
    return fail(Errc::kUnavailable, target.place + " is not called: " + std::to_string(held_.load()) +
                                        " outbound calls are under way or wait already");
  ++held_;
  const auto deadline = Clock::now() + std::min<std::chrono::milliseconds>(request.timeout, kTimeoutMax);
  tell({id, deadline, std::move(request), std::move(target), false});
  return {};
}

void OutboundThread::cancel(std::uint64_t id) {
  Order order;
  order.id = id;
  order.is_cancel = true;
  tell(std::move(order));
}

// What waits here is bounded by what is held: each call has two orders at most.
void OutboundThread::tell(Order order) {
  {
    const std::lock_guard guard(lock_);
    orders_.push_back(std::move(order));
  }
  curl_.multi_wakeup(multi_.get());
}

void OutboundThread::run() {
  while (take_orders()) {
    int still_running = 0;
    do {  // what has ended makes room for what waits, which must not wait for the next event to begin
      expire();
      admit();
      curl_.multi_perform(multi_.get(), &still_running);
    } while (collect());
    curl_.multi_poll(multi_.get(), nullptr, 0, wait_ms(), nullptr);
  }
  for (auto& [handle, call] : running_) curl_.multi_remove_handle(multi_.get(), handle);
  running_.clear();
  multi_.reset();  // here, for it ends the connections of the pool
}

bool OutboundThread::take_orders() {
  std::vector<Order> orders;
  {
    const std::lock_guard guard(lock_);
    if (stopping_) return false;
    orders.swap(orders_);
  }
  for (Order& order : orders) obey(std::move(order));
  return true;
}

void OutboundThread::obey(Order order) {
  if (order.is_cancel) return forget(order.id);
  waiting_.push_back(std::move(order));
}

// Does nothing when the call has ended by itself.
void OutboundThread::forget(std::uint64_t id) {
  const auto running = std::ranges::find(running_, id, [](const auto& each) { return each.second.id; });
  if (running != running_.end()) return end(running, std::nullopt);
  held_ -= static_cast<int>(std::erase_if(waiting_, [&](const Order& each) { return each.id == id; }));
}

// Begins what may run, in the order of arrival.
void OutboundThread::admit() {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (static_cast<int>(running_.size()) >= options_.running_max) break;
    if (!may_run(*it)) {
      ++it;
      continue;
    }
    Order order = std::move(*it);
    it = waiting_.erase(it);
    begin(std::move(order));
  }
}

bool OutboundThread::may_run(const Order& order) const {
  const auto same = std::ranges::count_if(
      running_, [&](const auto& each) { return each.second.origin == order.target.origin; });
  return same < options_.per_origin_max;
}

void OutboundThread::begin(Order order) {
  Running call{order.id, order.deadline, order.target.origin, nullptr};
  call.transfer =
      std::make_unique<Transfer>(curl_, options_, std::move(order.request), std::move(order.target));
  CURL* const handle = call.transfer->handle();
  if (handle == nullptr || curl_.multi_add_handle(multi_.get(), handle) != CURLM_OK) {
    --held_;
    return give_(order.id, fail(Errc::kUnavailable, "no memory for an outbound call"));
  }
  running_.emplace(handle, std::move(call));
}

// Takes what libcurl has finished. True when there was something: then it is to be run again.
bool OutboundThread::collect() {
  bool has_ended = false;
  int left = 0;
  while (const CURLMsg* message = curl_.multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    has_ended = true;
    CURL* const handle = message->easy_handle;
    const CURLcode code = message->data.result;  // the message is gone when its handle is
    const auto it = running_.find(handle);
    auto answer = it->second.transfer->finish(code);
    if (answer) {
      end(it, std::move(answer));
      continue;
    }
    curl_.multi_remove_handle(multi_.get(), handle);
    if (curl_.multi_add_handle(multi_.get(), handle) != CURLM_OK)
      end(it, fail(Errc::kUnavailable, "no memory for an outbound call"));
  }
  return has_ended;
}

// Without an answer nobody waits for one.
void OutboundThread::end(RunningMap::iterator it, std::optional<Answer> answer) {
  const std::uint64_t id = it->second.id;
  curl_.multi_remove_handle(multi_.get(), it->first);
  running_.erase(it);
  --held_;
  if (answer) give_(id, std::move(*answer));
}

void OutboundThread::expire() {
  const auto now = Clock::now();
  for (auto it = running_.begin(); it != running_.end();) {
    const auto next = std::next(it);
    if (it->second.deadline <= now) end(it, tl::unexpected(it->second.transfer->late()));
    it = next;
  }
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (it->deadline > now) {
      ++it;
      continue;
    }
    const Order order = std::move(*it);
    it = waiting_.erase(it);
    --held_;
    give_(order.id, fail(Errc::kUnavailable, order.target.place + " was not called within " +
                                                 std::to_string(order.request.timeout.count()) +
                                                 " ms: too many other calls were under way"));
  }
}

// libcurl cuts it short for what it waits for itself.
int OutboundThread::wait_ms() const {
  auto first = Clock::now() + kRest;
  for (const auto& [handle, call] : running_) first = std::min(first, call.deadline);
  for (const Order& order : waiting_) first = std::min(first, order.deadline);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now());
  return static_cast<int>(std::max(left, std::chrono::milliseconds(0)).count());
}

}  // namespace batata::net
