#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/unique_function.h"

namespace batata::wire {

/// The sending side of an answer whose body goes on: chunked in HTTP/1.1, until the connection ends in
/// HTTP/1.0, DATA frames in HTTP/2. Shared, any thread; of no effect once it has ended.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  /// Queues bytes, in order. The same may be sent to many. A client that lets too much gather
  /// (batata.net.max-unsent-per-stream), one piece of whatever size apart, is cut off: it sees a body without
  /// an end, and comes back.
  virtual void send(std::shared_ptr<const std::string> bytes) = 0;
  /// Ends the body behind what is queued.
  virtual void finish() = 0;
  /// Bytes queued and not yet handed to the socket, and what each piece costs beside its own.
  [[nodiscard]] virtual std::size_t unsent_bytes() const = 0;
};

/// Who fills a body. Called on the connection's I/O thread.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// The client has gone, was cut off, or has all of the body. Called once; then the source is destroyed.
  virtual void ended() = 0;
};

/// A body that goes on behind the answer's head.
struct BodyStart {
  /// Begins it, on the I/O thread; it may send at once. Null ends it.
  UniqueFunction<std::unique_ptr<BodySource>(std::shared_ptr<BodyStream>)> start;
  /// A literal that is sent when nothing else was for Limits::stream_keep_alive, so that nobody between takes
  /// the connection for dead; empty: nothing.
  std::string_view keep_alive;
};

}  // namespace batata::wire
