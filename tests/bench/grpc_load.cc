// Load over gRPC, for every server that speaks the Nacos client protocol, and for etcd.
//
//   grpc_load unary PORT query|publish|put CONNECTIONS IN_FLIGHT SECONDS KEYS VALUE_BYTES
//       IN_FLIGHT calls at a time on each connection, for SECONDS. query and publish are Nacos requests, put
//       is etcd's.
//   grpc_load push PORT CONNECTIONS PUBLISHES
//       CONNECTIONS clients listen to one config; each publish reaches all of them and each acknowledges it.
//   grpc_load hold PORT CONNECTIONS
//       CONNECTIONS clients, set up and idle.
//
// push and hold print {"ready":N} when every client is set up and go on when a line arrives on standard
// input; push prints its figures and waits for another line before it disconnects. A figure line is what
// Latencies::print writes.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "h2_client.h"
#include "latencies.h"
#include "payload.h"

namespace batata::bench {
namespace {

constexpr std::string_view kUnary = "/Request/request";
constexpr std::string_view kStream = "/BiRequestStream/requestBiStream";
constexpr std::string_view kPut = "/etcdserverpb.KV/Put";
constexpr auto kPatience =
    std::chrono::seconds(60);     // for anything that must happen; far above what any server needs
constexpr int kDialsAtOnce = 64;  // below every listen backlog

[[noreturn]] void give_up(const char* why) {
  std::fprintf(stderr, "grpc_load: %s\n", why);
  std::exit(1);
}

std::string nacos_request(std::string_view type, const std::string& members) {
  return grpc_frame(nacos_payload(type, "{\"headers\":{}," + members + "\"module\":\"config\"}"));
}

std::string publish_request(const std::string& data_id, const std::string& content) {
  return nacos_request("ConfigPublishRequest", "\"dataId\":\"" + data_id +
                                                   "\",\"group\":\"bench\",\"tenant\":\"\",\"content\":\"" +
                                                   content + "\",\"additionMap\":{},");
}

bool is_success(bool ok, std::string_view message) {
  return ok && parse_payload(message).json.find("\"resultCode\":200") != std::string_view::npos;
}

/// Polls until `done`; ends the program when it does not come about.
void poll_until(Poller& poller, const std::function<bool()>& done) {
  const auto end = Clock::now() + kPatience;
  while (!done()) {
    poller.poll(100);
    if (Clock::now() > end) give_up("the server did not do its part in time");
  }
}

/// A Nacos client: transport, stream, set up as the Java client does it.
class NacosClient {
 public:
  NacosClient(Poller& poller, std::uint16_t port, std::function<void()> on_set_up,
              std::function<void()> on_change)
      : client_(poller, port), on_set_up_(std::move(on_set_up)), on_change_(std::move(on_change)) {
    client_.call(kUnary,
                 grpc_frame(nacos_payload("ServerCheckRequest", "{\"headers\":{},\"module\":\"internal\"}")),
                 [this](bool ok, std::string_view message) {
                   if (!is_success(ok, message)) give_up("the server check failed");
                   open_stream();
                 });
    client_.flush();
  }

  void call(std::string framed, std::function<void(bool, std::string_view)> done) {
    client_.call(kUnary, std::move(framed), std::move(done));
    client_.flush();
  }

  H2Client& transport() { return client_; }

 private:
  void open_stream() {
    client_.open_stream(kStream, [this](std::string_view message) { on_message(parse_payload(message)); });
    client_.send(grpc_frame(
        nacos_payload("ConnectionSetupRequest",
                      "{\"headers\":{},\"clientVersion\":\"Nacos-Java-Client:v2.5.1\",\"tenant\":\"\","
                      "\"labels\":{\"source\":\"sdk\",\"module\":\"config\",\"AppName\":\"bench\"},"
                      "\"abilityTable\":{},\"module\":\"internal\"}")));
  }

