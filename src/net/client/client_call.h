#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.h"
#include "net/client/call_outcome.h"
#include "net/client/client_limits.h"
#include "net/grpc_codec.h"
#include "net/http2_head.h"
#include "net/send_queue.h"
#include "net/timer_wheel.h"

namespace batata::net {

class ClientCall;

/// What one call asks for. Plain data.
struct CallWishes {
  std::string path = {};  ///< "/package.Service/Method"
  /// From the start of the call to its last byte, waiting for a connection included. It is told to the
  /// server, and kept here.
  Duration timeout = std::chrono::seconds(10);
  static constexpr Duration kNoTimeout = Duration::max();
  /// Headers beside those of the protocol: names in lower case, values printable.
  std::vector<std::pair<std::string, std::string>> metadata = {};
  bool gzip =
      false;  ///< messages are packed where that makes them smaller; packed answers are always understood
};

/// Who hears of a call. Called on the I/O thread; it may cancel the call there.
class CallEvents {
 public:
  virtual ~CallEvents() = default;
  /// A message has come, which counts as unread until ClientCall::consumed is told of so many bytes.
  virtual void message(std::string bytes) = 0;
  /// A message of so many bytes that was given to ClientCall::send is with the socket, or given up.
  virtual void sent(std::size_t bytes) = 0;
  /// The call is over. Once, and nothing follows.
  virtual void done(CallOutcome outcome) = 0;
};

/// Where a call is at the moment: it waits, or is on a session.
class CallHome {
 public:
  /// The call has something to send, or has ended its side.
  virtual void resume(ClientCall& call) = 0;
  /// The call may be sent so many bytes more.
  virtual void consume(ClientCall& call, std::size_t bytes) = 0;
  /// The call is over, and is here no more. `answered`: the server has ended its side.
  virtual void leave(ClientCall& call, bool answered) = 0;

 protected:
  ~CallHome() = default;
};

/// One call: what it has to send, and what comes of it. I/O thread only.
class ClientCall final : public WheelTimer, public std::enable_shared_from_this<ClientCall> {
 public:
  /// `events` lives as long as the call.
  ClientCall(CallWishes wishes, const ClientLimits& limits, CallEvents& events);

  // For who makes the call. Nothing has an effect once it is over.
  /// Sends one message behind those before it.
  void send(std::shared_ptr<const std::string> message);
  /// Nothing more will be sent.
  void end_sending();
  /// So many bytes of messages have been read.
  void consumed(std::size_t bytes);
  /// Ends it with that outcome; the server is told when it has heard of the call.
  void finish(CallOutcome outcome);

  // For where the call is.
  /// Starts the time of the call. Once, before all others.
  void start_clock(TimerWheel& timers, SteadyTime now);
  /// It is there now; null: nowhere, as at first.
  void move_to(CallHome* home, std::int32_t stream = 0);
  [[nodiscard]] CallHome* home() const { return home_; }
  [[nodiscard]] std::int32_t stream() const { return stream_; }
  [[nodiscard]] const CallWishes& wishes() const { return wishes_; }
  /// The time left; nothing when there is no limit.
  [[nodiscard]] std::optional<Duration> time_left(SteadyTime now) const;
  [[nodiscard]] bool over() const { return over_; }
  /// The server has begun to answer.
  [[nodiscard]] bool answered() const { return answered_; }
  /// The next bytes to send: how many of `room`; nothing: none for now. `last`: nothing follows them.
  [[nodiscard]] std::optional<std::size_t> next_bytes(std::size_t room, bool& last) const;
  /// Moves so many of them to `out`.
  void move_bytes(Output& out, std::size_t n);
  /// The server may have heard of it.
  void set_touched() { touched_ = true; }
  /// A head of the answer has come, or its trailers. `last`: nothing follows.
  void head(const Http2Head& head, bool last);
  void data(std::string_view bytes);
  /// The server has ended the stream with its last data.
  void end();
  /// Its stream is no more: both sides have ended it, or it has been reset, by the server or for its
  /// mistakes. What has come and is not read yet still is.
  void stream_closed(std::uint32_t error_code, SteadyTime now);
  /// The connection is lost, or there will be none.
  void lost(const std::string& why);

 private:
  void expired() override;
  void begin_answer(const Http2Head& head, bool last);
  void end_with(const Http2Head& head);
  void deliver(std::string_view bytes);
  void settle();
  void leave_stream();
  void fail(wire::GrpcCode code, std::string message);

  const CallWishes wishes_;
  const ClientLimits& limits_;
  CallEvents& events_;
  CallHome* home_ = nullptr;
  std::int32_t stream_ = 0;
  SteadyTime deadline_ = SteadyTime::never();
  SendQueue queue_;
  struct Unsent {
    std::size_t queued, counted;  // bytes left in the queue, and those of the message that was given
  };
  std::deque<Unsent> unsent_;
  std::unique_ptr<MessageReader> reader_;   // null: the answer has not begun
  std::optional<wire::GrpcStatus> ending_;  // the server's last word, behind messages that are not read yet
  std::size_t unread_ = 0;                  // bytes of messages that were handed over
  std::size_t owed_ = 0;     // bytes that came and for which the window has not been opened again
  bool sent_all_ = false;    // end_sending() was called
  bool delivering_ = false;  // within deliver()
  bool holding_ = false;     // too much is unread: what comes is held back
  bool touched_ = false, answered_ = false, remote_ended_ = false, over_ = false;
};

}  // namespace batata::net
