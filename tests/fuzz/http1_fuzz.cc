// Bytes of an HTTP/1 client. However they are cut into reads, the answers must be the same.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "net/fake_carrier.h"
#include "net/http1_session.h"
#include "net/test_face.h"
#include "sim/sim_runtime.h"

namespace {

using namespace batata;

struct House {
  House() {
    face.add_to(router);
    service.limits.body_bytes = 4096;
    service.limits.header_bytes = 4096;
  }
  sim::SimRuntime runtime;
  net::TestFace face{runtime};
  wire::Router router{runtime};
  net::Service service{{}, router, {}};
};

// The statuses of the answers: dates and the like are left out.
std::string statuses(std::string_view answers) {
  std::string out;
  for (std::size_t at = answers.find("HTTP/1.1 "); at != std::string_view::npos;
       at = answers.find("HTTP/1.1 ", at + 1))
    if (answers.substr(at + 9, 3) != "100") out.append(answers.substr(at + 9, 3)).append(" ");
  return out;
}

std::string answers_to(House& house, std::string_view bytes, std::size_t step) {
  net::FakeCarrier carrier;
  net::Http1Session session(carrier, house.service);
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    out += carrier.feed(session, bytes.substr(at, step));
    house.runtime.settle();
    out += carrier.collect(session);
  }
  house.runtime.run_for(std::chrono::seconds(5));
  for (int i = 0; i < 130; ++i) {  // slow requests may stand behind each other
    out += carrier.collect(session);
    house.runtime.run_for(std::chrono::seconds(2));
  }
  return statuses(out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static House& house = *new House;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size < 4000 ? size : 4000);
  const auto whole = answers_to(house, bytes, bytes.size() + 1);
  const auto pieces = answers_to(house, bytes, 1 + size % 7);
  // A refusal may come earlier when the bytes come in pieces, never with another request answered before it.
  BATATA_ASSERT(whole == pieces);
  return 0;
}
