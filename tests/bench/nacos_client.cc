#include "nacos_client.h"

#include <algorithm>

namespace batata::bench {
namespace {

constexpr std::string_view kStream = "/BiRequestStream/requestBiStream";
constexpr std::string_view kRequestEnd = "Request";

}  // namespace

std::string nacos_request(std::string_view type, const std::string& members, std::string_view module) {
  return grpc_frame(
      nacos_payload(type, "{\"headers\":{}," + members + "\"module\":\"" + std::string(module) + "\"}"));
}

bool is_success(bool ok, std::string_view message) {
  return ok && parse_payload(message).json.find("\"resultCode\":200") != std::string_view::npos;
}

NacosClient::NacosClient(Poller& poller, std::uint16_t port, const ClientKind& kind, std::size_t number,
                         std::function<void()> on_set_up)
    : kind_(kind), number_(number), client_(poller, port, kind.stamps), on_set_up_(std::move(on_set_up)) {
  client_.call(kUnary, nacos_request("ServerCheckRequest", "", "internal"),
               [this](bool ok, std::string_view message) {
                 if (!is_success(ok, message)) give_up("the server check failed");
                 open_stream();
               });
  client_.flush();
}

void NacosClient::call(std::string framed, std::function<void(bool, std::string_view)> done) {
  client_.call(kUnary, std::move(framed), std::move(done));
  client_.flush();
}

void NacosClient::open_stream() {
  client_.open_stream(kStream, [this](std::string_view message) { on_message(parse_payload(message)); });
  client_.send(nacos_request("ConnectionSetupRequest",
                             "\"clientVersion\":\"Nacos-Java-Client:v2.5.1\",\"tenant\":\"\","
                             "\"labels\":{\"source\":\"sdk\",\"module\":\"" +
                                 std::string(kind_.module) + "\",\"AppName\":\"bench\"},\"abilityTable\":{},",
                             "internal"));
}

void NacosClient::on_message(PayloadView push) {
  if (push.type == "SetupAckRequest") return on_set_up_();
  if (kind_.on_push) kind_.on_push(number_, push, client_.arrived_at());
  if (!push.type.ends_with(kRequestEnd)) give_up("a push that is no request");
  push.type.remove_suffix(kRequestEnd.size());
  client_.send(
      grpc_frame(nacos_payload(std::string(push.type) + "Response",
                               "{\"resultCode\":200,\"errorCode\":0,\"success\":true,\"requestId\":\"" +
                                   std::string(json_string(push.json, "requestId")) + "\"}")));
}

NacosClients connected_clients(Poller& poller, std::uint16_t port, std::size_t count,
                               const ClientKind& kind) {
  NacosClients clients;
  const auto ready = std::make_shared<std::size_t>(0);  // outlives this function, as the clients do
  while (clients.size() < count) {
    const std::size_t until = std::min(count, clients.size() + kDialsAtOnce);
    while (clients.size() < until) {
      clients.push_back(
          std::make_unique<NacosClient>(poller, port, kind, clients.size(), [ready] { ++*ready; }));
    }
    poll_until(poller, [&] { return *ready == clients.size(); });
  }
  return clients;
}

void call_each(Poller& poller, const NacosClients& clients,
               const std::function<std::string(std::size_t)>& make_request, const char* failure) {
  std::size_t answered = 0;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    clients[i]->call(make_request(i), [&answered, failure](bool ok, std::string_view message) {
      if (!is_success(ok, message)) give_up(failure);
      ++answered;
    });
  }
  poll_until(poller, [&] { return answered == clients.size(); });
}

}  // namespace batata::bench
