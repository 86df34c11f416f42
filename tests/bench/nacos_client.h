#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "h2_client.h"
#include "payload.h"
#include "run.h"

namespace batata::bench {

constexpr std::string_view kUnary = "/Request/request";

/// A framed request of this type. `members` is JSON, each member with a comma after it.
std::string nacos_request(std::string_view type, const std::string& members, std::string_view module);

/// Whether a call was answered with success.
bool is_success(bool ok, std::string_view message);

/// What a set of Nacos clients is like.
struct ClientKind {
  /// A push of the server to the client of this number, `arrived_at` as H2Client has it. It is acknowledged
  /// right after.
  using OnPush = std::function<void(std::size_t client, PayloadView push, WallClock::time_point arrived_at)>;

  std::string_view module;  // "config" or "naming": what the client says it is for
  Stamps stamps = Stamps::kOff;
  OnPush on_push = {};  // may be empty
};

/// A Nacos client: transport, stream, set up as the Java client does it. One thread.
class NacosClient {
 public:
  /// `kind` must outlive the client.
  NacosClient(Poller& poller, std::uint16_t port, const ClientKind& kind, std::size_t number,
              std::function<void()> on_set_up);

  /// Makes a unary call and sends it at once.
  void call(std::string framed, std::function<void(bool ok, std::string_view message)> done);

  H2Client& transport() { return client_; }

 private:
  void open_stream();
  void on_message(PayloadView push);

  const ClientKind& kind_;
  std::size_t number_;
  H2Client client_;
  std::function<void()> on_set_up_;
};

using NacosClients = std::vector<std::unique_ptr<NacosClient>>;

/// `count` clients, numbered from 0, all set up. `kind` must outlive them.
NacosClients connected_clients(Poller& poller, std::uint16_t port, std::size_t count, const ClientKind& kind);

/// Calls once on each client and waits for all answers; ends the program with `failure` where one is none.
void call_each(Poller& poller, const NacosClients& clients,
               const std::function<std::string(std::size_t client)>& make_request, const char* failure);

}  // namespace batata::bench
