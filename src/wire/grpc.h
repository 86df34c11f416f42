#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/unique_function.h"
#include "wire/transport.h"

namespace batata::wire {

/// Source: https://grpc.github.io/grpc/core/md_doc_statuscodes.html
enum class GrpcCode : std::uint8_t {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};
struct GrpcStatus {
  GrpcCode code = GrpcCode::kOk;
  std::string message;
};

/// The sending side of one bidirectional stream. Shared, any thread.
class Duplex {
 public:
  virtual ~Duplex() = default;
  /// Queues one message, in order. The same bytes may be sent on many streams. Dropped when the stream has
  /// ended. A client that lets too much gather (batata.net.max-unsent-per-stream), one message of whatever
  /// size apart, loses the stream: it is reset, and its handler ended.
  virtual void send(std::shared_ptr<const std::string> message) = 0;
  /// Ends our side with trailers.
  virtual void finish(GrpcStatus status) = 0;
  /// Bytes queued and not yet handed to the socket, and what each message costs beside its own; what the
  /// socket's own buffers hold does not count.
  [[nodiscard]] virtual std::size_t unsent_bytes() const = 0;
};

/// The answer to one unary call, given exactly once, from any thread. Dropping it unused answers INTERNAL.
using UnaryReply = UniqueFunction<void(GrpcStatus, std::string message)>;

/// What a face does with the messages of one stream. Called on the connection's I/O thread.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  virtual void message(std::string_view bytes) = 0;
  /// The client has ended its side, or the stream or connection has ended. Called once; then the handler is
  /// destroyed. When only the client's side has ended, the stream is finished with OK behind what has been
  /// sent until now.
  virtual void ended() = 0;
};

/// One gRPC method. `path` is "/Service/method". Exactly one of the two functions is set; both are called on
/// the connection's I/O thread and must not wait. `unary` may reply before it returns, or later from any
/// thread. `stream` may send at once; null refuses the stream, with INTERNAL unless it has been finished with
/// another status.
struct GrpcMethod {
  std::string_view path;
  std::function<void(const std::shared_ptr<Transport>&, std::string_view message, UnaryReply reply)> unary;
  std::function<std::unique_ptr<StreamHandler>(const std::shared_ptr<Transport>&, std::shared_ptr<Duplex>)>
      stream;
  /// The client of `stream` sends one message and ends its side, which is not the stream's end: the handler
  /// goes on until it finishes it, or the client cancels.
  bool server_streams = false;
};

}  // namespace batata::wire