  void on_message(PayloadView push) {
    if (push.type == "SetupAckRequest") return on_set_up_();
    if (push.type == "ConfigChangeNotifyRequest") on_change_();
    const std::string answer =
        std::string(push.type.substr(0, push.type.size() - std::strlen("Request"))) + "Response";
    client_.send(grpc_frame(
        nacos_payload(answer, "{\"resultCode\":200,\"errorCode\":0,\"success\":true,\"requestId\":\"" +
                                  std::string(json_string(push.json, "requestId")) + "\"}")));
  }

  H2Client client_;
  std::function<void()> on_set_up_;
  std::function<void()> on_change_;
};

/// `count` clients, all set up.
std::vector<std::unique_ptr<NacosClient>> connected_clients(Poller& poller, std::uint16_t port, int count,
                                                            const std::function<void()>& on_change) {
  std::vector<std::unique_ptr<NacosClient>> clients;
  const auto ready = std::make_shared<int>(0);  // outlives this function, as the clients do
  while (static_cast<int>(clients.size()) < count) {
    for (int i = 0; i < kDialsAtOnce && static_cast<int>(clients.size()) < count; ++i) {
      clients.push_back(std::make_unique<NacosClient>(poller, port, [ready] { ++*ready; }, on_change));
    }
    poll_until(poller, [&] { return *ready == static_cast<int>(clients.size()); });
  }
  return clients;
}

/// Keeps the connections alive (answers the server's probes) until a line arrives on standard input.
void serve_until_told(Poller& poller) {
  struct Input final : Poller::Socket {
    bool told = false;
    void on_ready(std::uint32_t) override {
      told = true;
      if (std::getchar() == EOF) std::exit(0);
    }
  } input;
  std::setvbuf(stdin, nullptr, _IONBF, 0);
  poller.add(STDIN_FILENO, input);
  while (!input.told) poller.poll(1000);
  poller.remove(STDIN_FILENO);
}

void print_ready(std::size_t count) {
  std::printf("{\"ready\":%zu}\n", count);
  std::fflush(stdout);
}

int hold(std::uint16_t port, int count) {
  Poller poller;
  const auto clients = connected_clients(poller, port, count, [] {});
  print_ready(clients.size());
  serve_until_told(poller);
  return 0;
}

int push(std::uint16_t port, int count, int publishes) {
  Poller poller;
  Latencies latencies;
  Clock::time_point published_at;
  const auto clients =
      connected_clients(poller, port, count, [&] { latencies.add(Clock::now() - published_at); });
  int listening = 0;
  for (const auto& client : clients) {
    client->call(
        nacos_request(
            "ConfigBatchListenRequest",
            "\"listen\":true,\"configListenContexts\":[{\"group\":\"bench\",\"md5\":\"\",\"dataId\":\"push\","
            "\"tenant\":\"\"}],"),
        [&listening](bool ok, std::string_view message) {
          if (!is_success(ok, message)) give_up("listening failed");
          ++listening;
        });
  }
  poll_until(poller, [&] { return listening == count; });
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
    const auto wanted = static_cast<std::size_t>(count) * static_cast<std::size_t>(i);
    poll_until(poller, [&] { return answered && latencies.count() >= wanted; });
  }
  latencies.print(std::chrono::duration<double>(Clock::now() - start).count(), 0);
  serve_until_told(poller);
  return 0;
}

/// Keeps `in_flight` calls going on each connection until the time is over.
class UnaryLoad {
 public:
  struct Kind {
    std::string_view path;
    std::function<std::string(std::uint64_t counter)> make_request;
    bool (*is_right)(bool ok, std::string_view message);
  };

  UnaryLoad(Poller& poller, Kind kind) : poller_(poller), kind_(std::move(kind)) {}

  void run(const std::vector<H2Client*>& connections, int in_flight, double seconds) {
    start_ = Clock::now();
    end_ = start_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    for (H2Client* connection : connections) {
      for (int i = 0; i < in_flight; ++i) call(*connection);
      connection->flush();
    }
    while (open_ > 0) {
      poller_.poll(100);
      if (Clock::now() > end_ + kPatience) give_up("calls were left without an answer");
    }
    latencies_.print(std::chrono::duration<double>(Clock::now() - start_).count(), errors_);
  }

