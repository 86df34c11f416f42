#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/single_node_registry.h"
#include "faces/nacos/common/payload.h"
#include "faces/nacos/face.h"
#include "sim/fake_datagrams.h"
#include "sim/fake_passwords.h"
#include "sim/fake_transport.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"

namespace batata::nacos {

/// A Nacos face on a simulated node, called as net/ calls it. One thread; time moves only when a test says
/// so.
class House {
 public:
  /// `adjust` changes what the face is built with.
  explicit House(const std::function<void(Services&)>& adjust = nullptr,
                 const domain::CapacityRules& capacity_rules = {})
      : capacities(runtime, proposer.store, proposer, capacity_rules),
        configs(runtime, proposer.store, proposer, proposer.latest, {}, &capacities),
        router(runtime),
        face(services(adjust)),
        scope_(runtime) {
    scope_.spawn(access.run());
    discovery.start();
    face.add_http(router);
    methods_ = face.grpc_methods();
    face.start();
    runtime.settle();
  }

  /// Asks over HTTP and lets `wait` pass. Nothing while there is no answer.
  std::shared_ptr<std::optional<wire::Response>> ask(
      wire::Method method, std::string target, std::string form = {},
      std::vector<std::pair<std::string_view, std::string_view>> headers = {},
      Duration wait = std::chrono::milliseconds(20)) {
    if (!form.empty()) headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    texts_.push_back(
        std::make_unique<std::pair<std::string, std::string>>(std::move(target), std::move(form)));
    const auto& [kept_target, kept_form] = *texts_.back();
    wire::Request request;
    request.method = method;
    request.method_name = wire::name_of(method);
    request.target = kept_target;
    const auto question = request.target.find('?');
    request.path = request.target.substr(0, question);
    if (question != request.target.npos) request.query = request.target.substr(question + 1);
    request.body = kept_form;
    request.peer_address = "10.0.0.9";
    request.certificate = certificate;
    request.headers = std::move(headers);
    auto answer = std::make_shared<std::optional<wire::Response>>();
    router.dispatch(request, [answer](wire::Response response) { *answer = std::move(response); });
    runtime.run_for(wait);
    return answer;
  }

  const wire::GrpcMethod& unary() const { return methods_[0]; }
  const wire::GrpcMethod& stream() const { return methods_[1]; }

  std::shared_ptr<const wire::PeerCertificate> certificate;  ///< that is shown with every request

  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  sim::SimExecutor work{runtime, std::chrono::milliseconds(1), std::chrono::milliseconds(2)};
  domain::Capacities capacities;
  domain::ConfigService configs;
  domain::ConfigSearch config_search{runtime, proposer.store, work};
  domain::ConfigTransfer config_transfer{runtime, proposer.store, configs, work};
  cluster::SingleNodeRegistry registry{NodeId{1}};
  domain::DiscoveryService discovery{runtime, registry, proposer.watches, proposer};
  domain::NamespaceService namespaces{runtime, proposer.store, proposer, proposer.latest};
  domain::LockService locks{runtime, proposer.store, proposer};
  sim::FakePasswords passwords{runtime};
  domain::AccessService access{runtime, proposer, proposer.watches, passwords};
  domain::SignIns sign_ins{runtime, access, passwords, {}, nullptr};
  sim::FakeDatagrams datagrams;
  wire::Router router;
  Face face;

