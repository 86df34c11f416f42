#include "app/house.h"

#include <fmt/format.h>

#include <filesystem>
#include <future>
#include <thread>

#include "async/scope.h"
#include "cluster/single_node_registry.h"
#include "domain/config/config_service.h"
#include "domain/discovery/discovery_service.h"
#include "faces/nacos/face.h"
#include "net/server.h"
#include "platform/runtime/asio_runtime.h"
#include "platform/storage/posix_disk.h"
#include "platform/storage/rocks_state.h"
#include "platform/storage/thread_executor.h"
#include "replica/node.h"
#include "wire/router.h"

namespace batata::app {
namespace {

namespace fs = std::filesystem;

constexpr NodeId kSelf{1};  // the only member of a cluster of one

net::ServerOptions server_options(const platform::Settings& settings) {
  net::ServerOptions options;
  options.listen = {{settings.bind_address, settings.port}, {settings.bind_address, settings.sdk_port}};
  options.io_threads = settings.io_threads;
  options.limits.header_bytes = settings.max_header_bytes;
  options.limits.body_bytes = settings.max_body_bytes;
  options.limits.message_bytes = settings.grpc_max_message_bytes;
  options.limits.streams = settings.max_streams;
  options.limits.header_timeout = settings.header_timeout;
  options.limits.idle_timeout = settings.idle_timeout;
  options.limits.ping_interval = settings.grpc_keep_alive_time;
  options.limits.ping_timeout = settings.grpc_keep_alive_timeout;
  return options;
}

nacos::Identity identity(const platform::Settings& settings) {
  nacos::Identity identity;
  identity.ip = settings.advertised_address.empty() ? "127.0.0.1" : settings.advertised_address;
  identity.http_port = settings.port;
  return identity;
}

}  // namespace

// Members in the order of construction: each stands on those above it, and goes before them.
struct House::Rooms {
  explicit Rooms(const platform::Settings& s)
      : settings(s),
        disk(fs::path(s.data_folder) / "raft"),
        state(fs::path(s.data_folder) / "state"),
        log_executor(runtime),
        state_executor(runtime),
        node(runtime, disk, log_executor, state, state_executor),
        configs(runtime, node.store(), node, node.latest()),
        ephemeral(kSelf),
        discovery(runtime, ephemeral),
        face(nacos::Services{runtime, node.watches(), configs, discovery, identity(s)}),
        router(runtime),
        server(server_options(s), router, face.grpc_methods()),
        scope(runtime) {
    face.add_http(router);
  }

  Task<void> stop_node(std::promise<void>& stopped) {
    co_await node.stop();
    stopped.set_value();
  }

  const platform::Settings settings;
  platform::AsioRuntime runtime;
  platform::PosixDisk disk;
  platform::RocksState state;
  platform::ThreadExecutor log_executor, state_executor;
  replica::Node node;
  domain::ConfigService configs;
  cluster::SingleNodeRegistry ephemeral;
  domain::DiscoveryService discovery;
  nacos::Face face;
  wire::Router router;
  net::Server server;
  Scope scope;
  std::thread loop;
};

House::House(const platform::Settings& settings) : rooms_(std::make_unique<Rooms>(settings)) {}

House::~House() {
  rooms_->server.stop();
  rooms_->runtime.stop();
  if (rooms_->loop.joinable()) rooms_->loop.join();
  rooms_->runtime.clear();
}

Status House::open() {
  Rooms& rooms = *rooms_;
  std::promise<Status> opened;
  rooms.runtime.post([&rooms, &opened] {
    Status status = rooms.node.open();
    if (status) rooms.face.start();
    opened.set_value(std::move(status));
  });
  rooms.loop = std::thread([&rooms] { rooms.runtime.run(); });
  if (Status status = opened.get_future().get(); !status) return status;
  return rooms.server.start();
}

std::string House::addresses() const {
  const auto ports = rooms_->server.ports();
  return fmt::format("http {0}:{1} grpc {0}:{2}", rooms_->settings.bind_address, ports.at(0), ports.at(1));
}

void House::close() {
  Rooms& rooms = *rooms_;
  rooms.server.drain(rooms.settings.drain_time);
  rooms.server.stop();
  std::promise<void> stopped;
  rooms.runtime.post([&rooms, &stopped] { rooms.scope.spawn(rooms.stop_node(stopped)); });
  stopped.get_future().wait();
}

}  // namespace batata::app
