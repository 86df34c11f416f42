#include "app/house.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
#include <iterator>
#include <optional>

#include "app/node_metrics.h"
#include "app/options.h"
#include "app/tls_ports.h"
#include "async/scope.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/directories/token_key_check.h"
#include "cli/version.h"
#include "cluster/single_node_registry.h"
#include "domain/access/access_service.h"
#include "domain/access/sign_ins.h"
#include "domain/access/token_key.h"
#include "domain/config/config_service.h"
#include "domain/coordination/lock_service.h"
#include "domain/discovery/discovery_service.h"
#include "domain/discovery/health_checker.h"
#include "domain/namespaces/namespace_service.h"
#include "faces/batata/backup_http.h"
#include "faces/batata/documents_http.h"
#include "faces/batata/log_http.h"
#include "faces/batata/metrics_http.h"
#include "faces/batata/status_http.h"
#include "faces/grpc/health.h"
#include "faces/grpc/reflection.h"
#include "faces/nacos/face.h"
#include "faces/nacos/grpc/schema.h"
#include "net/server.h"
#include "net/udp_socket.h"
#include "platform/ldap/ldap_directory.h"
#include "platform/passwords/bcrypt_passwords.h"
#include "platform/probes/socket_probes.h"
#include "platform/runtime/asio_runtime.h"
#include "platform/runtime/memory_use.h"
#include "platform/runtime/own_address.h"
#include "platform/runtime/process_metrics.h"
#include "platform/runtime/system_load.h"
#include "platform/secrets/secret_file.h"
#include "platform/storage/posix_disk.h"
#include "platform/storage/rocks_state.h"
#include "platform/storage/thread_executor.h"
#include "replica/node.h"
#include "replica/node_backups.h"
#include "wire/load.h"
#include "wire/router.h"

namespace batata::app {
namespace {

namespace fs = std::filesystem;

constexpr NodeId kSelf{1};  // the only member of a cluster of one

net::ServerOptions server_options(const platform::Settings& settings, const TlsPorts& tls, wire::Load& load) {
  net::ServerOptions options;
  options.listen = {{settings.bind_address, settings.port, tls.main().tls, tls.main().also_plain},
                    {settings.bind_address, settings.sdk_port, tls.sdk().tls, tls.sdk().also_plain}};
  options.io_threads = settings.io_threads;
  options.load = &load;
  options.limits = net_limits(settings);
  return options;
}

nacos::Identity identity(const platform::Settings& settings) {
  nacos::Identity identity;
  identity.ip = settings.advertised_address.empty() ? platform::own_address() : settings.advertised_address;
  identity.http_port = settings.port;
  identity.standalone = settings.standalone;
  return identity;
}

nacos::RaftView raft_view(const replica::NodeStatus& status) {
  return {.leading = status.leading, .term = status.term.value};
}

// Why writes are refused, for anybody who asks.
std::string refusal_of_writes(const replica::NodeStatus& status) {
  if (status.disk_nearly_full) return "the disk is nearly full";
  return status.leading ? "" : "the server is stopping";
}

// The operator's key; nothing where there is none.
Result<std::optional<Secret>> given_token_key(const platform::Settings& settings) {
  if (settings.token_secret_key.empty()) return std::optional<Secret>();
  if (domain::is_documents_example(settings.token_secret_key)) {
    log::warn(
        "nacos.core.auth.plugin.nacos.token.secret.key is the example of Nacos' documents: anybody can make "
        "tokens with it");
  }
  auto key = domain::decode_token_key(settings.token_secret_key);
  if (!key) return tl::unexpected(std::move(key.error()));
  return std::optional<Secret>(std::move(*key));
}

nacos::CertificateName certificate_name(std::string_view setting) {
  if (setting == "common-name") return nacos::CertificateName::kCommon;
  return setting == "none" ? nacos::CertificateName::kNone : nacos::CertificateName::kAlternative;
}

nacos::AccessOptions access_options(const platform::Settings& settings, Secret key) {
  std::string header = lower_case(settings.identity_key);
  nacos::AccessOptions options{.client = settings.auth_enabled,
                               .admin = settings.auth_admin_enabled,
                               .console = settings.auth_console_enabled,
                               .system_type = settings.auth_system_type,
                               .token_key = {},
                               .token_life = std::chrono::seconds(settings.token_expire_seconds),
                               .identity_name = std::move(header),
                               .identity_value = Secret(std::string(settings.identity_value)),
                               .certificate_name = certificate_name(settings.tls_client_user)};
  // Where nobody has to sign in and the operator has given no key, logins give no real token.
  if (options.any() || !settings.token_secret_key.empty()) options.token_key = std::move(key);
  return options;
}

// Where people are kept beside this server; none unless the settings say so.
class Directory {
 public:
  Directory(Runtime& runtime, const platform::Settings& settings) {
    if (settings.auth_system_type != "ldap") return;
    executor_ = std::make_unique<platform::ThreadExecutor>(runtime, "ldap");
    ldap_ = std::make_unique<platform::LdapDirectory>(runtime, *executor_, ldap_options(settings));
  }
  [[nodiscard]] domain::AccountDirectory* get() const { return ldap_.get(); }

