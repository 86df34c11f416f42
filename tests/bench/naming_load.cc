// Load on services over gRPC, for every server that speaks the Nacos client protocol.
//
//   naming_load provide PORT INSTANCES
//       INSTANCES clients, each of which registers an instance of one service and keeps it.
//   naming_load query PORT CONNECTIONS IN_FLIGHT SECONDS INSTANCES
//       Queries of that service, IN_FLIGHT at a time on each connection, for SECONDS. An answer with another
//       number of instances is wrong.
//   naming_load register PORT CONNECTIONS IN_FLIGHT REGISTERS
//       Registers REGISTERS instances, each of a service of its own, IN_FLIGHT at a time on each connection;
//       when the next line arrives on standard input, queries each of them and prints {"visible":N}.
//   naming_load fanout PORT SUBSCRIBERS ROUNDS
//       SUBSCRIBERS clients subscribe to one service. In each round another client changes the one instance
//       of it, and every subscriber is to be pushed the change; it acknowledges at once.
//   naming_load storm PORT CLIENTS
//       When told to, CLIENTS clients come at the same time, as after a restart of their server: each
//       connects, is set up, registers an instance and subscribes to a service. Latencies run from the first
//       dial.
//
// All but query print {"ready":N} when every client is set up and go on when a line arrives on standard
// input. A figure line is what Latencies::print or Fanout::print writes; after it fanout waits for another
// line before it disconnects.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "fanout.h"
#include "nacos_client.h"
#include "run.h"
#include "unary_load.h"

