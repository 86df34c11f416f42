// Bytes of a WebSocket's client, behind its handshake. However they are cut into reads, what is said again
// must be the same, and an end must be an end.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "net/fake_carrier.h"
#include "net/test_face.h"
#include "net/web_socket_session.h"
#include "net/web_socket_test_client.h"
#include "sim/sim_runtime.h"

namespace {

using namespace batata;
using Frames = std::vector<std::pair<net::Opcode, std::string>>;

// A pong may overtake messages that wait to be sent, so each kind has an order of its own.
struct Said {
  Frames messages, pongs;
  bool operator==(const Said&) const = default;
};

Said said(std::string_view bytes, std::size_t step) {
  static sim::SimRuntime& runtime = *new sim::SimRuntime;
  static net::TestFace& face = *new net::TestFace(runtime);
  face.sockets_ended.clear();
  static wire::Router& router = *new wire::Router(runtime);
  static net::Service& service = *new net::Service{{}, router, {}};
  service.limits.message_bytes = 1000;
  net::FakeCarrier carrier;
  net::WebSocketSession session(carrier, service,
                                [](std::shared_ptr<wire::WebSocket> side) {
                                  return std::make_unique<net::TestFace::Echo>(face, std::move(side));
                                },
                                {});
  std::string out = carrier.collect(session);
  for (std::size_t at = 0; at < bytes.size(); at += step)
    out += carrier.feed(session, bytes.substr(at, step));
  BATATA_ASSERT(!session.aborted());
  if (session.finished()) BATATA_ASSERT(carrier.feed(session, "more").empty());
  Said told;
  for (auto& frame : net::server_frames(out))
    (frame.first == net::Opcode::kPong ? told.pongs : told.messages).push_back(std::move(frame));
  BATATA_ASSERT(out.empty());  // nothing but whole frames
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size < 4000 ? size : 4000);
  BATATA_ASSERT(said(bytes, bytes.size() + 1) == said(bytes, 1 + size % 7));
  return 0;
}