 private:
  std::unique_ptr<platform::ThreadExecutor> executor_;
  std::unique_ptr<platform::LdapDirectory> ldap_;
};

}  // namespace

// What lives on the loop, in the order of construction: each member stands on those above it, and goes before
// them.
struct House::Rooms {
  Rooms(platform::AsioRuntime& runtime, std::unique_ptr<platform::PosixDisk> log_disk, net::UdpSocket& udp,
        Secret key, const platform::Settings& settings, net::EgressPolicy egress, TlsPorts tls_ports,
        wire::Load& load, wire::RequestLog& log)
      : node_metrics(runtime),
        disk(std::move(log_disk)),
        tls(std::move(tls_ports)),
        state((fs::path(settings.data_folder) / "state").string()),
        log_executor(runtime, "log"),
        state_executor(runtime, "state"),
        node(runtime, *disk, log_executor, state, state_executor, node_options(settings)),
        work_executor(runtime, "work"),
        capacities(runtime, node.store(), node, capacity_rules(settings)),
        configs(runtime, node.store(), node, node.latest(), config_options(settings), &capacities),
        first_password_executor(runtime, "password-1"),
        second_password_executor(runtime, "password-2"),
        passwords(runtime, {&first_password_executor, &second_password_executor}),
        access(runtime, node, node.watches(), passwords),
        directory(runtime, settings),
        sign_ins(runtime, access, passwords, lockout_limits(settings), directory.get()),
        config_search(runtime, node.store(), work_executor, search_limits(settings)),
        config_transfer(runtime, node.store(), configs, work_executor),
        ephemeral(kSelf),
        discovery(runtime, ephemeral, node.watches(), node, discovery_times(settings)),
        namespaces(runtime, node.store(), node, node.latest()),
        locks(runtime, node.store(), node),
        probes(runtime, std::move(egress)),
        health_checker(runtime, discovery, probes),
        face(nacos::Services{.runtime = runtime,
                             .watches = node.watches(),
                             .configs = configs,
                             .config_search = config_search,
                             .config_transfer = config_transfer,
                             .capacities = capacities,
                             .discovery = discovery,
                             .namespaces = namespaces,
                             .locks = locks,
                             .access = access,
                             .sign_ins = sign_ins,
                             .identity = identity(settings),
                             .push_times = push_times(settings),
                             .config_fuzzy = config_fuzzy(settings),
                             .naming_fuzzy = naming_fuzzy(settings),
                             .lock_times = lock_times(settings),
                             .connections_max = settings.grpc_connections_max,
                             .datagrams = &udp,
                             .machine =
                                 [this] {
                                   return nacos::MachineLoad{.cpu = machine.cpu(),
                                                             .load = platform::SystemLoad::run_queue(),
                                                             .mem = platform::memory_use()};
                                 },
                             .ready = [this] { return serving.load(); },
                             .raft = [this] { return raft_view(node.status()); },
                             .load = &load,
                             .log = &log,
                             .prometheus = settings.prometheus_enabled,
                             .namespaces_must_exist = settings.namespaces_must_exist,
                             .access_options = access_options(settings, std::move(key))}),
        backups(runtime, node, state_executor),
        backup_http(backups, face.gate()),
        log_http(face.gate()),
        status_http([this] { return refusal_of_writes(node.status()); }),
        metrics_http(runtime, metrics, face.gate(), settings.metrics_public, &load),
        documents_http(router, cli::version()),
        reflection(nacos::grpc_schema()),
        health(served_beside_health(), [this] { return serving.load(); }),
        router(runtime, &load, &log),
        runtime(runtime),
        scope(runtime) {
    metrics.add([this](metrics::Writer& out) {
      node_metrics.write(out, serving && refusal_of_writes(node.status()).empty());
      platform::write_process_metrics(out);
    });
    metrics.add([this](metrics::Writer& out) {
      node.write(out);
      state.write(out);
    });
    metrics.add([&load](metrics::Writer& out) { load.write(out); });
    metrics.add([this](metrics::Writer& out) { router.write(out); });
    metrics.add([this](metrics::Writer& out) { face.write(out); });
    face.add_http(router);
    backup_http.add_http(router);
    log_http.add_http(router);
    status_http.add_http(router);
    metrics_http.add_http(router);
    documents_http.add_http(router);
  }

  std::vector<wire::GrpcMethod> served_beside_health() {
    auto methods = face.grpc_methods();
    std::ranges::move(reflection.methods(), std::back_inserter(methods));
    return methods;
  }
  std::vector<wire::GrpcMethod> grpc_methods() {
    auto methods = served_beside_health();
    std::ranges::move(health.methods(), std::back_inserter(methods));
    return methods;
  }
  Status open() {
    if (Status status = node.open(); !status) return status;
    scope.spawn(access.run());
    discovery.start();
    face.start();
    scope.spawn(configs.history().clean_up());
    scope.spawn(tls.keep_fresh(runtime, work_executor));
    scope.spawn(node_metrics.watch_loop());
    serving = true;
    return {};
  }
  Task<void> close(std::promise<void>& closed) {
    serving = false;
    co_await node.stop();
    closed.set_value();
  }

