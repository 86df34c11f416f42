#include "platform/runtime/asio_runtime.h"

#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <random>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "platform/runtime/mailbox.h"
#include "platform/runtime/wall_clock.h"

namespace batata::platform {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using SystemTimer =
    asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, asio::io_context::executor_type>;

SteadyTime steady_now() {
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count()};
}

std::uint64_t system_seed() {
  std::random_device device;
  return static_cast<std::uint64_t>(device()) << 32 | device();
}

}  // namespace

struct AsioRuntime::Loop {
  Loop() : mailbox([this] { asio::post(io, [this] { take_mail(); }); }) {}

  void take_mail() {
    const MailBatch batch;
    mailbox.drain(mail);
    // Index loop: a job may stop the loop but never touches `mail`, which only this function fills.
    for (std::size_t i = 0; i < mail.size(); ++i) {
      auto job = std::move(mail[i]);
      job();
    }
    mail.clear();
    run_local();
    // Mail that came meanwhile woke nobody: the loop was busy. Sockets and timers get their turn first.
    if (!mailbox.rest()) asio::post(io, [this] { take_mail(); });
  }

  // What the loop posts to itself. Jobs posted meanwhile wait for the next turn, so sockets and timers get
  // theirs.
  void run_local() {
    for (std::size_t n = local.size(); n > 0; --n) {
      auto job = std::move(local.front());
      local.pop_front();
      job();
    }
    if (!local.empty()) schedule_local();
  }
  void schedule_local() {
    if (std::exchange(local_scheduled, true)) return;
    asio::post(io, [this] {
      local_scheduled = false;
      const MailBatch batch;
      run_local();
    });
  }

  void arm() {
    if (timers.empty()) return;
    const SteadyTime next = timers.begin()->first.first;
    if (armed_for <= next) return;
    armed_for = next;
    system_timer.expires_at(Clock::time_point(std::chrono::nanoseconds(next.ns)));
    system_timer.async_wait([this](boost::system::error_code error) {
      if (!error) fire();
    });
  }
  void fire() {
    const MailBatch batch;
    armed_for = SteadyTime::never();
    const SteadyTime now = steady_now();
    while (!timers.empty() && timers.begin()->first.first <= now) {
      auto node = timers.extract(timers.begin());
      when.erase(node.key().second);
      node.mapped()();
    }
    arm();
    run_local();
  }

  asio::io_context io{1};
  SystemTimer system_timer{io.get_executor()};
  std::atomic<std::thread::id> thread{};
  std::deque<Job> local;
  bool local_scheduled = false;
  std::vector<Job> mail;
  std::map<std::pair<SteadyTime, TimerId>, Job> timers;
  std::unordered_map<TimerId, SteadyTime> when;
  SteadyTime armed_for = SteadyTime::never();
  TimerId last_timer = 0;
  std::mt19937_64 random{system_seed()};
  Mailbox mailbox;
};

AsioRuntime::AsioRuntime() : loop_(std::make_unique<Loop>()) {}
AsioRuntime::~AsioRuntime() {
  clear();
}

void AsioRuntime::post(Job job) {
  if (!on_loop()) {
    loop_->mailbox.push(std::move(job));
    return;
  }
  loop_->local.push_back(std::move(job));
  loop_->schedule_local();
}

bool AsioRuntime::on_loop() const {
  return loop_->thread.load(std::memory_order_relaxed) == std::this_thread::get_id();
}

SteadyTime AsioRuntime::now() const {
  return steady_now();
}

WallTime AsioRuntime::wall_now() const {
  return platform::wall_now();
}

Runtime::TimerId AsioRuntime::at(SteadyTime when, Job job) {
  BATATA_ASSERT(on_loop());
  const TimerId id = ++loop_->last_timer;
  loop_->timers.emplace(std::pair(when, id), std::move(job));
  loop_->when.emplace(id, when);
  loop_->arm();
  return id;
}

void AsioRuntime::cancel(TimerId id) {
  BATATA_ASSERT(on_loop());
  const auto it = loop_->when.find(id);
  if (it == loop_->when.end()) return;
  const auto node = loop_->timers.extract({it->second, id});
  loop_->when.erase(it);  // the system timer stays armed: an early wake-up costs less than arming it again
}

std::uint64_t AsioRuntime::random() {
  BATATA_ASSERT(on_loop());
  return loop_->random();
}

void AsioRuntime::run() {
  loop_->thread.store(std::this_thread::get_id(), std::memory_order_relaxed);
  const auto guard = asio::make_work_guard(loop_->io);
  loop_->io.restart();
  loop_->io.run();
  loop_->thread.store({}, std::memory_order_relaxed);
}

void AsioRuntime::stop() {
  loop_->io.stop();
}

void AsioRuntime::clear() {
  loop_->mailbox.close();
  loop_->thread.store(std::this_thread::get_id(), std::memory_order_relaxed);
  // A job's captures may post, set and cancel timers while they are destroyed.
  while (!loop_->local.empty() || !loop_->timers.empty()) {
    const auto jobs = std::exchange(loop_->local, {});
    const auto timers = std::exchange(loop_->timers, {});
    loop_->when.clear();
  }
  loop_->thread.store({}, std::memory_order_relaxed);
}

}  // namespace batata::platform
