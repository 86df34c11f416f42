#include "app/house.h"

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <future>

#include "async/scope.h"
#include "cluster/single_node_registry.h"
#include "domain/config/config_service.h"
#include "domain/discovery/discovery_service.h"
#include "faces/nacos/face.h"
#include "net/server.h"
#include "platform/runtime/asio_runtime.h"
#include "platform/runtime/own_address.h"
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
  options.limits.stall_timeout = settings.stall_timeout;
  options.limits.ping_interval = settings.grpc_keep_alive_time;
  options.limits.ping_timeout = settings.grpc_keep_alive_timeout;
  return options;
}

nacos::PushTimes push_times(const platform::Settings& settings) {
  return {.naming_delay = settings.naming_push_delay,
          .naming_timeout = settings.naming_push_timeout,
          .naming_retry_delay = settings.naming_push_retry_delay,
          .config_tries_max = static_cast<int>(settings.config_push_max_retries)};
}

domain::ConfigOptions config_options(const platform::Settings& settings) {
  return {.history_retention = std::chrono::days(settings.config_retention_days),
          .grays_max = settings.config_grays_max};
}

domain::SearchLimits search_limits(const platform::Settings& settings) {
  return {.queued = settings.config_search_queue,
          .running = settings.config_search_threads,
          .wait = settings.config_search_wait};
}

domain::CapacityRules capacity_rules(const platform::Settings& settings) {
  const auto number = [](std::uint32_t setting) { return static_cast<std::int32_t>(setting); };
  return {.is_managed = settings.capacity_managed,
          .is_checked = settings.capacity_checked,
          .cluster_quota = number(settings.capacity_cluster_quota),
          .group_quota = number(settings.capacity_group_quota),
          .namespace_quota = number(settings.capacity_namespace_quota),
          .max_size = static_cast<std::int32_t>(settings.capacity_max_size),
          .max_aggr_count = number(settings.capacity_max_aggr_count),
          .max_aggr_size = static_cast<std::int32_t>(settings.capacity_max_aggr_size),
          .initial_expansion_percent = number(settings.capacity_expansion_percent)};
}

nacos::Identity identity(const platform::Settings& settings) {
  nacos::Identity identity;
  identity.ip = settings.advertised_address.empty() ? platform::own_address() : settings.advertised_address;
  identity.http_port = settings.port;
  identity.standalone = settings.standalone;
  return identity;
}

}  // namespace

// What lives on the loop, in the order of construction: each member stands on those above it, and goes before
// them.
struct House::Rooms {
  Rooms(platform::AsioRuntime& runtime, std::unique_ptr<platform::PosixDisk> log_disk,
        const platform::Settings& settings)
      : disk(std::move(log_disk)),
        state((fs::path(settings.data_folder) / "state").string()),
        log_executor(runtime, "log"),
        state_executor(runtime, "state"),
        node(runtime, *disk, log_executor, state, state_executor),
        work_executor(runtime, "work"),
        capacities(runtime, node.store(), node, capacity_rules(settings)),
        configs(runtime, node.store(), node, node.latest(), config_options(settings), &capacities),
        config_search(runtime, node.store(), work_executor, search_limits(settings)),
        config_transfer(runtime, node.store(), configs, work_executor),
        ephemeral(kSelf),
        discovery(runtime, ephemeral),
        face(nacos::Services{.runtime = runtime,
                             .watches = node.watches(),
                             .configs = configs,
                             .config_search = config_search,
                             .config_transfer = config_transfer,
                             .capacities = capacities,
                             .discovery = discovery,
                             .identity = identity(settings),
                             .push_times = push_times(settings),
                             .ready = [this] { return serving.load(); }}),
        router(runtime),
        scope(runtime) {
    face.add_http(router);
  }

  Status open() {
    if (Status status = node.open(); !status) return status;
    face.start();
    scope.spawn(configs.history().clean_up());
    serving = true;
    return {};
  }
  Task<void> close(std::promise<void>& closed) {
    serving = false;
    co_await node.stop();
    closed.set_value();
  }

  std::atomic<bool> serving = false;  // read by I/O threads
  std::unique_ptr<platform::PosixDisk> disk;
  platform::RocksState state;
  platform::ThreadExecutor log_executor, state_executor;
  replica::Node node;
  platform::ThreadExecutor work_executor;  // of what takes long and is nobody's disk: searches, archives
  domain::Capacities capacities;
  domain::ConfigService configs;
  domain::ConfigSearch config_search;
  domain::ConfigTransfer config_transfer;
  cluster::SingleNodeRegistry ephemeral;
  domain::DiscoveryService discovery;
  nacos::Face face;
  wire::Router router;
  Scope scope;
};

House::House(const platform::Settings& settings)
    : settings_(settings), runtime_(std::make_unique<platform::AsioRuntime>()) {
  loop_ = std::thread([this] { runtime_->run(); });
}

House::~House() {
  if (server_ != nullptr) server_->stop();
  on_loop([this] { rooms_.reset(); });
  server_.reset();
  runtime_->stop();
  loop_.join();
  runtime_->clear();
}

void House::on_loop(std::function<void()> job) {
  std::promise<void> done;
  runtime_->post([&job, &done] {
    job();
    done.set_value();
  });
  done.get_future().wait();
}

Status House::open() {
  auto disk = platform::PosixDisk::open_directory((fs::path(settings_.data_folder) / "raft").string());
  if (!disk) return tl::unexpected(std::move(disk.error()));
  Status status;
  on_loop([&] {
    rooms_ = std::make_unique<Rooms>(*runtime_, std::move(*disk), settings_);
    status = rooms_->open();
  });
  if (!status) return status;
  server_ =
      std::make_unique<net::Server>(server_options(settings_), rooms_->router, rooms_->face.grpc_methods());
  return server_->start();
}

std::string House::addresses() const {
  const auto ports = server_->ports();
  const bool v6 = settings_.bind_address.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + settings_.bind_address + "]" : settings_.bind_address;
  return fmt::format("http {0}:{1} grpc {0}:{2}", host, ports.at(0), ports.at(1));
}

void House::close() {
  server_->wind_down();
  // Now, so that the answers of held polls end their connections; without it polls would use up the drain
  // time.
  on_loop([this] { rooms_->node.watches().end_bounded_waits(); });
  server_->drain(settings_.drain_time);
  server_->stop();
  std::promise<void> closed;
  on_loop([&] { rooms_->scope.spawn(rooms_->close(closed)); });
  closed.get_future().wait();
}

}  // namespace batata::app
