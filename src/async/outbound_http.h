#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/one_shot.h"
#include "async/runtime.h"
#include "async/task.h"
#include "base/result.h"
#include "base/unique_function.h"

namespace batata {

/// The port through which code above net/ calls HTTP servers elsewhere: webhooks, identity providers,
/// importers. Not for mass health checks, which have a port of their own (domain/discovery/health_probes.h).
///
/// It stands here, beside the port of executors, because every domain folder sees this one and its words are
/// those of the loop: a call is something that is waited for and cancelled. net/outbound has the real one.

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// One request. Plain data.
struct OutboundRequest {
  std::string method = "GET";  ///< capital letters
  std::string url = {};        ///< http:// or https://; without a user, whose place is a header
  HttpHeaders headers = {};  ///< without those that say where a message goes and ends (Host, Content-Length…)
  std::string body = {};
  /// For all of it: waiting for its turn, looking up the name, redirects, the last byte of the answer.
  /// A day at most.
  std::chrono::milliseconds timeout{10'000};
  std::size_t answer_bytes_max = std::size_t{1} << 20;  ///< of the answer's body, unpacked
  /// How often a redirect is followed. Only GET and HEAD are; of other methods, and with 0, a redirect is the
  /// answer. To another origin (scheme, host, port) none of `headers` but Accept goes along, and from https
  /// to http nothing does.
  int redirects_max = 0;
  /// Whether the server may be asked twice. A connection of the pool may turn out to be closed after the
  /// request has been written; GET and HEAD are then sent again, and what says this. All else gets a
  /// connection of its own.
  bool repeatable = false;
};

/// The last answer. Any status is one.
struct OutboundAnswer {
  int status = 0;
  HttpHeaders headers;  ///< names in lower case, in the order of arrival
  std::string body;     ///< unpacked

  /// Empty when there is none; the first of several. `name` in lower case.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    for (const auto& [known, value] : headers)
      if (known == name) return value;
    return {};
  }
};

/// `Error::detail` of a kUnavailable: the server has no certificate that is trusted for its name; it does not
/// take the certificate that it was shown, or wants one; it does not speak TLS; what makes calls is not
/// installed here.
inline constexpr std::uint16_t kServerNotTrusted = 20, kClientRefused = 21, kNoTls = 22, kNoLibrary = 23;

/// A call that is under way. Destroying it cancels the call: its callback is destroyed and never called. Does
/// nothing when that has been called already. May outlive the port. Loop only.
class [[nodiscard]] OutboundCall {
 public:
  OutboundCall() = default;
  explicit OutboundCall(UniqueFunction<void()> cancel) : cancel_(std::move(cancel)) {}
  OutboundCall(OutboundCall&& other) noexcept : cancel_(std::exchange(other.cancel_, nullptr)) {}
  OutboundCall& operator=(OutboundCall&& other) noexcept {
    if (this == &other) return *this;
    cancel();
    cancel_ = std::exchange(other.cancel_, nullptr);
    return *this;
  }
  OutboundCall(const OutboundCall&) = delete;
  OutboundCall& operator=(const OutboundCall&) = delete;
  ~OutboundCall() { cancel(); }

  void cancel() {
    if (auto cancel = std::exchange(cancel_, nullptr)) cancel();
  }

 private:
  UniqueFunction<void()> cancel_;
};

/// Loop only.
class OutboundHttp {
 public:
  virtual ~OutboundHttp() = default;

  /// Sends `request` and tells `done` on the loop what came of it, never during the call: once, within the
  /// timeout and a moment, unless the call is cancelled or the port ends before.
  /// Errors:
  /// - kInvalidArgument: the URL or a header cannot be sent, or a file of certificates cannot be read;
  /// - kPermissionDenied: an address that must not be called, named; of a redirect, too;
  /// - kUnavailable: nothing was sent: too many calls, nobody there, or, over TLS, somebody who is not
  ///   trusted (kServerNotTrusted), does not trust (kClientRefused) or speaks something else (kNoTls);
  /// - kDeadlineExceeded: the time was up; the server may have done what was asked;
  /// - kOutcomeUnknown: the connection broke after the request had gone;
  /// - kResourceExhausted: the answer, or the chain of redirects, is beyond a limit; nothing of it is kept.
  using Done = UniqueFunction<void(Result<OutboundAnswer>)>;
  virtual OutboundCall start(OutboundRequest request, Done done) = 0;
};

/// Sends `request` and gives the answer or an error of `OutboundHttp::start`. Loop only. Cancelling the task
/// cancels the call.
inline Task<Result<OutboundAnswer>> call_outbound(Runtime& runtime, OutboundHttp& http,
                                                  OutboundRequest request) {
  OneShot<Result<OutboundAnswer>> answer(runtime);
  const OutboundCall call =
      http.start(std::move(request),
                 [setter = answer.setter()](Result<OutboundAnswer> given) { setter.set(std::move(given)); });
  co_return co_await answer;
}

}  // namespace batata
