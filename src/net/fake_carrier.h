#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/session.h"

namespace batata::net {

/// A carrier without a socket, for tests and fuzzing: virtual time, output in a string, a socket that takes
/// all there is unless it is told to take less. One thread.
class FakeCarrier final : public Carrier {
 public:
  struct Peer final : wire::Transport {
    void close() override { ++closes; }
    void on_closed(UniqueFunction<void()>) override {}
    int closes = 0;
  };

  FakeCarrier() : door_(std::make_shared<LoopDoor>([] {})), peer_(std::make_shared<Peer>()) {
    door_->enter();
    peer_->remote_address = "192.0.2.7";
    peer_->remote_port = 4711;
  }

  /// Feeds `bytes` to the session; everything it sends.
  std::string feed(Session& session, std::string_view bytes) {
    std::string copy(bytes);
    session.receive(copy);
    return collect(session);
  }
  /// Runs what other threads have sent; everything the session sends.
  std::string collect(Session& session) {
    std::vector<platform::Mailbox::Job> jobs;
    door_->mailbox().drain(jobs);
    for (auto& job : jobs) job();
    std::string sent;
    for (;;) {
      if (output_.empty() || room_ > 0) session.produce();
      if (output_.empty() || room_ == 0) return sent;
      const std::size_t before = sent.size();
      output_.take(sent, room_);
      if (room_ != kAll) room_ -= sent.size() - before;
    }
  }
  static constexpr std::size_t kAll = static_cast<std::size_t>(-1);
  /// The socket takes so many bytes more, and then none: what is over stays in the output, and produce() is
  /// called again when that is out.
  void take_at_most(std::size_t bytes) { room_ = bytes; }
  /// Lets time pass.
  std::string advance(Session& session, Duration duration) {
    let_pass(session, duration);
    return collect(session);
  }
  /// The same while the socket takes nothing.
  void let_pass(Session& session, Duration duration) {
    now_ = now_ + duration;
    wheel_.advance(now_);
    if (now_ >= deadline_) session.deadline_passed();
  }

  /// The same before any timer has noticed.
  void set_time(Duration later) { now_ = now_ + later; }

  Output& output() override { return output_; }
  void request_flush() override { ++flushes; }
  SteadyTime now() const override { return now_; }
  void set_deadline(SteadyTime when) override { deadline_ = when; }
  [[nodiscard]] SteadyTime deadline() const { return deadline_; }
  TimerWheel& timers() override { return wheel_; }
  const std::shared_ptr<LoopDoor>& door() override { return door_; }
  std::shared_ptr<wire::Transport> transport() override { return peer_; }
  const wire::Transport& peer() const override { return *peer_; }
  bool blocked() const override { return room_ == 0; }
  void hand_over(std::unique_ptr<Session> session) override { next = std::move(session); }

  std::unique_ptr<Session> next;  ///< what a session has handed over to

  int flushes = 0;

 private:
  Output output_;
  std::size_t room_ = kAll;
  SteadyTime now_{1'000'000'000};
  SteadyTime deadline_ = SteadyTime::never();
  TimerWheel wheel_{now_};
  std::shared_ptr<LoopDoor> door_;
  std::shared_ptr<Peer> peer_;
};

}  // namespace batata::net
