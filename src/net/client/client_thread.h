#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "net/poller.h"
#include "net/session.h"
#include "net/timer_wheel.h"

namespace batata::net {

class ClientConnection;

/// The I/O thread of a client: a poller, a timer wheel, and a door for who calls. It works in the turns of
/// IoThread: sockets, what others have sent, timers; then whoever asked for it sends once.
class ClientThread {
 public:
  ClientThread();
  /// stop() must have been called.
  ~ClientThread();
  ClientThread(const ClientThread&) = delete;
  ClientThread& operator=(const ClientThread&) = delete;

  /// Runs `last` on the thread and ends it; nothing that is handed to the door afterwards runs. By who made
  /// it, once.
  void stop(UniqueFunction<void()> last);
  [[nodiscard]] const std::shared_ptr<LoopDoor>& door() const { return door_; }

  // What follows is for the thread itself.
  [[nodiscard]] Poller& poller() { return poller_; }
  [[nodiscard]] TimerWheel& timers() { return wheel_; }
  [[nodiscard]] SteadyTime now() const { return now_; }
  [[nodiscard]] std::span<char> read_buffer() { return *read_buffer_; }
  /// Sends for `connection` at the end of this turn.
  void flush_later(std::shared_ptr<ClientConnection> connection) { dirty_.push_back(std::move(connection)); }
  /// Reads on from `connection` in the next turn: it has had its share of this one.
  void read_later(std::shared_ptr<ClientConnection> connection) { unread_.push_back(std::move(connection)); }
  /// Keeps a connection that has ended until nothing of this turn points to it.
  void bury(std::shared_ptr<ClientConnection> connection) { ended_.push_back(std::move(connection)); }

 private:
  static constexpr std::size_t kReadBytes = 64 << 10;
  static SteadyTime read_clock();
  void run();
  void take_turn(std::span<const Poller::Event> events);
  [[nodiscard]] std::optional<Duration> time_to_wait();

  Poller poller_;
  SteadyTime now_ = read_clock();
  TimerWheel wheel_{now_};
  std::shared_ptr<LoopDoor> door_;
  std::vector<platform::Mailbox::Job> mail_;
  std::unique_ptr<std::array<char, kReadBytes>> read_buffer_;
  std::vector<std::shared_ptr<ClientConnection>> dirty_, flushing_, unread_, reading_, ended_;
  UniqueFunction<void()> last_;  // set before stopping_
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace batata::net
