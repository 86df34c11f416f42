#pragma once
#include <memory>

#include "async/outbound_http.h"
#include "async/runtime.h"
#include "net/outbound/outbound_options.h"

namespace batata::net {

/// OutboundHttp over libcurl: HTTP/1.1 with and without TLS, on a thread of its own that also looks up names.
///
/// What calls cost is bounded by the options, whatever servers answer; whom they reach by the policy,
/// whatever names and redirects say. A look-up that hangs when its call ends goes on in a thread of
/// libcurl's, until the system's resolver gives up. The process ignores SIGPIPE (platform/signals). Made,
/// used and destroyed on the loop.
class OutboundClient final : public OutboundHttp {
 public:
  /// Loads libcurl when nobody has yet, which blocks for some 10 ms. `runtime` outlives it. Errors:
  /// kUnavailable when there is no libcurl or no memory.
  [[nodiscard]] static Result<std::unique_ptr<OutboundClient>> open(Runtime& runtime,
                                                                    OutboundOptions options);
  OutboundClient(const OutboundClient&) = delete;
  OutboundClient& operator=(const OutboundClient&) = delete;
  /// Ends all calls; no callback runs any more. Waits for no server.
  ~OutboundClient() override;

  OutboundCall start(OutboundRequest request, Done done) override;

 private:
  struct Book;
  explicit OutboundClient(std::shared_ptr<Book> book) : book_(std::move(book)) {}

  std::shared_ptr<Book> book_;
};

}  // namespace batata::net
