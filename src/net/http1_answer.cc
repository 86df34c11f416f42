#include "net/http1_answer.h"

#include <array>
#include <charconv>
#include <ctime>
#include <memory>
#include <utility>

#include "wire/date.h"

namespace batata::net {
namespace {

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 24> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace

std::string_view date_of_now() {
  thread_local std::time_t made_at = -1;
  thread_local wire::HttpDate date{WallTime{}};
  if (const std::time_t now = std::time(nullptr); now != made_at) {
    made_at = now;
    date = wire::HttpDate(WallTime{std::int64_t{now} * 1000});
  }
  return date.text();
}

bool needs_policy(const wire::Response& response) {
  const std::string_view type = response.content_type;
  if (type.starts_with("application/json") || type.starts_with("text/plain")) return false;
  return response.headers.find("Content-Security-Policy:") == std::string::npos;
}

void write_answer(Output& out, wire::Response response, const AnswerStyle& style) {
  std::string& flat = out.flat();
  const std::string_view content = response.content();
  const bool body = has_body(response.status);
  if (response.status == 200) {
    flat.append("HTTP/1.1 200 OK\r\n");
  } else {
    const std::string_view reason = wire::reason_phrase(response.status);
    flat.append("HTTP/1.1 ");
    append_number(flat, static_cast<std::uint64_t>(response.status));
    flat.append(" ").append(reason.empty() ? "Unknown" : reason).append("\r\n");
  }
  flat.append("Date: ").append(date_of_now());
  flat.append("\r\nX-Content-Type-Options: ").append(kContentTypeOptions).append("\r\n");
  if (needs_policy(response)) flat.append("Content-Security-Policy: ").append(kContentPolicy).append("\r\n");
  if (!response.content_type.empty())
    flat.append("Content-Type: ").append(response.content_type).append("\r\n");
  flat.append(response.headers);
  if (style.coding.varies) flat.append("Vary: Accept-Encoding\r\n");
  if (style.coding.gzip) flat.append("Content-Encoding: gzip\r\n");
  if (!style.keep_alive) {
    flat.append("Connection: close\r\n");
  } else if (style.http_1_0) {
    flat.append("Connection: keep-alive\r\n");
  }
  if (style.goes_on && body) {
    if (!style.http_1_0) flat.append("Transfer-Encoding: chunked\r\n");
  } else if (body) {
    flat.append("Content-Length: ");
    append_number(flat, content.size());
    flat.append("\r\n");
  }
  flat.append("\r\n");
  if (!body || style.head_only || style.goes_on) return;
  if (response.owner != nullptr) {
    out.append_shared(std::move(response.owner), content);
  } else if (content.size() < (16 << 10)) {
    flat.append(content);
  } else {
    auto owner = std::make_shared<const std::string>(std::move(response.body));
    const std::string_view bytes = *owner;
    out.append_shared(std::move(owner), bytes);
  }
}

void write_refusal(Output& out, const Refusal& refusal) {
  write_answer(out, wire::refusal_answer(refusal), {.keep_alive = false});
}

}  // namespace batata::net
