// Bytes of an HTTP/2 client, behind a preface that is right, into gRPC methods and the router.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/fake_carrier.h"
#include "net/grpc_codec.h"
#include "net/http2_session.h"
#include "net/test_face.h"
#include "sim/sim_runtime.h"

namespace {

using namespace batata;

class EchoHandler final : public wire::StreamHandler {
 public:
  explicit EchoHandler(std::shared_ptr<wire::Duplex> duplex) : duplex_(std::move(duplex)) {}
  void message(std::string_view bytes) override { duplex_->send(std::make_shared<const std::string>(bytes)); }
  void ended() override { duplex_->finish({}); }

 private:
  std::shared_ptr<wire::Duplex> duplex_;
};

struct House {
  House() {
    face.add_to(router);
    service.limits.body_bytes = service.limits.message_bytes = 65536;
    service.methods["/a"] = {"/a",
                             [](const auto&, std::string_view message, wire::UnaryReply reply) {
                               reply({}, std::string(message));
                             },
                             nullptr};
    service.methods["/b"] = {"/b", nullptr, [](const auto&, std::shared_ptr<wire::Duplex> duplex) {
                               return std::make_unique<EchoHandler>(std::move(duplex));
                             }};
  }
  sim::SimRuntime runtime;
  net::TestFace face{runtime};
  wire::Router router{runtime};
  net::Service service{{}, router, {}};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static House& house = *new House;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  {
    net::FakeCarrier carrier;
    net::Http2Session session(carrier, house.service);
    carrier.feed(session, std::string_view("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33));
    const std::size_t step = 1 + size % 61;
    for (std::size_t at = 0; at < size && !session.finished(); at += step) {
      carrier.feed(session, bytes.substr(at, step));
      house.runtime.settle();
    }
    carrier.collect(session);
    carrier.advance(session, std::chrono::seconds(200));
  }
  house.runtime.run_for(std::chrono::seconds(5));  // late answers find nobody

  net::MessageReader reader({.bytes = 65536, .ratio = 10}, true);
  for (std::size_t at = 0; at < size; at += 16)
    if (reader.feed(bytes.substr(at, 16), [](std::string_view) { return true; })) break;
  (void)net::parse_grpc_timeout(bytes);
  return 0;
}
