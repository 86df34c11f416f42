#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/entrance.h"
#include "net/io_thread.h"
#include "net/session.h"
#include "net/socket_input.h"
#include "net/socket_taking.h"
#include "net/tls/tls_stream.h"

namespace batata::net {

/// One accepted socket and the session on it. Lives on one I/O thread; as a wire::Transport it may be held
/// anywhere and is an empty shell once it has closed.
class Connection final : public wire::Transport,
                         public Carrier,
                         public WheelTimer,
                         public Pollable,
                         public Holder,
                         public std::enable_shared_from_this<Connection> {
 public:
  /// Owns `socket`, an accepted non-blocking TCP socket that came in through `entry`.
  Connection(IoThread& thread, int socket, const Entry& entry, const sockaddr_storage& peer);
  ~Connection() override;

  /// It is one too many, which its peer is told in the protocol that its first bytes show. Before start().
  void set_refused() {
    refused_ = true;
    if (entrance_ != nullptr) entrance_->set_refused();
  }
  [[nodiscard]] bool is_refused() const { return refused_; }
  [[nodiscard]] const ClientKey& client() const { return client_; }
  void start();
  /// Ends it without another word to the peer.
  void close_now();
  /// Finishes what is in flight, then closes.
  void wind_down();
  void flush_if_asked();
  /// Takes what has come, up to its share of one turn.
  void read();
  /// Goes on where `read` had its share.
  void read_on();
  [[nodiscard]] std::size_t index() const { return index_; }
  void set_index(std::size_t index) { index_ = index; }

  // wire::Transport
  void close() override;
  void on_closed(UniqueFunction<void()> hook) override;

  // Carrier
  Output& output() override;
  void request_flush() override;
  SteadyTime now() const override { return thread_->now(); }
  void set_deadline(SteadyTime when) override;
  TimerWheel& timers() override { return thread_->timers(); }
  const std::shared_ptr<LoopDoor>& door() override { return door_; }
  std::shared_ptr<wire::Transport> transport() override { return shared_from_this(); }
  const wire::Transport& peer() const override { return *this; }
  bool blocked() const override { return blocked_; }
  void hand_over(std::unique_ptr<Session> next) override;

 private:
  void on_ready(Ready ready) override;
  void expired() override;
  bool open();
  void refuse_plain();
  void refuse(std::string_view start);
  void note_held();
  void note_time_limit() const;
  [[nodiscard]] Duration taking_window() const;
  void shed() override;
  [[nodiscard]] std::uint64_t taken() const override { return taking_.taken(socket_); }
  bool goes_on_taking();
  void wait_writable();
  void writable_again();
  [[nodiscard]] bool is_open() const { return socket_ >= 0; }
  [[nodiscard]] bool wants_input() const;
  void receive(std::span<char> bytes);
  bool choose_session(std::span<char> bytes);
  void adopt_next();
  void speaks(Protocol protocol);
  void reset();
  void flush();
  void end(bool said);
  [[nodiscard]] bool is_drained();
  void linger();
  void arm();
  [[nodiscard]] SteadyTime next_deadline() const;

  IoThread* thread_;  // of no use once the socket is gone
  const std::shared_ptr<LoopDoor> door_;
  int socket_;                                       // -1: closed
  std::unique_ptr<Entrance> entrance_;               // null: requests may come
  std::unique_ptr<TlsStream> tls_;                   // null: plain
  std::unique_ptr<Session> session_, next_session_;  // the next: takes its place with adopt_next()
  std::unique_ptr<Output> output_;                   // borrowed while there is something to send
  std::unique_ptr<std::vector<UniqueFunction<void()>>> hooks_;
  std::string first_bytes_;                         // until they tell the protocol; at most 2
  SteadyTime deadline_ = SteadyTime::never();       // the session's
  SteadyTime hard_deadline_ = SteadyTime::never();  // then it closes, whatever the session thinks
  std::size_t index_ = 0;
  std::size_t unsent_ = 0, unfinished_ = 0;  // that the thread knows of
  const ClientKey client_;
  // As it is counted; one that is refused is not.
  std::optional<Protocol> protocol_;
  bool counted_as_tls_ = false;
  bool refused_ = false;
  bool read_later_ = false;  // has had its share of a turn: the thread calls read_on() in the next one
  SocketInput input_;
  bool blocked_ = false;     // the socket takes no output
  SocketTaking taking_;      // of the output, while the socket does not take all of it
  std::size_t said_ = 0;     // bytes since the last input
  bool in_session_ = false;  // a session function that a flush follows anyway is on the stack
  bool flush_asked_ = false;
  bool winding_down_ = false;
  bool told_to_end_ = false;  // its session winds down, and so will one that comes after it
  bool lingering_ = false;    // all is sent and our side shut; what still comes is read and dropped
};

}  // namespace batata::net
