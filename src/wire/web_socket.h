#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/unique_function.h"
#include "wire/http.h"

namespace batata::wire {

/// Why a WebSocket ends, as its close frame says it. Source: RFC 6455, section 7.4.1; the registry of IANA.
enum class CloseCode : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kUnsupportedData = 1003,
  kNoStatus = 1005,  ///< never sent: the close frame said nothing
  kAbnormal = 1006,  ///< never sent: the connection ended without a close frame
  kInvalidPayload = 1007,
  kPolicyViolation = 1008,
  kMessageTooBig = 1009,
  kInternalError = 1011,
  kTryAgainLater = 1013,
};

enum class MessageKind : std::uint8_t { kText, kBinary };

/// The sending side of one WebSocket. Shared, any thread; of no effect once it has ended.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  /// Queues one message, in order. The same bytes may be sent on many; those of kText must be UTF-8. A client
  /// that lets too much gather (batata.net.max-unsent-per-stream), one message of whatever size apart, gets
  /// none of what it has not begun to take: it is told so with kPolicyViolation and cut off.
  virtual void send(MessageKind kind, std::shared_ptr<const std::string> message) = 0;
  /// Ends it behind what is queued. `reason`: UTF-8, cut at 123 bytes.
  virtual void close(CloseCode code, std::string_view reason) = 0;
  /// Bytes queued and not yet handed to the socket, and what each message costs beside its own.
  [[nodiscard]] virtual std::size_t unsent_bytes() const = 0;
};

/// What a face does with the messages of one WebSocket. Called on the connection's I/O thread; must not wait.
class WebSocketHandler {
 public:
  virtual ~WebSocketHandler() = default;
  /// A whole message; text has been checked to be UTF-8.
  virtual void message(MessageKind kind, std::string_view bytes) = 0;
  /// It has ended, or the client has begun to end it. Called once; then the handler is destroyed.
  virtual void ended(CloseCode code) = 0;
};

/// What a face asks of a handshake.
struct WebSocketOptions {
  /// Subprotocols that the face speaks, the best one first; the first that the client offers, too, is chosen.
  /// Empty: none is. A client that offers none, or only others, goes on without one.
  std::span<const std::string_view> protocols;
  /// Origins ("https://console.example") whose pages may open it, beside the server's own. A request without
  /// an Origin does not come from a browser's page and may.
  std::span<const std::string> origins;
};

/// The answer to an opening handshake: 101, after which `start` is called, or what is wrong with it: 400, 403
/// for the page of another origin, 405, 426 for another version. What else the request must show, such as its
/// account, has been looked at before. HTTP/1.1 only; over HTTP/2 (RFC 8441) a browser is not told that it
/// could. Source: RFC 6455, sections 4.2 and 10.2.
[[nodiscard]] Response accept_web_socket(const Request& request, const WebSocketOptions& options,
                                         WebSocketStart start);

}  // namespace batata::wire
