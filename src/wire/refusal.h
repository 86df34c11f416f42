#pragma once
#include <string_view>

#include "wire/http.h"

namespace batata::wire {

/// Why a request is not served, by whichever room of the server: the status to answer and a sentence.
struct Refusal {
  int status = 400;
  std::string_view reason;
  bool too_many = false;  ///< of 431: the headers are too many, not too long
};

// What may be tried again later.
constexpr Refusal kOverloaded{503, "the server is overloaded: try again later"};
constexpr Refusal kTooMuchIsSent{503, "too much is being sent at the same time: try again later"};
constexpr Refusal kTooMuchWaits{503, "too much of what you asked for waits for you"};
constexpr Refusal kTooManyConnections{503, "too many connections"};

/// The answer that says so, in plain text. A 503 tells when to try again, a 415 the coding that would have
/// been accepted (RFC 9110, 15.5.16). One form for all addresses: what Nacos has no room for it refuses
/// before any of its controllers, in plain text and never to be cached, whichever version of its API was
/// asked; only the status is another (429, formerly 503), and of those two its clients take 503 to mean that
/// another server should be asked. Over gRPC the face says it in the response of the request. Source:
/// upstream's NacosHttpTpsFilter
[[nodiscard]] Response refusal_answer(const Refusal& refusal);

}  // namespace batata::wire
