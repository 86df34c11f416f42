#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/http2_session.h"
#include "net/http2_test_client.h"
#include "net/test_face.h"

namespace batata::net {

/// A session of HTTP/2 on a carrier without a socket, before a few endpoints, on a simulated loop. For tests.
template <class SimRuntime>
class Http2Room {
 protected:
  explicit Http2Room(const Limits& limits = {}) : service{limits, router, {}} {
    face.add_to(router);
    add({"/Test/echo",
         [](const auto&, std::string_view message, wire::UnaryReply reply) {
           reply({}, std::string(message));
         },
         nullptr});
  }
  void add(wire::GrpcMethod method) { service.methods.insert_or_assign(method.path, std::move(method)); }

  SimRuntime runtime;
  TestFace face{runtime};
  wire::Router router{runtime};
  Service service;
  FakeCarrier carrier;
  Http2Session session{carrier, service};
};

/// What the handler of /Test/chat has seen.
struct Chat {
  std::vector<std::string> messages;
  int ended = 0;
  std::shared_ptr<wire::Duplex> duplex;
};

class ChatHandler final : public wire::StreamHandler {
 public:
  explicit ChatHandler(Chat& chat) : chat_(chat) {}
  void message(std::string_view bytes) override { chat_.messages.emplace_back(bytes); }
  void ended() override { ++chat_.ended; }

 private:
  Chat& chat_;
};

/// The same with methods of gRPC of all kinds, and a client.
template <class SimRuntime>
class GrpcRoom : protected Http2Room<SimRuntime> {
 protected:
  using Http2Room<SimRuntime>::add;
  GrpcRoom() {
    using wire::GrpcCode;
    add({"/Test/echo",
         [](const auto&, std::string_view message, wire::UnaryReply reply) {
           reply({}, "<" + std::string(message) + ">");
         },
         nullptr});
    add({"/Test/size",
         [](const auto&, std::string_view message, wire::UnaryReply reply) {
           reply({}, std::to_string(message.size()));
         },
         nullptr});
    add({"/Test/later",
         [this](const auto&, std::string_view, wire::UnaryReply reply) {
           replies.push_back(std::move(reply));
         },
         nullptr});
    add({"/Test/fail",
         [](const auto&, std::string_view, wire::UnaryReply reply) {
           reply({GrpcCode::kNotFound, "no \"ä\" 100%\n"}, "");
         },
         nullptr});
    add({"/Test/drop", [](const auto&, std::string_view, wire::UnaryReply) {}, nullptr});
    add({"/Test/chat", nullptr, [this](const auto&, std::shared_ptr<wire::Duplex> duplex) {
           chat.duplex = std::move(duplex);
           return std::make_unique<ChatHandler>(chat);
         }});
    add({"/Test/refuse", nullptr, [](const auto&, const std::shared_ptr<wire::Duplex>& duplex) {
           duplex->finish({GrpcCode::kUnavailable, "not now"});
           return std::unique_ptr<wire::StreamHandler>();
         }});
    client.run();
  }
  std::int32_t call(std::string_view path, std::string_view bytes,
                    const Http2TestClient::Headers& more = {}) {
    const auto id = client.start_grpc(path, more);
    client.send(id, bytes);
    client.end(id);
    client.run();
    return id;
  }
  std::string status(std::int32_t id) {
    const auto& answer = client.answer(id);
    if (const auto it = answer.trailers.find("grpc-status"); it != answer.trailers.end()) return it->second;
    const auto it = answer.headers.find("grpc-status");
    return it == answer.headers.end() ? "none" : it->second;
  }

  Chat chat;
  std::vector<wire::UnaryReply> replies;
  Http2TestClient client{this->carrier, this->session};
};

}  // namespace batata::net