 private:
  void call(H2Client& connection) {
    ++open_;
    connection.call(kind_.path, kind_.make_request(counter_++),
                    [this, &connection, sent = Clock::now()](bool ok, std::string_view message) {
                      const auto now = Clock::now();
                      --open_;
                      latencies_.add(now - sent);
                      if (!kind_.is_right(ok, message)) ++errors_;
                      if (now < end_) call(connection);
                    });
  }

  Poller& poller_;
  Kind kind_;
  Latencies latencies_;
  Clock::time_point start_, end_;
  std::uint64_t counter_ = 0, errors_ = 0, open_ = 0;
};

UnaryLoad::Kind kind_of(std::string_view name, std::uint64_t keys, std::size_t value_bytes) {
  const auto data_id = [keys](std::uint64_t n) { return "app-" + std::to_string(n * 7919 % keys); };
  // So that the values of one run differ from those of the runs before it: publishing what is there already
  // changes nothing.
  const auto salt = static_cast<std::uint64_t>(Clock::now().time_since_epoch().count());
  if (name == "query") {
    return {.path = kUnary,
            .make_request =
                [=](std::uint64_t n) {
                  return nacos_request("ConfigQueryRequest", "\"dataId\":\"" + data_id(n) +
                                                                 "\",\"group\":\"bench\",\"tenant\":\"\",");
                },
            .is_right = is_success};
  }
  if (name == "publish") {
    return {.path = kUnary,
            .make_request =
                [=](std::uint64_t n) { return publish_request(data_id(n), value_of(salt + n, value_bytes)); },
            .is_right = is_success};
  }
  if (name != "put") give_up("unknown kind of request");
  return {.path = kPut,
          .make_request =
              [=](std::uint64_t n) {
                return grpc_frame(proto_field(1, "bench/" + data_id(n)) +
                                  proto_field(2, value_of(salt + n, value_bytes)));
              },
          .is_right = [](bool ok, std::string_view) { return ok; }};
}

int unary(std::uint16_t port, const UnaryLoad::Kind& kind, int connections, int in_flight, double seconds) {
  Poller poller;
  std::vector<std::unique_ptr<NacosClient>> clients;
  std::vector<std::unique_ptr<H2Client>> plain;
  std::vector<H2Client*> transports;
  if (kind.path == kUnary) {  // Nacos answers only clients that are set up
    clients = connected_clients(poller, port, connections, [] {});
    for (const auto& client : clients) transports.push_back(&client->transport());
  } else {
    for (int i = 0; i < connections; ++i) {
      plain.push_back(std::make_unique<H2Client>(poller, port));
      transports.push_back(plain.back().get());
    }
  }
  UnaryLoad(poller, kind).run(transports, in_flight, seconds);
  return 0;
}

int run(const std::vector<std::string>& arguments) {
  const auto number = [&](std::size_t index) { return std::atoi(arguments.at(index).c_str()); };
  const auto port = static_cast<std::uint16_t>(arguments.size() > 2 ? number(2) : 0);
  if (arguments.size() == 9 && arguments[1] == "unary") {
    const auto keys = static_cast<std::uint64_t>(number(7));
    return unary(port, kind_of(arguments[3], keys, static_cast<std::size_t>(number(8))), number(4), number(5),
                 std::atof(arguments[6].c_str()));
  }
  if (arguments.size() == 5 && arguments[1] == "push") return push(port, number(3), number(4));
  if (arguments.size() == 4 && arguments[1] == "hold") return hold(port, number(3));
  give_up("wrong arguments; the first lines of grpc_load.cc are the manual");
}

}  // namespace
}  // namespace batata::bench

int main(int argc, char** argv) {
  return batata::bench::run({argv, argv + argc});
}
