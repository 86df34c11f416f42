#include "wire/server_event.h"

#include <utility>

namespace batata::wire {
namespace {

void append_line(std::string& out, std::string_view field, std::string_view value) {
  out.append(field).append(": ").append(value).append("\n");
}

}  // namespace

void append_event(std::string& out, const ServerEvent& event) {
  if (!event.id.empty())
    append_line(out, "id", event.id.substr(0, event.id.find_first_of(std::string_view("\r\n\0", 3))));
  if (!event.name.empty()) append_line(out, "event", event.name.substr(0, event.name.find_first_of("\r\n")));
  if (event.retry_ms) append_line(out, "retry", std::to_string(*event.retry_ms));
  std::string_view rest = event.data;
  for (;;) {
    const std::size_t end = rest.find_first_of("\r\n");
    append_line(out, "data", rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(rest.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
  }
  out += '\n';
}

Response event_stream(UniqueFunction<std::unique_ptr<BodySource>(std::shared_ptr<BodyStream>)> start) {
  Response response;
  response.content_type = "text/event-stream";
  response.header("Cache-Control", "no-store");
  response.header("X-Accel-Buffering", "no");
  response.stream = std::make_shared<BodyStart>(BodyStart{std::move(start), ":\n\n"});
  return response;
}

}  // namespace batata::wire
