#pragma once
#include <functional>

#include "async/outbound_http.h"
#include "net/outbound/outbound_options.h"

namespace batata::net {

/// Loads libcurl, which the first call would do otherwise; takes some 10 ms. Errors: kUnavailable when there
/// is none.
[[nodiscard]] Status prepare_calls();

/// Sends `request` on a connection of its own and blocks the calling thread until the answer is there, for
/// up to its timeout, of which `options.connect_timeout` is no part. For programs that do one thing after the
/// other; a loop has OutboundClient. SIGPIPE is ignored meanwhile. `is_cancelled` is asked on this thread, at
/// least once a second; where it says so the call ends as one whose time is up. Errors: as of
/// OutboundHttp::start; and kUnavailable where there is no libcurl.
[[nodiscard]] Result<OutboundAnswer> call_blocking(const OutboundOptions& options, OutboundRequest request,
                                                   std::function<bool()> is_cancelled = {});

}  // namespace batata::net
