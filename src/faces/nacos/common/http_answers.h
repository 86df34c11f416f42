#pragma once
#include <string>
#include <string_view>

#include "base/types.h"
#include "faces/nacos/common/errors.h"
#include "wire/http.h"

namespace batata::nacos {

// The forms of answers that Nacos' families of endpoints share. Pure; any thread.

constexpr std::string_view kText = "text/plain;charset=UTF-8";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kJsonUtf8 = "application/json;charset=UTF-8";  ///< of everything under /v1/cs

[[nodiscard]] wire::Response answer(int status, std::string_view content_type, std::string body);

/// The headers by which Nacos keeps its answers out of caches.
void forbid_caching(wire::Response& response);

/// `caused: <message>;`: how v1 says that something went wrong. The message is not escaped.
[[nodiscard]] wire::Response caused(int status, std::string_view message);
/// `Required request parameter 'x' for method parameter type String is not present`, as Spring says it.
[[nodiscard]] std::string missing_parameter(std::string_view name);
/// `Request method 'X' not supported`, escaped for HTML.
[[nodiscard]] std::string method_not_supported(const wire::Request& request);
/// `&`, `<`, `>`, `"` and `'` as HTML wants them.
[[nodiscard]] std::string escape_html(std::string_view text);

/// The answer of the parameter check. v1/cs sends a content type with it, the others none.
[[nodiscard]] wire::Response refused_parameter(std::string_view refusal, std::string_view content_type);

/// The error object of upstream's web framework: {"timestamp", "status", "error", "message", "path"}.
[[nodiscard]] wire::Response framework_error(const wire::Request& request, WallTime now, int status,
                                             std::string_view message, std::string_view content_type = kJson);

/// The wrapper of v2 and v3: {"code", "message", "data"}; `data` is JSON.
[[nodiscard]] wire::Response result(std::string_view data);
[[nodiscard]] wire::Response failed_result(int status, ResultCode code, std::string_view data_text);
/// Code 10000, for a parameter that is not there.
[[nodiscard]] wire::Response missing_result(std::string_view text);

/// The path as it was sent, without the query.
[[nodiscard]] std::string_view path_as_sent(const wire::Request& request);
/// Who asks: the first address of X-Forwarded-For, else X-Real-IP, else the TCP peer. For records, never for
/// rights.
[[nodiscard]] std::string client_address(const wire::Request& request);

/// "2026-11-21T13:59:07.185+00:00".
[[nodiscard]] std::string iso_time(WallTime time);

}  // namespace batata::nacos
