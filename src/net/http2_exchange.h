#pragma once
#include <memory>

#include "net/http2_session.h"
#include "net/request_intake.h"

namespace batata::net {

/// Starts an ordinary HTTP request, which the router answers once its body is there. Null when it has been
/// refused.
[[nodiscard]] std::unique_ptr<StreamWork> start_exchange(Http2Stream& stream, const Http2Head& head);

/// Answers that it is not accepted, and ends the stream.
void refuse_exchange(Http2Stream& stream, const Refusal& refusal);

}  // namespace batata::net
