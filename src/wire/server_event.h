#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/body_stream.h"
#include "wire/http.h"

namespace batata::wire {

/// One server-sent event. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
struct ServerEvent {
  std::string_view name = {};  ///< empty: "message"; one line
  std::string_view data = {};  ///< any lines; UTF-8
  std::string_view id = {};    ///< comes back as Last-Event-ID after a reconnect; one line; empty: none
  std::optional<std::uint32_t> retry_ms = {};  ///< how long the client waits before it comes back
};

/// Appends `event` as it goes over the wire. Line breaks end a name or an id, and NUL an id: nothing in them
/// may start a line of its own.
void append_event(std::string& out, const ServerEvent& event);

/// The answer that begins a stream of events: not kept by anybody, not gathered by proxies, and kept alive
/// with comments.
[[nodiscard]] Response event_stream(
    UniqueFunction<std::unique_ptr<BodySource>(std::shared_ptr<BodyStream>)> start);

}  // namespace batata::wire
