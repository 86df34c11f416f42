#pragma once
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "async/runtime.h"
#include "async/task.h"
#include "base/result.h"
#include "base/unique_function.h"
#include "net/client/client_call.h"
#include "net/client/client_connection.h"
#include "net/client/client_limits.h"
#include "net/egress/egress_policy.h"

namespace batata::net {

class Channel;
struct ChannelRef;

/// Who hears of a stream. Called on the loop.
class GrpcStreamHandler {
 public:
  virtual ~GrpcStreamHandler() = default;
  /// One message of the server. While this does not keep up, the server is not read.
  virtual void message(std::string bytes) = 0;
  /// The stream is over; once, and nothing follows. Errors: as GrpcChannel::ask.
  virtual void ended(Status status) = 0;
};

/// One call that goes on. Destroyed: it is cancelled, and nobody hears of it any more. Loop only.
class GrpcCall {
 public:
  GrpcCall() = default;
  GrpcCall(GrpcCall&&) noexcept = default;
  GrpcCall& operator=(GrpcCall&& other) noexcept;
  ~GrpcCall();

  /// Sends one message of a stream behind those before it.
  /// Errors: kResourceExhausted, for a message above ClientLimits::message_bytes or when too much waits
  /// already; nothing is sent then. Of no effect once the call is over.
  [[nodiscard]] Status send(std::string message);
  /// Nothing more will be sent.
  void finish();

 private:
  friend class GrpcChannel;
  struct State;
  explicit GrpcCall(std::shared_ptr<State> state) : state_(std::move(state)) {}

  std::shared_ptr<State> state_;
};

/// The way to one server. Calls share one connection, which the first of them makes and which is kept; when
/// it is lost, the next call makes another, after a pause that grows with the failures. Loop only.
class GrpcChannel {
 public:
  /// What came of a unary call.
  using Done = UniqueFunction<void(Result<std::string>)>;

  GrpcChannel(const GrpcChannel&) = delete;
  GrpcChannel& operator=(const GrpcChannel&) = delete;
  ~GrpcChannel();  ///< its calls end as cancelled

  /// Makes a unary call. `done` is called on the loop, never within this.
  ///
  /// Errors: kUnavailable, when nobody can have worked on the call: no connection, or the server says so.
  /// kOutcomeUnknown, when the connection is lost behind it. kDeadlineExceeded. kResourceExhausted over a
  /// limit of ClientLimits. kInvalidArgument for wishes that are none. Others are the server's (error_of);
  /// `detail` is the number of the gRPC status.
  [[nodiscard]] GrpcCall ask(CallWishes wishes, std::string message, Done done);
  /// The same for a coroutine; cancelled with it.
  [[nodiscard]] Task<Result<std::string>> ask(CallWishes wishes, std::string message);
  /// Starts a call of any kind: send messages by the handle, and finish it where the method takes one message
  /// or ends them. The handler lives until it has heard of the end, or the handle is destroyed.
  [[nodiscard]] GrpcCall open(CallWishes wishes, std::unique_ptr<GrpcStreamHandler> handler);

 private:
  friend class GrpcClient;
  struct Unary;
  struct Stream;
  struct Beginning;
  GrpcChannel(Runtime& runtime, std::shared_ptr<ChannelRef> ref, const ClientLimits& limits,
              UniqueFunction<void()> close);
  GrpcCall start(CallWishes wishes, std::shared_ptr<GrpcCall::State> state,
                 std::shared_ptr<const std::string> message);

  Runtime& runtime_;
  const std::shared_ptr<ChannelRef> ref_;
  const ClientLimits limits_;
  const std::shared_ptr<std::atomic<std::size_t>> unsent_;  // bytes of all calls
  UniqueFunction<void()> close_;
};

/// Makes calls of gRPC to other servers, on one I/O thread of its own. Built, used and destroyed on the loop.
class GrpcClient {
 public:
  /// `runtime` outlives it. `policy`: which addresses may be called.
  GrpcClient(Runtime& runtime, EgressPolicy policy, const ClientLimits& limits = {});
  GrpcClient(const GrpcClient&) = delete;
  GrpcClient& operator=(const GrpcClient&) = delete;
  /// Calls that are not over end as cancelled. Waits for a name that is being looked up.
  ~GrpcClient();

  /// The way to a server; nothing is connected before the first call. The channel may outlive the client; its
  /// calls fail then.
  [[nodiscard]] std::unique_ptr<GrpcChannel> channel(GrpcTarget target);

 private:
  struct Core;
  Runtime& runtime_;
  const std::unique_ptr<Core> core_;
};

}  // namespace batata::net
