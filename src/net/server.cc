#include "net/server.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/assert.h"
#include "net/connection.h"
#include "net/io_thread.h"
#include "net/listener.h"

namespace batata::net {

struct Server::Impl {
  ServerOptions options;
  Service service;
  std::vector<std::unique_ptr<IoThread>> threads;
  std::vector<std::uint16_t> ports;
};

namespace {

Service make_service(const Limits& limits, wire::Load* load, wire::Router& router,
                     std::vector<wire::GrpcMethod> methods) {
  Service service{limits, router, {}};
  service.load = load;
  service.counts = std::make_shared<ConnectionCounts>(limits.connections, limits.connections_per_address);
  for (auto& method : methods) {
    BATATA_ASSERT((method.unary == nullptr) != (method.stream == nullptr));
    const auto path = method.path;
    const bool added = service.methods.emplace(path, std::move(method)).second;
    BATATA_ASSERT(added);
  }
  return service;
}

}  // namespace

Server::Server(ServerOptions options, wire::Router& router, std::vector<wire::GrpcMethod> methods)
    : impl_(new Impl{
          options, make_service(options.limits, options.load, router, std::move(methods)), {}, {}}) {}

Server::~Server() {
  stop();
}

Status Server::check_ports(const std::vector<ListenAddress>& listen) {
  for (const ListenAddress& where : listen)
    if (auto free = check_free(where); !free) return free;
  return {};
}

Status Server::start() {
  const unsigned wanted = impl_->options.io_threads;
  const unsigned count = wanted != 0 ? wanted : std::max(1u, std::thread::hardware_concurrency());
  auto& threads = impl_->threads;
  impl_->service.greatest_held = std::make_shared<GreatestHeld>(count);
  for (unsigned i = 0; i < count; ++i)
    threads.push_back(std::make_unique<IoThread>(impl_->service, i, count));
  for (const ListenAddress& where : impl_->options.listen) {
    ListenAddress bound = where;
    for (unsigned i = 0; i < count; ++i) {
      const auto socket = listen_on(bound, i == 0);
      if (!socket) {
        threads.clear();  // closes what was bound before
        return tl::unexpected(socket.error());
      }
      if (i == 0) bound.port = bound_port(*socket);
      const Entry entry{where.tls, where.tls == nullptr || where.also_plain};
      threads[i]->add_listener(std::make_unique<Listener>(*threads[i], *socket, entry));
    }
    impl_->ports.push_back(bound.port);
  }
  for (const auto& thread : threads) thread->start();
  return {};
}

std::vector<std::uint16_t> Server::ports() const {
  return impl_->ports;
}

std::span<const metrics::Metric> Server::metric_rows() {
  return Meters::metric_rows();
}

void Server::write(metrics::Writer& out) const {
  const ConnectionCounts& counts = *impl_->service.counts;
  impl_->service.meters->write(out, counts.total(), counts.most(), counts.most_per_client());
}

std::size_t Server::connections() const {
  std::size_t sum = 0;
  for (const auto& thread : impl_->threads) sum += thread->connections();
  return sum;
}

void Server::wind_down() {
  for (const auto& thread : impl_->threads) thread->wind_down();
}

void Server::drain(std::chrono::milliseconds limit) {
  constexpr auto kLook = std::chrono::milliseconds(5);
  const auto until = IoThread::Clock::now() + limit;
  const auto drained = [this] {
    return std::ranges::all_of(impl_->threads, [](const auto& thread) { return thread->winds_down(); }) &&
           connections() == 0;
  };
  while (!drained() && IoThread::Clock::now() < until) std::this_thread::sleep_for(kLook);
}

void Server::stop() {
  for (const auto& thread : impl_->threads) thread->stop();
  impl_->threads.clear();
}

}  // namespace batata::net
