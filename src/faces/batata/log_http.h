#pragma once
#include <span>
#include <string>

#include "faces/batata/own_gate.h"
#include "wire/endpoint.h"
#include "wire/router.h"

namespace batata::own {

/// What this node logs, shown and changed while it runs. A change ends with the process: the settings say
/// what the next one starts with.
class LogHttp {
 public:
  /// `gate`: who may; outlives it.
  explicit LogHttp(wire::Gate& gate) : gate_(gate) {}

  [[nodiscard]] static std::span<const wire::Endpoint<LogHttp>> rows();
  /// This outlives the router.
  void add_http(wire::Router& router);

 private:
  Task<wire::Response> show(wire::Request request, cluster::Context context);
  Task<wire::Response> change(wire::Request request, cluster::Context context);

  OwnGate gate_;
};

}  // namespace batata::own
