#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace batata::cli {

/// Where a server listens: "127.0.0.1:8848", "[::1]", "batata.example:8848/nacos", with or without "http://".
struct ServerAddress {
  std::string host;  ///< without brackets
  std::uint16_t port = 8848;
  std::string context_path = "/nacos";
};
/// Errors: kInvalidArgument, with the text and what is wrong; "https://" is one of them until TLS is built.
[[nodiscard]] Result<ServerAddress> parse_server_address(std::string_view text);

struct HttpAnswer {
  int status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case

  /// Empty when there is none. `name` in lower case.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct HttpRequest {
  std::string_view method;  ///< "GET"
  std::string target;       ///< path and query, encoded
  std::string form;         ///< body of type application/x-www-form-urlencoded; empty: none
  std::vector<std::pair<std::string, std::string>> headers;
};

/// The most that an answer's body may have. A configuration has at most 10 MiB, a page of them may have more.
inline constexpr std::size_t kAnswerBytesMax = 64u << 20;

/// Sends one request over a connection of its own and waits for the answer; any status is an answer.
/// Blocks the thread for up to `timeout`, for all of it; looking up a host's name can take longer.
/// Errors: kUnavailable (nothing was sent), kOutcomeUnknown (the connection broke after that),
/// kDeadlineExceeded.
[[nodiscard]] Result<HttpAnswer> http_call(const ServerAddress& server, const HttpRequest& request,
                                           std::chrono::milliseconds timeout);

/// "name=value&…" with values percent-encoded. Pairs with an empty value are kept.
[[nodiscard]] std::string encode_form(
    const std::vector<std::pair<std::string_view, std::string_view>>& fields);

}  // namespace batata::cli
