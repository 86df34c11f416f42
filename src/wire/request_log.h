#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/runtime.h"
#include "base/types.h"
#include "wire/endpoint.h"
#include "wire/http.h"

namespace batata::wire {

/// One request and what came of it, as the logs of requests tell it. Its texts are its own, but for literals.
/// No body is in it, and of parameters only what names a thing.
struct Exchange {
  std::string_view method;   ///< "GET"; of gRPC "POST"
  std::string_view pattern;  ///< of the row's address, a literal; of gRPC the request's type
  std::string_view action;   ///< what is audited, a literal: "config.publish"; empty: nothing
  bool waits = false;        ///< it only waits for something to tell, so it is never slow
  SteadyTime started;
  std::string client;  ///< address of the TCP peer
  std::string user;    ///< who has signed in; empty: nobody
  int status = 0;      ///< of the answer, as HTTP counts them
  std::size_t bytes = 0;
  bool failed = false;  ///< the answer says so in its body, whatever its status is

  std::string line;            ///< for the access log: method, target without secrets, protocol
  std::string referer, agent;  ///< for the access log
  std::vector<std::pair<std::string_view, std::string>> touched;  ///< for the audit: names and ids
};

/// What is told of requests.
struct RequestLogOptions {
  /// Take one line with its end, on any thread, and must not wait. Empty: that log is not written.
  using Lines = std::function<void(std::string line)>;
  Lines access, audit;
  Duration slow{};  ///< a request that takes longer is warned of; 0: none is
  /// What a row does that is audited, a literal; empty: nothing. Empty: no row does.
  std::function<std::string_view(const RowInfo& row)> action_of;
};

/// The one place where requests are told of: the access log, slow requests, and the audit. The router and the
/// face of gRPC show it every request they answer; what connections refuse before it is a request is not
/// here. Any thread.
///
/// The access log has NCSA's combined format and the time taken in milliseconds behind it:
/// `10.0.0.9 - nacos [02/Jan/2026:03:04:05 +0000] "GET /nacos/v1/cs/configs?dataId=a HTTP/1.1" 200 12 "-"
/// "curl/8" 3.021`. Of a query only parameters that name a thing are shown; the values of all others are
/// `***`. Audit events are JSON objects. Slow requests are warnings of the log, kSlowMax in a second at most;
/// how many more there were is said with the next one.
class RequestLog {
 public:
  /// `runtime` outlives it.
  RequestLog(const Runtime& runtime, RequestLogOptions options);
  RequestLog(const RequestLog&) = delete;
  RequestLog& operator=(const RequestLog&) = delete;

  [[nodiscard]] std::string_view action_of(const RowInfo& row) const;
  [[nodiscard]] SteadyTime now() const { return runtime_.now(); }
  [[nodiscard]] bool has_access() const { return options_.access != nullptr; }
  [[nodiscard]] bool has_audit() const { return options_.audit != nullptr; }
  /// Whether anything would be told of a request that began then and is answered now: what makes an Exchange
  /// worth its cost.
  [[nodiscard]] bool tells(std::string_view action, SteadyTime started) const;
  /// What of a request can be told later, when it is gone. `pattern` and `action` are literals.
  [[nodiscard]] Exchange describe(const Request& request, std::string_view pattern, std::string_view action,
                                  SteadyTime started) const;
  /// The request has been answered. Once for each.
  void tell(const Exchange& exchange);
  void tell(Exchange& exchange, const Response& response);

  static constexpr int kSlowMax = 10;  // enough to see what is slow; more would be another load

 private:
  void warn_if_slow(const Exchange& exchange, Duration took);

  const Runtime& runtime_;
  const RequestLogOptions options_;
  std::atomic<std::int64_t> slow_second_ = -1;
  std::atomic<int> slow_told_ = 0;
  std::atomic<std::uint64_t> slow_untold_ = 0;
};

/// The path and the query as sent, in which the values of all parameters that do not name a thing are `***`.
[[nodiscard]] std::string shown_target(std::string_view target);
/// Whether a parameter of that name, in any case, names a thing (dataId, username, …) rather than being a
/// secret or a content: what logs may show.
[[nodiscard]] bool names_a_thing(std::string_view parameter);
void append_access_line(std::string& out, const Exchange& exchange, WallTime now, Duration took);
void append_audit_line(std::string& out, const Exchange& exchange, WallTime now);

}  // namespace batata::wire
