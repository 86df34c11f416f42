#include "faces/grpc/health.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/protobuf.h"

namespace batata::grpc {
namespace {

using wire::GrpcCode;
using wire::GrpcStatus;

// Field numbers of grpc/health/v1/health.proto.
constexpr std::uint32_t kRequestService = 1, kResponseStatus = 1, kListStatuses = 1;
constexpr std::uint32_t kEntryKey = 1, kEntryValue = 2;

GrpcStatus malformed() {
  return {GrpcCode::kInternal, "the message is no HealthCheckRequest"};
}

// The services that methods belong to, and this one.
std::vector<std::string> services_of(std::span<const wire::GrpcMethod> methods) {
  std::vector<std::string> services{"grpc.health.v1.Health"};
  for (const auto& method : methods)
    services.emplace_back(method.path.substr(1, method.path.rfind('/') - 1));  // of "/Service/method"
  std::ranges::sort(services);
  const auto twice = std::ranges::unique(services);
  services.erase(twice.begin(), twice.end());
  return services;
}

}  // namespace

std::optional<std::string_view> decode_health_request(std::string_view message) {
  std::string_view service;
  protobuf::Fields fields(message);
  while (fields.next())
    if (fields.is(kRequestService)) service = fields.bytes();
  return fields.ok() ? std::optional(service) : std::nullopt;
}

Health::Health(std::span<const wire::GrpcMethod> others, std::function<bool()> ready)
    : services_(services_of(others)), ready_(std::move(ready)) {}

Health::Serving Health::serving(std::string_view service) const {
  if (!service.empty() && std::ranges::find(services_, service) == services_.end())
    return Serving::kUnknownService;
  return ready_() ? Serving::kServing : Serving::kNotServing;
}

std::string Health::response(Serving serving) {
  std::string message;
  protobuf::put_number(message, kResponseStatus, static_cast<std::uint64_t>(serving));
  return message;
}

void Health::check(std::string_view message, wire::UnaryReply& reply) const {
  const auto service = decode_health_request(message);
  if (!service) return reply(malformed(), {});
  const Serving now = serving(*service);
  if (now == Serving::kUnknownService) return reply({GrpcCode::kNotFound, "unknown service"}, {});
  reply({}, response(now));
}

std::string Health::list() const {
  std::string message;
  const auto add = [&](std::string_view service) {
    std::string entry;
    protobuf::put_bytes(entry, kEntryKey, service);
    protobuf::put_bytes(entry, kEntryValue, response(serving(service)));
    protobuf::put_bytes(message, kListStatuses, entry);
  };
  add("");
  for (const auto& service : services_) add(service);
  return message;
}

// One Watch: what was asked for is told at once. It changes only with the end of the server, which ends the
// stream, too.
class Health::Watcher final : public wire::StreamHandler {
 public:
  Watcher(const Health& health, std::shared_ptr<wire::Duplex> duplex)
      : health_(health), duplex_(std::move(duplex)) {}

  void message(std::string_view bytes) override {
    if (std::exchange(asked_, true)) return;  // the client streams nothing
    const auto service = decode_health_request(bytes);
    if (!service) return duplex_->finish(malformed());
    // A service that nobody knows may come later, so the stream stays (health.proto).
    duplex_->send(std::make_shared<const std::string>(response(health_.serving(*service))));
  }
  void ended() override {}

 private:
  const Health& health_;
  const std::shared_ptr<wire::Duplex> duplex_;
  bool asked_ = false;
};

std::vector<wire::GrpcMethod> Health::methods() {
  wire::GrpcMethod check_method, watch_method, list_method;
  check_method.path = "/grpc.health.v1.Health/Check";
  check_method.unary = [this](const std::shared_ptr<wire::Transport>&, std::string_view message,
                              wire::UnaryReply reply) { check(message, reply); };
  watch_method.path = "/grpc.health.v1.Health/Watch";
  watch_method.server_streams = true;
  watch_method.stream = [this](const std::shared_ptr<wire::Transport>&,
                               std::shared_ptr<wire::Duplex> duplex) {
    return std::make_unique<Watcher>(*this, std::move(duplex));
  };
  list_method.path = "/grpc.health.v1.Health/List";
  list_method.unary = [this](const std::shared_ptr<wire::Transport>&, std::string_view,
                             wire::UnaryReply reply) { reply({}, list()); };
  return {std::move(check_method), std::move(watch_method), std::move(list_method)};
}

}  // namespace batata::grpc
