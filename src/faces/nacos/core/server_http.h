#pragma once
#include <functional>
#include <span>
#include <string>

#include "async/runtime.h"
#include "domain/config/capacity.h"
#include "domain/config/config_service.h"
#include "faces/nacos/access/access.h"
#include "faces/nacos/common/identity.h"
#include "wire/endpoint.h"
#include "wire/router.h"

namespace batata::nacos {

/// What clients ask of the server itself: state, health, what its console shows.
/// Source: upstream's ServerStateController and HealthController.
class ServerHttp {
 public:
  /// `configs` and `capacities` tell their limits, and outlive it.
  ServerHttp(Runtime& runtime, Identity identity, const Access& access, const domain::ConfigService& configs,
             const domain::Capacities& capacities, std::function<bool()> ready)
      : runtime_(runtime),
        identity_(std::move(identity)),
        access_(access),
        configs_(configs),
        capacities_(capacities),
        ready_(std::move(ready)) {}

  [[nodiscard]] static std::span<const wire::Endpoint<ServerHttp>> rows();
  /// The answers of every family that has none of its own, and of v1/ns.
  void add_fallbacks(wire::Router& router) const;

 private:
  wire::Response state_v1(const wire::Request& request) const;
  wire::Response state_v3(const wire::Request& request) const;
  wire::Response live_text(const wire::Request& request) const;
  wire::Response ready_text(const wire::Request& request) const;
  wire::Response live_result(const wire::Request& request) const;
  wire::Response ready_result(const wire::Request& request) const;
  wire::Response config_health(const wire::Request& request) const;
  wire::Response announcement_v1(const wire::Request& request) const;
  wire::Response announcement_v3(const wire::Request& request) const;
  wire::Response guide_v1(const wire::Request& request) const;
  wire::Response guide_v3(const wire::Request& request) const;
  bool is_ready() const { return ready_ == nullptr || ready_(); }
  std::string state() const;
  wire::Response unmatched_v3(const wire::Request& request, std::string_view allowed) const;

  Runtime& runtime_;
  const Identity identity_;
  const Access& access_;
  const domain::ConfigService& configs_;
  const domain::Capacities& capacities_;
  const std::function<bool()> ready_;
};

}  // namespace batata::nacos
