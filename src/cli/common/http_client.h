#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/outbound_http.h"
#include "base/result.h"
#include "net/outbound/outbound_options.h"

namespace batata::cli {

/// Where a server listens: "127.0.0.1:8848", "[::1]", "batata.example:8848/nacos", with or without "http://"
/// or "https://" before it.
struct ServerAddress {
  bool secure = false;  ///< over TLS
  std::string host;     ///< without brackets
  std::uint16_t port = 8848;
  std::string context_path = "/nacos";
};
/// `secure_unless_said`: what is meant by an address that begins with neither. Errors: kInvalidArgument, with
/// the text and what is wrong.
[[nodiscard]] Result<ServerAddress> parse_server_address(std::string_view text, bool secure_unless_said);

using HttpAnswer = OutboundAnswer;

struct HttpRequest {
  std::string_view method;  ///< "GET"
  std::string target;       ///< path and query, encoded
  std::string body;         ///< empty: none
  HttpHeaders headers;
  std::string_view content_type = kForm;    ///< of the body
  std::function<bool()> is_cancelled = {};  ///< see net::call_blocking

  static constexpr std::string_view kForm = "application/x-www-form-urlencoded; charset=UTF-8";
};

/// The most that an answer's body may have. A configuration has at most 10 MiB, a page of them may have more.
inline constexpr std::size_t kAnswerBytesMax = 64u << 20;

/// Sends one request over a connection of its own and waits for the answer; any status is an answer.
/// Blocks the thread for up to `timeout`, for all of it. Proxies that the environment names are not used.
/// A call that is cancelled ends with kDeadlineExceeded.
/// Errors: kUnavailable (nothing was sent; kServerNotTrusted and kClientRefused say that it was for a
/// certificate), kOutcomeUnknown (the connection broke after that, or the answer is too long),
/// kDeadlineExceeded; kInvalidArgument for a file of `tls` that cannot be used.
[[nodiscard]] Result<HttpAnswer> http_call(const ServerAddress& server, const net::ClientTls& tls,
                                           HttpRequest request, std::chrono::milliseconds timeout);

/// "name=value&…" with values percent-encoded. Pairs with an empty value are kept.
[[nodiscard]] std::string encode_form(
    const std::vector<std::pair<std::string_view, std::string_view>>& fields);

}  // namespace batata::cli
