#pragma once
#include <atomic>
#include <memory>
#include <span>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/types.h"
#include "net/connection_counts.h"
#include "net/holders.h"
#include "net/limits.h"
#include "net/meters.h"
#include "net/output.h"
#include "net/timer_wheel.h"
#include "platform/runtime/mailbox.h"
#include "wire/grpc.h"
#include "wire/load.h"
#include "wire/router.h"

namespace batata::net {

/// The door to one I/O thread for replies that come from elsewhere. Shared; outlives its thread, and is shut
/// then.
class LoopDoor {
 public:
  explicit LoopDoor(UniqueFunction<void()> wake) : mailbox_(std::move(wake)) {}
  /// Called by the I/O thread itself when it starts.
  void enter() { thread_.store(std::this_thread::get_id(), std::memory_order_relaxed); }
  /// No thread is inside any more and no job will run. By the thread that has joined the I/O thread.
  void shut() {
    mailbox_.close();
    thread_.store({}, std::memory_order_relaxed);
  }
  [[nodiscard]] bool on_thread() const {
    return thread_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }
  /// Runs `job` on the I/O thread: at once when called there, through the mailbox otherwise; never after
  /// shut().
  template <class Job>
  void run(Job job) {
    if (on_thread()) {
      job();
    } else {
      mailbox_.push(std::move(job));
    }
  }
  /// Runs `job` on the I/O thread behind everything that other threads have handed over before, which is not
  /// what their turns still gather (MailBatch); never after shut().
  template <class Job>
  void post(Job job) {
    mailbox_.push(std::move(job));
  }
  [[nodiscard]] platform::Mailbox& mailbox() { return mailbox_; }

 private:
  std::atomic<std::thread::id> thread_{};
  platform::Mailbox mailbox_;
};

/// How replies find their session: null once it has ended. `session` is touched on the I/O thread only.
template <class Session>
struct SessionRef {
  std::shared_ptr<LoopDoor> door;
  Session* session;
};

/// Runs `act(session)` on the I/O thread of `ref`, if the session still lives then.
template <class Session, class Act>
void with_session(const std::shared_ptr<SessionRef<Session>>& ref, Act act) {
  ref->door->run([ref, act = std::move(act)]() mutable {
    if (ref->session != nullptr) act(*ref->session);
  });
}

/// What all sessions of a server share. Immutable while it runs; what it points to may be used by any thread.
struct Service {
  Limits limits;
  wire::Router& router;
  std::unordered_map<std::string_view, wire::GrpcMethod> methods;  // by path
  wire::Load* load = nullptr;                                      // null: nothing is refused for overload
  std::shared_ptr<Meters> meters = std::make_shared<Meters>();
  std::shared_ptr<ConnectionCounts> counts = std::make_shared<ConnectionCounts>();
  std::shared_ptr<GreatestHeld> greatest_held = std::make_shared<GreatestHeld>(1);
};

/// Whether a request of which so many bytes have come, and more are to come, must be refused for what all
/// clients send at the same time; counted when it is.
[[nodiscard]] inline bool is_one_too_many(const Service& service, std::size_t bytes) {
  if (bytes == 0 || service.load == nullptr || service.load->takes_in(bytes)) return false;
  service.meters->count(Limit::kUnfinishedBytes);
  return true;
}
class Session;

/// What a session sees of the connection that carries it, whichever side began that. I/O thread only.
class Line {
 public:
  virtual ~Line() = default;
  /// Where bytes to send are appended.
  virtual Output& output() = 0;
  /// Asks for Session::produce and a send, once in this turn of the loop however often it is called.
  virtual void request_flush() = 0;
  /// The time at the start of this turn.
  [[nodiscard]] virtual SteadyTime now() const = 0;
  /// When Session::deadline_passed is called; replaces the last one. Cheap when it moves away.
  virtual void set_deadline(SteadyTime when) = 0;
  virtual TimerWheel& timers() = 0;
  virtual const std::shared_ptr<LoopDoor>& door() = 0;
};

/// The same of a client's connection to this server.
class Carrier : public Line {
 public:
  /// The connection as faces see it.
  virtual std::shared_ptr<wire::Transport> transport() = 0;
  /// The peer's address without another reference to the transport.
  virtual const wire::Transport& peer() const = 0;
  /// The connection goes on with `next` as soon as the session that calls has returned; that one is destroyed
  /// then.
  virtual void hand_over(std::unique_ptr<Session> next) = 0;
  /// Whether the socket takes no output now. How fast its client takes what is there is looked at by the
  /// connection itself then.
  [[nodiscard]] virtual bool blocked() const = 0;
};

/// One protocol on one connection: bytes in, bytes out; no sockets, so that tests and fuzzers can drive it.
class Session {
 public:
  virtual ~Session() = default;
  /// Takes received bytes, which it may change in place and not keep.
  virtual void receive(std::span<char> bytes) = 0;
  /// Appends what can be sent now to the carrier's output, up to a bound; called again when that is out.
  virtual void produce() = 0;
  /// The connection is to be closed as soon as the output is out.
  [[nodiscard]] virtual bool finished() const = 0;
  /// Once `finished`: the client has promised to send nothing more, so that nothing of it can be lost.
  [[nodiscard]] virtual bool client_has_finished() const { return false; }
  /// The connection is to be closed at once, whatever is unsent.
  [[nodiscard]] virtual bool aborted() const { return false; }
  /// What it holds for its client.
  struct Held {
    std::size_t unsent = 0;      ///< that it has to say and not yet appended to the carrier's output
    std::size_t unfinished = 0;  ///< of requests that have not come to their end
  };
  [[nodiscard]] virtual Held held() const = 0;
  /// Gives up what waits on the one stream that has the most for its client. False: it has no streams, or
  /// none that is worth it.
  [[nodiscard]] virtual bool shed() { return false; }
  /// Whether more input may be read; `blocked`: the socket takes no output.
  [[nodiscard]] virtual bool wants_input(bool blocked) const = 0;
  /// The time set by Line::set_deadline has come.
  virtual void deadline_passed() = 0;
  /// Finishes what is in flight, refuses what is new, then `finished`. A client that holds this up, because
  /// it does not send the rest of a request or does not read its answer, is waited for no longer than
  /// kWindDownGrace.
  virtual void wind_down() = 0;
};

/// How long a connection that winds down waits for its client; clients that were shut down in the middle of a
/// call never send the rest of it.
constexpr auto kWindDownGrace = std::chrono::seconds(3);

}  // namespace batata::net
