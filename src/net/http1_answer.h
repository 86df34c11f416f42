#pragma once
#include <string_view>

#include "net/content_coding.h"
#include "net/output.h"
#include "net/request_intake.h"
#include "wire/http.h"

namespace batata::net {

/// The time of day as the Date header has it; made once a second on each thread.
[[nodiscard]] std::string_view date_of_now();

/// What every answer says to a browser: believe the content type and run nothing. What users store is shown
/// as they say it is (a config of type html is text/html), on the origin that an administrator signs in to.
constexpr std::string_view kContentTypeOptions = "nosniff";
constexpr std::string_view kContentPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// Whether an answer needs the policy too: one that a browser could take for a document of a kind that runs
/// scripts. JSON and plain text are none, when nothing is guessed. An answer that brings a
/// Content-Security-Policy of its own keeps that one.
[[nodiscard]] bool needs_policy(const wire::Response& response);

/// How an answer goes out.
struct AnswerStyle {
  bool http_1_0 = false;
  bool keep_alive = true;
  bool goes_on = false;    ///< the body has no length: it comes in chunks, in HTTP/1.0 until the end
  bool head_only = false;  ///< the answer to HEAD: the length of the body, not the body
  AnswerCoding coding = {};
};

/// Appends an HTTP/1 answer. A large body is moved into the output or referred to, not copied.
void write_answer(Output& out, wire::Response response, const AnswerStyle& style);

/// Appends the answer to a request that was not accepted; the connection ends with it.
void write_refusal(Output& out, const Refusal& refusal);

/// Calls visit(name, value) for each line of wire::Response::headers.
template <class Visit>
void each_header_line(std::string_view lines, Visit visit) {
  while (!lines.empty()) {
    const auto end = lines.find("\r\n");
    const auto line = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) continue;
    auto value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    visit(line.substr(0, colon), value);
  }
}

}  // namespace batata::net
