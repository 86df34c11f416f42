#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"
#include "net/content_coding.h"
#include "net/limits.h"
#include "wire/http.h"
#include "wire/refusal.h"
#include "wire/transport.h"

namespace batata::net {

/// Over HTTP/1 the connection is closed behind it.
using wire::Refusal;

/// Whether that is what a Host header or an :authority may be: a host and perhaps a port, no user. It may be
/// empty. Source: RFC 3986, 3.2; RFC 9110, 4.2.4 and 7.2.
[[nodiscard]] bool is_authority(std::string_view text);

/// What is made of one request on its way to the router. Reused by all requests of a thread: a request that
/// needs none of it costs no allocation.
struct IntakeScratch {
  std::string path, body;
  /// Gives back what a large body took.
  void release();
};

/// How the body of one HTTP request comes in, whichever version of the protocol carries it: what it may have,
/// how fast it must come, and what has to be done before the router sees it. It keeps no bytes: HTTP/1 leaves
/// them where they were read, HTTP/2 gathers them. I/O thread only.
class RequestIntake {
 public:
  /// The head is there. `length`: what it says of the body's; nothing when it says nothing.
  /// Refuses with 413 and 415 what need not be read at all.
  [[nodiscard]] std::optional<Refusal> begin(ContentCoding coding, std::optional<std::uint64_t> length,
                                             const Limits& limits, SteadyTime now);
  /// Whether so many bytes of a body are too many: 413.
  [[nodiscard]] static std::optional<Refusal> check_size(std::size_t bytes, const Limits& limits);
  /// When a body of which `received` bytes are there must be whole; never() without a limit. `started`: when
  /// its head was read.
  [[nodiscard]] static SteadyTime deadline(SteadyTime started, std::size_t received, const Limits& limits);
  /// Its time begins anew: it was not read until now.
  void restart(SteadyTime now) { started_ = now; }
  /// As above, of this request.
  [[nodiscard]] SteadyTime deadline(std::size_t received, const Limits& limits) const {
    return deadline(started_, received, limits);
  }

  /// The request is whole: `request` has its method, target, headers, and `path` and `query` as sent; `body`
  /// came with it. Gives it its one normal path, on which the router and access control both decide, its
  /// unpacked body, and its peer. Refuses what has no normal path (400), is no gzip (400) or unpacks to too
  /// much (413). The request refers to `scratch` and to `body`.
  [[nodiscard]] std::optional<Refusal> complete(wire::Request& request, std::string_view body,
                                                IntakeScratch& scratch, const Limits& limits,
                                                const wire::Transport& peer) const;

 private:
  ContentCoding coding_ = ContentCoding::kIdentity;
  SteadyTime started_;
};

}  // namespace batata::net
