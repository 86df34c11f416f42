#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/grpc.h"

namespace batata::net {

/// How a call ended.
struct CallOutcome {
  wire::GrpcStatus status;
  /// Nobody has worked on the call: it may be made again, whatever it does. False: nobody knows, or somebody
  /// has.
  bool untouched = false;

  [[nodiscard]] bool ok() const { return status.code == wire::GrpcCode::kOk; }
};

/// What a caller should do about a call that has failed. Its `detail` is the number of the gRPC status.
///
/// kUnavailable is said of untouched calls alone. A call that was lost on its way, and what a server itself
/// calls unavailable, aborted by it or unknown, is kOutcomeUnknown.
[[nodiscard]] Error error_of(const CallOutcome& outcome);

/// Of an answer that is no gRPC, by the status of HTTP.
/// Source: https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
[[nodiscard]] wire::GrpcCode code_for_http(unsigned http_status);

/// Of a stream that the server has reset, by the code of HTTP/2.
/// Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
[[nodiscard]] wire::GrpcCode code_for_reset(std::uint32_t error_code);

/// What the trailers of a call say. `code`: the grpc-status header, empty when there is none; `message`: the
/// grpc-message header. What is no status of gRPC is UNKNOWN.
[[nodiscard]] wire::GrpcStatus status_in(std::string_view code, std::string_view message);

}  // namespace batata::net
