#include "wire/web_socket.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/crypto.h"
#include "base/hash.h"
#include "base/text.h"

namespace batata::wire {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, 1.3
constexpr std::size_t kKeyBytes = 16;

Response refusal(int status, std::string_view reason) {
  Response response;
  response.status = status;
  response.content_type = "text/plain;charset=UTF-8";
  response.body.append(reason).append("\n");
  if (status == 426)
    response.header("Upgrade", "websocket")
        .header("Connection", "Upgrade")
        .header("Sec-WebSocket-Version", "13");
  return response;
}

// Calls visit(element) for each element of a list in a header, in every line of that name, until it gives
// true; whether it did.
template <class Visit>
bool any_element(const Request& request, std::string_view name, Visit visit) {
  for (const auto& [header, value] : request.headers) {
    if (header != name) continue;
    std::string_view rest = value;
    for (;;) {
      const auto comma = rest.find(',');
      const auto element = trimmed(rest.substr(0, comma));
      if (!element.empty() && visit(element)) return true;
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return false;
}

bool lists(const Request& request, std::string_view name, std::string_view token) {
  return any_element(request, name,
                     [&](std::string_view element) { return equal_ignoring_case(element, token); });
}

// A browser tells whose page asks. Any page may send a request here, with what the browser keeps for us.
bool may_ask(const Request& request, std::span<const std::string> origins) {
  const auto origin = request.header("origin");
  if (!origin) return true;
  if (std::ranges::find(origins, *origin) != origins.end()) return true;
  const auto scheme = origin->find("://");
  return scheme != std::string_view::npos &&
         equal_ignoring_case(origin->substr(scheme + 3), request.header("host").value_or(""));
}

}  // namespace

Response accept_web_socket(const Request& request, const WebSocketOptions& options, WebSocketStart start) {
  if (request.method != Method::kGet) {
    auto response = refusal(405, "a WebSocket is opened with GET");
    response.header("Allow", "GET");
    return response;
  }
  if (!lists(request, "upgrade", "websocket") || !lists(request, "connection", "upgrade"))
    return refusal(426, "this address is a WebSocket's");
  if (request.header("sec-websocket-version") != "13")
    return refusal(426, "version 13 of WebSocket is spoken here");
  const auto key = request.header("sec-websocket-key").value_or("");
  const auto nonce = from_base64(key);
  if (!nonce || nonce->size() != kKeyBytes)
    return refusal(400, "Sec-WebSocket-Key is not 16 bytes in base64");
  if (!may_ask(request, options.origins)) return refusal(403, "pages of this origin may not open it");
  Response response;
  response.status = 101;
  response.header("Upgrade", "websocket").header("Connection", "Upgrade");
  response.header("Sec-WebSocket-Accept", base64(sha1(std::string(key).append(kGuid))));
  for (const std::string_view protocol : options.protocols) {
    const auto same = [&](std::string_view offered) { return offered == protocol; };
    if (!any_element(request, "sec-websocket-protocol", same)) continue;
    response.header("Sec-WebSocket-Protocol", protocol);
    break;
  }
  response.web_socket = std::make_shared<WebSocketStart>(std::move(start));
  return response;
}

}  // namespace batata::wire