namespace batata::bench {
namespace {

constexpr std::string_view kService = "bench-service";
constexpr int kVisibleInFlight = 16;
constexpr int kFirstPort = 1000;  // of the instance that is changed; each round has a port of its own
constexpr auto kSettled = std::chrono::milliseconds(100);

std::string naming_request(std::string_view type, std::string_view service, const std::string& members) {
  return nacos_request(type,
                       "\"namespace\":\"public\",\"serviceName\":\"" + std::string(service) +
                           "\",\"groupName\":\"bench\"," + members,
                       "naming");
}

/// As the Java client of 2.5 sends it.
std::string register_request(std::string_view service, const std::string& ip, int port) {
  return naming_request("InstanceRequest", service,
                        "\"type\":\"registerInstance\",\"instance\":{\"ip\":\"" + ip +
                            "\",\"port\":" + std::to_string(port) +
                            ",\"weight\":1.0,\"healthy\":true,\"enabled\":true,\"ephemeral\":true,"
                            "\"clusterName\":\"DEFAULT\",\"serviceName\":\"bench@@" +
                            std::string(service) +
                            "\",\"metadata\":{\"preserved.register.source\":\"SPRING_CLOUD\"},"
                            "\"instanceHeartBeatInterval\":5000,\"instanceHeartBeatTimeOut\":15000,"
                            "\"ipDeleteTimeout\":30000},");
}

std::string query_request(std::string_view service) {
  return naming_request("ServiceQueryRequest", service,
                        "\"cluster\":\"\",\"healthyOnly\":false,\"udpPort\":0,");
}

std::string subscribe_request(std::string_view service = kService) {
  return naming_request("SubscribeServiceRequest", service, "\"subscribe\":true,\"clusters\":\"\",");
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

/// An address for each of many instances.
std::string ip_of(std::uint64_t n) {
  return "10." + std::to_string(n >> 16 & 255) + "." + std::to_string(n >> 8 & 255) + "." +
         std::to_string(n & 255);
}
std::string service_of(std::uint64_t n) {
  return "bench-" + std::to_string(n);
}

std::vector<H2Client*> transports_of(const NacosClients& clients) {
  std::vector<H2Client*> transports;
  transports.reserve(clients.size());
  for (const auto& client : clients) transports.push_back(&client->transport());
  return transports;
}

int provide(std::uint16_t port, std::size_t instances) {
  Poller poller;
  const ClientKind kind{.module = "naming"};
  const auto clients = connected_clients(poller, port, instances, kind);
  call_each(
      poller, clients, [](std::size_t n) { return register_request(kService, ip_of(n), 8080); },
      "a register failed");
  print_ready(clients.size());
  serve_until_told(poller);
  return 0;
}

int query(std::uint16_t port, std::size_t connections, int in_flight, double seconds, std::size_t instances) {
  Poller poller;
  const ClientKind kind{.module = "naming"};
  const auto clients = connected_clients(poller, port, connections, kind);
  UnaryLoad load(poller, {.path = kUnary,
                          .make_request = [](std::uint64_t) { return query_request(kService); },
                          .is_right =
                              [instances](std::uint64_t, bool ok, std::string_view message) {
                                return is_success(ok, message) && count_of(message, "\"ip\":") == instances;
                              }});
  load.run(transports_of(clients), in_flight, {.seconds = seconds});
  load.print();
  return 0;
}

int register_many(std::uint16_t port, std::size_t connections, int in_flight, std::uint64_t registers) {
  Poller poller;
  const ClientKind kind{.module = "naming"};
  const auto clients = connected_clients(poller, port, connections, kind);
  print_ready(clients.size());
  serve_until_told(poller);
  UnaryLoad load(
      poller,
      {.path = kUnary,
       .make_request = [](std::uint64_t n) { return register_request(service_of(n), ip_of(n), 8080); },
       .is_right = [](std::uint64_t, bool ok, std::string_view message) { return is_success(ok, message); }});
  load.run(transports_of(clients), in_flight, {.calls = registers});
  load.print();
  serve_until_told(poller);

  UnaryLoad check(poller, {.path = kUnary,
                           .make_request = [](std::uint64_t n) { return query_request(service_of(n)); },
                           .is_right =
                               [](std::uint64_t n, bool ok, std::string_view message) {
                                 return is_success(ok, message) && count_of(message, "\"ip\":") == 1 &&
                                        count_of(message, "\"ip\":\"" + ip_of(n) + "\"") == 1;
                               }});
  check.run(transports_of(clients), kVisibleInFlight, {.calls = registers});
  std::printf("{\"visible\":%llu}\n", static_cast<unsigned long long>(check.done() - check.errors()));
  return 0;
}

/// Clients that all come at once.
class Storm {
 public:
  Storm(std::uint16_t port, std::size_t count) : port_(port), count_(count) { clients_.reserve(count); }

  void run() {
    print_ready(count_);
    serve_until_told(poller_);
    begin_ = Clock::now();
    while (latencies_.count() < count_) {
      // What a server has not accepted waits in its backlog, which is bounded.
      while (clients_.size() < count_ && clients_.size() - set_up_ < kStormDialsAtOnce) dial();
      poll_until(poller_, [this, before = set_up_ + latencies_.count()] {
        return set_up_ + latencies_.count() > before;
      });
    }
    latencies_.print(std::chrono::duration<double>(Clock::now() - begin_).count(), 0);
    serve_until_told(poller_);
  }

 private:
  static constexpr std::size_t kStormDialsAtOnce = 1000;
  static constexpr std::size_t kServices = 100;

  void dial() {
    const std::size_t n = clients_.size();
    clients_.push_back(std::make_unique<NacosClient>(poller_, port_, kind_, n, [this, n] { join(n); }));
  }
  void join(std::size_t n) {
    ++set_up_;
    const std::string service = service_of(n % kServices);
    clients_[n]->call(
        register_request(service, ip_of(n), 8080), [this, n, service](bool ok, std::string_view answer) {
          if (!is_success(ok, answer)) give_up("a register failed");
          clients_[n]->call(subscribe_request(service), [this](bool subscribed, std::string_view instances) {
            if (!is_success(subscribed, instances)) give_up("a subscription failed");
            latencies_.add(Clock::now() - begin_);
          });
        });
  }

  const std::uint16_t port_;
  const std::size_t count_;
  const ClientKind kind_{.module = "naming"};
  Poller poller_;
  NacosClients clients_;
  std::size_t set_up_ = 0;
  Clock::time_point begin_;
  Latencies latencies_;
};

/// One client that provides, and many that are told.
class Subscribers {
 public:
  Subscribers(std::uint16_t port, std::size_t count)
      : fanout_(count),
        provider_(connected_clients(poller_, port, 1, provider_kind_)),
        clients_(connected_clients(poller_, port, count, kind_)) {
    change_to(kFirstPort);
    call_each(poller_, clients_, [](std::size_t) { return subscribe_request(); }, "a subscription failed");
    // A new subscriber may be pushed what it has just been answered: no round begins before that is over.
    auto quiet_since = Clock::now();
    for (std::size_t seen = pushes_; Clock::now() - quiet_since < 5 * kSettled; seen = pushes_) {
      poll_for(poller_, kSettled);
      if (pushes_ != seen) quiet_since = Clock::now();
    }
  }

  void run(int rounds) {
    print_ready(clients_.size());
    serve_until_told(poller_);
    for (int i = 1; i <= rounds; ++i) {
      wanted_ = port_text(kFirstPort + i);
      fanout_.begin();
      change_to(kFirstPort + i);
      poll_until(poller_, [this] { return fanout_.is_complete(); });
      fanout_.end();
      poll_for(poller_, kSettled);  // the last acknowledgements
    }
    fanout_.print();
    serve_until_told(poller_);
  }

 private:
  static std::string port_text(int port) { return "\"port\":" + std::to_string(port) + ","; }

  void on_push(std::size_t client, PayloadView push, WallClock::time_point arrived_at) {
    ++pushes_;
    if (wanted_.empty() || push.type != "NotifySubscriberRequest") return;
    if (push.json.find(wanted_) == std::string_view::npos) return fanout_.wrong();
    fanout_.received(client, arrived_at);
  }

  void change_to(int port) {
    call_each(
        poller_, provider_, [port](std::size_t) { return register_request(kService, "10.0.0.1", port); },
        "a register failed");
  }

  const ClientKind provider_kind_{.module = "naming"};
  const ClientKind kind_{.module = "naming",
                         .stamps = Stamps::kOn,
                         .on_push = [this](std::size_t client, PayloadView push, WallClock::time_point at) {
                           on_push(client, push, at);
                         }};
  Poller poller_;
  std::string wanted_;  // in the pushes of this round; empty before the first
  std::size_t pushes_ = 0;
  Fanout fanout_;
  NacosClients provider_, clients_;
};

int run(const std::vector<std::string>& arguments) {
  const auto number = [&](std::size_t index) { return std::atoi(arguments.at(index).c_str()); };
  const auto size = [&](std::size_t index) { return static_cast<std::size_t>(number(index)); };
  const auto port = static_cast<std::uint16_t>(arguments.size() > 2 ? number(2) : 0);
  const std::string mode = arguments.size() > 1 ? arguments[1] : "";
  if (arguments.size() > 3) need_sockets(size(3) + 1);
  if (mode == "provide" && arguments.size() == 4) return provide(port, size(3));
  if (mode == "query" && arguments.size() == 7)
    return query(port, size(3), number(4), std::atof(arguments[5].c_str()), size(6));
  if (mode == "register" && arguments.size() == 6) return register_many(port, size(3), number(4), size(5));
  if (mode == "fanout" && arguments.size() == 5) {
    Subscribers(port, size(3)).run(number(4));
    return 0;
  }
  if (mode == "storm" && arguments.size() == 4) {
    Storm(port, size(3)).run();
    return 0;
  }
  give_up("wrong arguments; the first lines of naming_load.cc are the manual");
}

}  // namespace
}  // namespace batata::bench

int main(int argc, char** argv) {
  return batata::bench::run({argv, argv + argc});
}