 private:
  Services services(const std::function<void(Services&)>& adjust) {
    Services services{.runtime = runtime,
                      .watches = proposer.watches,
                      .configs = configs,
                      .config_search = config_search,
                      .config_transfer = config_transfer,
                      .capacities = capacities,
                      .discovery = discovery,
                      .namespaces = namespaces,
                      .locks = locks,
                      .access = access,
                      .sign_ins = sign_ins,
                      .identity = {.ip = "10.0.0.1"},
                      .datagrams = &datagrams,
                      .machine = [] { return MachineLoad{.cpu = 0.25, .load = 1.5}; },
                      .raft = [] { return RaftView{.leading = true, .term = 7}; },
                      .prometheus = true};
    if (adjust) adjust(services);
    return services;
  }
  std::vector<wire::GrpcMethod> methods_;
  std::vector<std::unique_ptr<std::pair<std::string, std::string>>> texts_;
  Scope scope_;  // last: its task uses the above
};

/// The bytes of a Payload with headers, as a client sends them.
inline std::string payload_with_headers(std::string_view type, std::string_view body,
                                        const std::vector<std::pair<std::string, std::string>>& headers) {
  const auto field = [](int number, std::string_view bytes) {
    std::string out(1, static_cast<char>(number << 3 | 2));
    std::size_t size = bytes.size();
    for (; size >= 0x80; size >>= 7) out.push_back(static_cast<char>(size | 0x80));
    out.push_back(static_cast<char>(size));
    return out.append(bytes);
  };
  std::string metadata = field(3, type) + field(8, "10.0.0.9");
  for (const auto& [name, value] : headers) metadata += field(7, field(1, name) + field(2, value));
  return field(2, metadata) + field(3, field(2, body));
}

/// One gRPC connection of a client to a House. Must not outlive it.
class Client {
 public:
  explicit Client(House& house, std::uint16_t port = 50000)
      : house_(house),
        transport(std::make_shared<sim::FakeTransport>("10.0.0.9", port, house.runtime.wall_now())),
        duplex(std::make_shared<sim::FakeDuplex>()) {}
  ~Client() { transport->close(); }

  struct Answer {
    std::string type, json;
    bool operator==(const Answer&) const = default;
  };

  /// Opens the stream and sets the connection up.
  void set_up(std::string_view body = R"({"clientVersion":"test","abilityTable":{}})") {
    if (handler_ == nullptr) handler_ = house_.stream().stream(transport, duplex);
    say("ConnectionSetupRequest", body);
  }
  /// Sends on the stream and lets 1 ms pass.
  void say(std::string_view type, std::string_view body) {
    handler_->message(encode_payload(type, "10.0.0.9", body));
    house_.runtime.run_for(std::chrono::milliseconds(1));
  }
  void end_stream() {
    handler_->ended();
    handler_ = nullptr;
    house_.runtime.settle();
  }
  /// Ends the stream and sets the connection up on a new one, before the loop hears of either.
  void replace_stream() {
    handler_->ended();
    duplex = std::make_shared<sim::FakeDuplex>();
    handler_ = nullptr;
    set_up();
  }
  /// A unary call; lets `wait` pass, which suffices for a write by default.
  Answer call(std::string_view type, std::string_view body, Duration wait = std::chrono::milliseconds(20)) {
    Answer answer;
    house_.unary().unary(transport, payload_with_headers(type, body, headers),
                         [&answer](const wire::GrpcStatus&, const std::string& message) {
                           const auto payload = decode_payload(message);
                           if (payload) answer = {std::string(payload->type), std::string(payload->body)};
                         });
    house_.runtime.run_for(wait);
    return answer;
  }
  /// The n-th message of the server on the stream; empty when there are fewer.
  Answer pushed(std::size_t n) const {
    if (n >= duplex->sent.size()) return {};
    const auto payload = decode_payload(*duplex->sent[n]);
    return {std::string(payload->type), std::string(payload->body)};
  }
  /// Of the Payloads of the calls that follow.
  std::vector<std::pair<std::string, std::string>> headers;
  std::size_t pushes() const { return duplex->sent.size(); }
  /// The request id of the n-th message of the server.
  std::string request_id(std::size_t n) const {
    const std::string json = pushed(n).json;
    const auto from = json.find("\"requestId\":\"");
    if (from == json.npos) return {};
    const auto begin = from + 13;
    return json.substr(begin, json.find('"', begin) - begin);
  }
  void acknowledge(std::size_t n, std::string_view type = "ConfigChangeNotifyResponse", int code = 200) {
    say(type, R"({"resultCode":)" + std::to_string(code) + R"(,"requestId":")" + request_id(n) + "\"}");
  }

 private:
  House& house_;

 public:
  std::shared_ptr<sim::FakeTransport> transport;
  std::shared_ptr<sim::FakeDuplex> duplex;

 private:
  std::unique_ptr<wire::StreamHandler> handler_;
};

}  // namespace batata::nacos
