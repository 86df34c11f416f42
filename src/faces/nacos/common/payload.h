#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace batata::nacos {

/// The headers of a Payload, where they lie in the message. A view; dies with the message.
class PayloadHeaders {
 public:
  PayloadHeaders() = default;
  /// The header of exactly that name, as upstream looks it up; of several the last, as a protobuf map has it.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

 private:
  friend Result<struct Payload> decode_payload(std::string_view message);
  explicit PayloadHeaders(std::string_view metadata) : metadata_(metadata) {}
  std::string_view metadata_;  // an encoded Metadata message that has been checked
};

/// The one message of Nacos' gRPC: what it is and its JSON. Views into the message it was decoded from;
/// immutable. Source: proto/nacos_grpc_service.proto.
struct Payload {
  std::string_view type;       ///< "ConfigQueryRequest": which JSON `body` is
  std::string_view client_ip;  ///< what the sender believes its address to be
  PayloadHeaders headers;
  std::string_view body;  ///< JSON, not looked at yet
};

/// Reads a Payload without copying or allocating. Unknown fields are skipped; of repeated fields the last
/// counts. Errors: kInvalidArgument for bytes that are not a Payload.
[[nodiscard]] Result<Payload> decode_payload(std::string_view message);

/// The bytes of a Payload without headers. `client_ip` may be empty (answers have none).
[[nodiscard]] std::string encode_payload(std::string_view type, std::string_view client_ip,
                                         std::string_view body);

}  // namespace batata::nacos
