#pragma once
#include <span>

#include "cluster/backups.h"
#include "faces/batata/own_gate.h"
#include "wire/endpoint.h"
#include "wire/router.h"

namespace batata::own {

/// batata's own HTTP addresses: what operators do that no imitated product has a way for. Errors are
/// {"error":{"code","message"}} with the status that says the same.
class BackupHttp {
 public:
  /// Both outlive it. `gate`: who may.
  BackupHttp(cluster::Backups& backups, wire::Gate& gate) : backups_(backups), gate_(gate) {}

  [[nodiscard]] static std::span<const wire::Endpoint<BackupHttp>> rows();
  /// Adds the rows, and the answer to other paths below /batata/. This outlives the router.
  void add_http(wire::Router& router);

 private:
  Task<wire::Response> begin(wire::Request request, cluster::Context context);
  Task<wire::Response> part(wire::Request request, cluster::Context context);
  Task<wire::Response> give_up(wire::Request request, cluster::Context context);

  cluster::Backups& backups_;
  OwnGate gate_;
};

}  // namespace batata::own
