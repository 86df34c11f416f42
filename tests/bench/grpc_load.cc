// Load over gRPC, for every server that speaks the Nacos client protocol, and for etcd.
//
//   grpc_load unary PORT query|publish|put CONNECTIONS IN_FLIGHT SECONDS KEYS VALUE_BYTES
//       IN_FLIGHT calls at a time on each connection, for SECONDS; 0: one for each key. query and publish are
//       Nacos requests, put is etcd's.
//   grpc_load push PORT CONNECTIONS PUBLISHES
//       CONNECTIONS clients listen to one config; each publish reaches all of them and each acknowledges it.
//   grpc_load hold PORT CONNECTIONS
//       CONNECTIONS clients, set up and idle.
//
// push and hold print {"ready":N} when every client is set up and go on when a line arrives on standard
// input; push prints its figures and waits for another line before it disconnects. A figure line is what
// Latencies::print writes.
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "h2_client.h"
#include "latencies.h"
#include "nacos_client.h"
#include "payload.h"
#include "run.h"
#include "unary_load.h"

namespace batata::bench {
namespace {

constexpr std::string_view kPut = "/etcdserverpb.KV/Put";

std::string config_request(std::string_view type, const std::string& members) {
  return nacos_request(type, members, "config");
}

std::string publish_request(const std::string& data_id, const std::string& content) {
  return config_request("ConfigPublishRequest", "\"dataId\":\"" + data_id +
                                                    "\",\"group\":\"bench\",\"tenant\":\"\",\"content\":\"" +
                                                    content + "\",\"additionMap\":{},");
}

int hold(std::uint16_t port, std::size_t count) {
  need_sockets(count);
  Poller poller;
  const ClientKind kind{.module = "config"};
  const auto clients = connected_clients(poller, port, count, kind);
  print_ready(clients.size());
  serve_until_told(poller);
  return 0;
}

int push(std::uint16_t port, std::size_t count, int publishes) {
  need_sockets(count);
  Poller poller;
  Latencies latencies;
  Clock::time_point published_at;
  const ClientKind kind{.module = "config", .on_push = [&](std::size_t, PayloadView push, auto) {
                          if (push.type == "ConfigChangeNotifyRequest")
                            latencies.add(Clock::now() - published_at);
                        }};
  const auto clients = connected_clients(poller, port, count, kind);
  const std::string listen =
      config_request("ConfigBatchListenRequest",
                     "\"listen\":true,\"configListenContexts\":[{\"group\":\"bench\",\"md5\":\"\",\"dataId\":"
                     "\"push\",\"tenant\":\"\"}],");
  call_each(poller, clients, [&listen](std::size_t) { return std::string(listen); }, "listening failed");
  print_ready(clients.size());
  serve_until_told(poller);

  const auto start = Clock::now();
  for (int i = 1; i <= publishes; ++i) {
    bool answered = false;
    published_at = Clock::now();
    clients.front()->call(publish_request("push", value_of(static_cast<std::uint64_t>(i), 200)),
                          [&answered](bool ok, std::string_view message) {
                            if (!is_success(ok, message)) give_up("a publish failed");
                            answered = true;
                          });
    const std::size_t wanted = count * static_cast<std::size_t>(i);
    poll_until(poller, [&] { return answered && latencies.count() >= wanted; });
  }
  latencies.print(std::chrono::duration<double>(Clock::now() - start).count(), 0);
  serve_until_told(poller);
  return 0;
}

UnaryLoad::Kind kind_of(std::string_view name, std::uint64_t keys, std::size_t value_bytes) {
  const auto data_id = [keys](std::uint64_t n) { return "app-" + std::to_string(n * 7919 % keys); };
  const auto is_right = [](std::uint64_t, bool ok, std::string_view message) {
    return is_success(ok, message);
  };
  // So that the values of one run differ from those of the runs before it: publishing what is there already
  // changes nothing.
  const auto salt = static_cast<std::uint64_t>(Clock::now().time_since_epoch().count());
  if (name == "query") {
    return {.path = kUnary,
            .make_request =
                [=](std::uint64_t n) {
                  return config_request("ConfigQueryRequest", "\"dataId\":\"" + data_id(n) +
                                                                  "\",\"group\":\"bench\",\"tenant\":\"\",");
                },
            .is_right = is_right};
  }
  if (name == "publish") {
    return {.path = kUnary,
            .make_request =
                [=](std::uint64_t n) { return publish_request(data_id(n), value_of(salt + n, value_bytes)); },
            .is_right = is_right};
  }
  if (name != "put") give_up("unknown kind of request");
  return {.path = kPut,
          .make_request =
              [=](std::uint64_t n) {
                return grpc_frame(proto_field(1, "bench/" + data_id(n)) +
                                  proto_field(2, value_of(salt + n, value_bytes)));
              },
          .is_right = [](std::uint64_t, bool ok, std::string_view) { return ok; }};
}

int unary(std::uint16_t port, const UnaryLoad::Kind& load, std::size_t connections, int in_flight,
          UnaryLoad::Limits limits) {
  Poller poller;
  const ClientKind kind{.module = "config"};
  NacosClients clients;
  std::vector<std::unique_ptr<H2Client>> plain;
  std::vector<H2Client*> transports;
  if (load.path == kUnary) {  // Nacos answers only clients that are set up
    clients = connected_clients(poller, port, connections, kind);
    for (const auto& client : clients) transports.push_back(&client->transport());
  } else {
    for (std::size_t i = 0; i < connections; ++i) {
      plain.push_back(std::make_unique<H2Client>(poller, port));
      transports.push_back(plain.back().get());
    }
  }
  UnaryLoad run(poller, load);
  run.run(transports, in_flight, limits);
  run.print();
  return 0;
}

int run(const std::vector<std::string>& arguments) {
  const auto number = [&](std::size_t index) { return std::atoi(arguments.at(index).c_str()); };
  const auto size = [&](std::size_t index) { return static_cast<std::size_t>(number(index)); };
  const auto port = static_cast<std::uint16_t>(arguments.size() > 2 ? number(2) : 0);
  if (arguments.size() == 9 && arguments[1] == "unary") {
    UnaryLoad::Limits limits;
    const double seconds = std::atof(arguments[6].c_str());
    if (seconds > 0) {
      limits.seconds = seconds;
    } else {
      limits.calls = size(7);
    }
    return unary(port, kind_of(arguments[3], size(7), size(8)), size(4), number(5), limits);
  }
  if (arguments.size() == 5 && arguments[1] == "push") return push(port, size(3), number(4));
  if (arguments.size() == 4 && arguments[1] == "hold") return hold(port, size(3));
  give_up("wrong arguments; the first lines of grpc_load.cc are the manual");
}

}  // namespace
}  // namespace batata::bench

int main(int argc, char** argv) {
  return batata::bench::run({argv, argv + argc});
}
