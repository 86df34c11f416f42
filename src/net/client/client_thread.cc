#include "net/client/client_thread.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/assert.h"
#include "net/client/client_connection.h"

namespace batata::net {

ClientThread::ClientThread()
    : door_(std::make_shared<LoopDoor>([this] { poller_.wake(); })),
      read_buffer_(std::make_unique<std::array<char, kReadBytes>>()),
      thread_([this] {
        door_->enter();
        run();
      }) {}

ClientThread::~ClientThread() {
  BATATA_ASSERT(!thread_.joinable());
}

// Not by a job: those of the loop's turn are handed over at its end, which would wait for this.
void ClientThread::stop(UniqueFunction<void()> last) {
  last_ = std::move(last);
  stopping_.store(true, std::memory_order_release);
  poller_.wake();
  thread_.join();
  door_->shut();
}

SteadyTime ClientThread::read_clock() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()};
}

void ClientThread::run() {
  while (!stopping_.load(std::memory_order_acquire)) take_turn(poller_.wait(time_to_wait()));
  last_();
  dirty_.clear();
  unread_.clear();
  ended_.clear();
}

std::optional<Duration> ClientThread::time_to_wait() {
  if (!unread_.empty() || !door_->mailbox().rest()) return Duration::zero();
  const SteadyTime next = wheel_.next();
  if (next == SteadyTime::never()) return std::nullopt;
  return std::max(next - read_clock(), Duration::zero());
}

void ClientThread::take_turn(std::span<const Poller::Event> events) {
  platform::MailBatch batch;
  now_ = read_clock();
  // Events come before mail: a job may end what an event points to.
  reading_.swap(unread_);
  for (const auto& [target, ready] : events) target->on_ready(ready);
  for (const auto& connection : reading_) connection->read_on();
  reading_.clear();
  door_->mailbox().drain(mail_);
  for (auto& job : mail_) job();
  mail_.clear();
  wheel_.advance(now_);
  while (!dirty_.empty()) {  // what one flush makes others say goes out in the next round
    flushing_.swap(dirty_);
    for (const auto& connection : flushing_) connection->flush_if_asked();
    flushing_.clear();
  }
  ended_.clear();
}

}  // namespace batata::net
