#pragma once
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "net/entrance.h"
#include "net/holders.h"
#include "net/poller.h"
#include "net/session.h"

namespace batata::net {

class Connection;
class Listener;

/// One I/O thread: a poller, the connections and listeners that live on it, and what they share: a read
/// buffer, a timer wheel, a few output buffers, and a door for replies from other threads.
///
/// It works in turns: all sockets that are ready, what other threads have sent, and the timers that are due;
/// then every connection that asked for it sends once, and the thread waits for the next turn.
class IoThread {
 public:
  using Clock = std::chrono::steady_clock;
  /// `number`: of those that the server has, from 0 on; Service::greatest_held has a place for each.
  IoThread(const Service& service, std::size_t number, std::size_t threads);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  /// Runs the loop on a thread of its own.
  void start();
  /// Closes all connections and ends the thread. By the server's thread, once.
  void stop();
  [[nodiscard]] std::size_t connections() const { return count_.load(std::memory_order_relaxed); }
  /// Before start().
  void add_listener(std::unique_ptr<Listener> listener);
  /// Stops accepting and winds every connection down, soon; then `winds_down` is true. By the server's
  /// thread.
  void wind_down();
  [[nodiscard]] bool winds_down() const { return winds_down_.load(std::memory_order_acquire); }

  // What follows is for the loop's own thread.
  [[nodiscard]] Poller& poller() { return poller_; }
  [[nodiscard]] const Service& service() const { return service_; }
  [[nodiscard]] SteadyTime now() const { return now_; }
  [[nodiscard]] static WallTime wall_now();
  [[nodiscard]] TimerWheel& timers() { return wheel_; }
  [[nodiscard]] const std::shared_ptr<LoopDoor>& door() const { return door_; }
  [[nodiscard]] std::span<char> read_buffer() { return *read_buffer_; }
  [[nodiscard]] std::unique_ptr<Output> borrow_output();
  void return_output(std::unique_ptr<Output> output);

  /// Starts a connection on a socket that was accepted at `entry`, or tells `peer` that there are too many.
  void adopt(int socket, const Entry& entry, const sockaddr_storage& peer);
  /// Takes a closed connection off the list. It lives on until the end of the turn, in which it may still be
  /// called.
  void forget(Connection& connection);
  /// Counts bytes that are held for a client (positive) or no more (negative): unsent, and of unfinished
  /// requests.
  void note_held(std::ptrdiff_t unsent, std::ptrdiff_t unfinished);
  /// Tells the load of what is unsent also where it is too little to be worth it.
  void tell_unsent() { unsent_.tell(); }
  /// Who has something that its client has not taken.
  [[nodiscard]] Holders& holders() { return holders_; }
  /// Reads on from `connection` in the next turn: it has had its share of this one.
  void read_later(std::shared_ptr<Connection> connection) { unread_.push_back(std::move(connection)); }
  /// Sends for `connection` at the end of this turn.
  void flush_later(std::shared_ptr<Connection> connection) { dirty_.push_back(std::move(connection)); }

 private:
  static constexpr std::size_t kReadBytes = 64 << 10;
  static constexpr std::size_t kSpareOutputs = 16;
  static SteadyTime read_clock();
  void run();
  void take_turn(std::span<const Poller::Event> events);
  [[nodiscard]] std::optional<Duration> time_to_wait();
  void send_all();
  void close_listeners();
  void close_all();

  const Service& service_;
  Poller poller_;
  SteadyTime now_ = read_clock();
  TimerWheel wheel_{now_};
  std::shared_ptr<LoopDoor> door_;
  std::vector<platform::Mailbox::Job> mail_;
  std::unique_ptr<std::array<char, kReadBytes>> read_buffer_;
  std::vector<std::unique_ptr<Output>> spare_outputs_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<std::shared_ptr<Connection>> dirty_, flushing_;  // who asked to send; who does in this round
  std::vector<std::shared_ptr<Connection>> unread_,
      reading_;                                      // who has input left; who reads on in this turn
  std::vector<std::shared_ptr<Connection>> closed_;  // in this turn
  void say_refused(Limit limit, const Connection& connection);

  // Bytes of all connections, of which the load is told in steps.
  struct Tally {
    wire::HeldBytes* all;  // null: nobody wants to know
    std::ptrdiff_t step;
    std::ptrdiff_t here = 0, told = 0;
    void note(std::ptrdiff_t bytes);
    void tell();
  };
  static Tally tally(wire::HeldBytes* all, std::size_t threads);
  Tally unsent_, unfinished_;
  Holders holders_;
  SteadyTime said_refused_{-1};
  bool stopping_ = false;
  std::atomic<std::size_t> count_ = 0;
  std::atomic<bool> winds_down_ = false;
  std::thread thread_;
};

}  // namespace batata::net
