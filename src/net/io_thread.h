#pragma once
#include <array>
#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "net/session.h"

namespace batata::net {

class Connection;
class Listener;

/// One I/O thread: a reactor, the connections and acceptors that live on it, and what they share: a read
/// buffer, a timer wheel, a few output buffers, and a door for replies from other threads.
///
/// Everything that happens on it is a turn: events come in, sessions note what they have to say, and at the
/// end of the turn every connection that asked for it sends once.
class IoThread {
 public:
  using Clock = std::chrono::steady_clock;
  explicit IoThread(const Service& service);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  /// Runs the loop on a thread of its own.
  void start();
  /// Closes all connections and ends the thread. By the server's thread, once.
  void stop();
  [[nodiscard]] std::size_t connections() const { return count_.load(std::memory_order_relaxed); }
  /// Before start().
  void add_listener(std::shared_ptr<Listener> listener);
  /// Stops accepting and winds every connection down. By the server's thread.
  void drain();

  // What follows is for the loop's own thread.
  [[nodiscard]] boost::asio::io_context& io() { return io_; }
  [[nodiscard]] const Service& service() const { return service_; }
  [[nodiscard]] SteadyTime now() const { return now_; }
  [[nodiscard]] TimerWheel& timers() { return wheel_; }
  [[nodiscard]] const std::shared_ptr<LoopDoor>& door() const { return door_; }
  [[nodiscard]] std::span<char> read_buffer() { return *read_buffer_; }
  [[nodiscard]] std::unique_ptr<Output> borrow_output();
  void return_output(std::unique_ptr<Output> output);

  /// Starts a connection on an accepted socket.
  void adopt(int socket);
  void forget(Connection& connection);
  /// Sends for `connection` at the end of this turn.
  void flush_later(std::shared_ptr<Connection> connection) { dirty_.push_back(std::move(connection)); }
  void begin_turn() { now_ = read_clock(); }
  void end_turn();

 private:
  using SystemTimer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>,
                                                        boost::asio::io_context::executor_type>;
  static constexpr std::size_t kReadBytes = 64 << 10;
  static constexpr std::size_t kSpareOutputs = 16;
  static SteadyTime read_clock();
  void take_mail();
  void arm_timer();
  void close_listeners();
  void close_all();

  const Service& service_;
  boost::asio::io_context io_{1};
  SystemTimer system_timer_{io_.get_executor()};
  SteadyTime armed_for_ = SteadyTime::never();
  SteadyTime now_ = read_clock();
  TimerWheel wheel_{now_};
  std::shared_ptr<LoopDoor> door_;
  std::vector<platform::Mailbox::Job> mail_;
  std::unique_ptr<std::array<char, kReadBytes>> read_buffer_;
  std::vector<std::unique_ptr<Output>> spare_outputs_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<std::shared_ptr<Connection>> dirty_, flushing_;
  std::atomic<std::size_t> count_ = 0;
  std::thread thread_;
};

}  // namespace batata::net
