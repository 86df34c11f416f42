#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "net/fake_carrier.h"
#include "net/http1_session.h"
#include "net/test_face.h"

namespace batata::net {

/// A session of HTTP/1 on a carrier without a socket, before a few endpoints, on a simulated loop. For tests.
template <class SimRuntime>
class Http1Room {
 protected:
  Http1Room() { face.add_to(router); }
  std::string feed(std::string_view bytes) { return carrier.feed(*session, bytes); }
  void fresh() { session = std::make_unique<Http1Session>(carrier, service); }
  // Runs the loop, then what it has sent to the session.
  std::string settle(Duration duration = {}) {
    runtime.run_for(duration);
    return carrier.collect(*session);
  }

  SimRuntime runtime;
  TestFace face{runtime};

  wire::Router router{runtime};
  Service service{{}, router, {}};
  FakeCarrier carrier;
  std::unique_ptr<Http1Session> session = std::make_unique<Http1Session>(carrier, service);
};

inline std::string body_of(std::string_view answer) {
  return std::string(answer.substr(answer.find("\r\n\r\n") + 4));
}
inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}
inline int count(std::string_view text, std::string_view part) {
  int n = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace batata::net