  std::atomic<bool> serving = false;  // read by I/O threads
  metrics::Registry metrics;
  NodeMetrics node_metrics;
  std::unique_ptr<platform::PosixDisk> disk;
  TlsPorts tls;
  platform::RocksState state;
  platform::ThreadExecutor log_executor, state_executor;
  replica::Node node;
  platform::ThreadExecutor work_executor;  // of what takes long and is nobody's disk: searches, archives
  domain::Capacities capacities;
  domain::ConfigService configs;
  // Two, so that a flood of sign-ins leaves the machine to those who have signed in.
  platform::ThreadExecutor first_password_executor, second_password_executor;
  platform::BcryptPasswords passwords;
  domain::AccessService access;
  Directory directory;
  domain::SignIns sign_ins;
  domain::ConfigSearch config_search;
  domain::ConfigTransfer config_transfer;
  cluster::SingleNodeRegistry ephemeral;
  domain::DiscoveryService discovery;
  domain::NamespaceService namespaces;
  domain::LockService locks;
  platform::SystemLoad machine;
  platform::SocketProbes probes;
  domain::HealthChecker health_checker;
  nacos::Face face;
  replica::NodeBackups backups;
  own::BackupHttp backup_http;
  own::LogHttp log_http;
  own::StatusHttp status_http;
  own::MetricsHttp metrics_http;
  own::DocumentsHttp documents_http;
  grpc::Reflection reflection;
  grpc::Health health;
  wire::Router router;
  Runtime& runtime;
  Scope scope;
};

House::House(const platform::Settings& settings, RequestLogs& logs)
    : settings_(settings),
      load_(std::make_unique<wire::Load>(wire::LoadLimits{.in_flight = settings.max_requests_in_flight,
                                                          .unsent_bytes = settings.max_unsent,
                                                          .unfinished_bytes = settings.max_unfinished})),
      runtime_(std::make_unique<platform::AsioRuntime>()),
      log_(logs.log(*runtime_)) {
  loop_ = std::thread([this] { runtime_->run(); });
}

House::~House() {
  if (server_ != nullptr) server_->stop();
  on_loop([this] { rooms_.reset(); });
  udp_.reset();
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

// What settings and the files that they name come to.
struct House::Findings {
  net::EgressPolicy egress;
  TlsPorts tls;
  std::optional<Secret> token_key;
};

Result<House::Findings> House::check_settings() {
  auto egress = net::EgressPolicy::parse(settings_.health_check_allowed, settings_.health_check_denied);
  if (!egress) return fail(std::move(egress.error()), "batata.health-check");
  auto tls = TlsPorts::open(settings_);
  if (!tls) return tl::unexpected(std::move(tls.error()));
  auto key = given_token_key(settings_);
  if (!key) return tl::unexpected(std::move(key.error()));
  return Findings{std::move(*egress), std::move(*tls), std::move(*key)};
}

tl::expected<void, cli::StartRefusal> House::open() {
  using Part = cli::StartPart;
  const auto refused = [](Part part, Error& error) {
    return tl::unexpected(cli::StartRefusal{part, std::move(error)});
  };
  auto findings = check_settings();
  if (!findings) return refused(Part::kSettings, findings.error());
  net::ServerOptions options = server_options(settings_, findings->tls, *load_);
  if (auto free = net::Server::check_ports(options.listen); !free) return refused(Part::kPorts, free.error());
  auto udp = net::UdpSocket::open(*runtime_, {settings_.bind_address, 0});
  if (!udp) return refused(Part::kPorts, udp.error());
  udp_ = std::move(*udp);
  auto disk = platform::PosixDisk::open_directory((fs::path(settings_.data_folder) / "raft").string());
  if (!disk) return refused(Part::kDirectory, disk.error());
  // Before anything else is made in it: another server may be at that, too.
  if (auto locked = (*disk)->lock(); !locked) return refused(Part::kDirectory, locked.error());
  auto key = findings->token_key ? Result<Secret>(std::move(*findings->token_key))
                                 : platform::load_or_create_secret(cli::token_key_path(settings_.data_folder),
                                                                   domain::kTokenKeyBytesMin);
  if (!key) return refused(Part::kTokenKey, key.error());
  if (auto opened = open_rooms(std::move(*findings), std::move(*disk), std::move(*key)); !opened)
    return refused(Part::kDirectory, opened.error());
  server_ = std::make_unique<net::Server>(std::move(options), rooms_->router, rooms_->grpc_methods());
  on_loop([this] { rooms_->metrics.add([this](metrics::Writer& out) { server_->write(out); }); });
  if (auto started = server_->start(); !started) return refused(Part::kPorts, started.error());
  return {};
}

Status House::open_rooms(Findings findings, std::unique_ptr<platform::PosixDisk> disk, Secret key) {
  Status status;
  on_loop([&] {
    rooms_ = std::make_unique<Rooms>(*runtime_, std::move(disk), *udp_, std::move(key), settings_,
                                     std::move(findings.egress), std::move(findings.tls), *load_, *log_);
    status = rooms_->open();
  });
  return status;
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
