#pragma once
#include <memory>

#include "net/http2_session.h"

namespace batata::net {

/// Starts an ordinary HTTP request, which the router answers once its body is there. Null when it has been
/// refused.
[[nodiscard]] std::unique_ptr<StreamWork> start_exchange(Http2Stream& stream, const Http2Head& head);

/// Answers with a status and a short text, and ends the stream.
void refuse_exchange(Http2Stream& stream, int status);

}  // namespace batata::net
