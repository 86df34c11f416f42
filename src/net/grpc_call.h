#pragma once
#include <memory>

#include "net/http2_session.h"

namespace batata::net {

/// Whether a request is a gRPC call: POST with a content type of application/grpc, alone or with a suffix.
[[nodiscard]] bool is_grpc(const Http2Head& head);

/// Refuses a request whose head is larger than the limits, with 431 or the status of gRPC for that.
void refuse_oversized(Http2Stream& stream, const Http2Head& head);

/// Starts the call that `head` asks for. Null when it has been refused already.
[[nodiscard]] std::unique_ptr<StreamWork> start_grpc_call(Http2Stream& stream, const Http2Head& head);

}  // namespace batata::net
