#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "faces/nacos/common/machine_load.h"
#include "faces/nacos/grpc/dispatcher.h"
#include "faces/nacos/grpc/push_counters.h"
#include "wire/router.h"

namespace batata::nacos {

/// What the face knows of itself at one moment. Plain data.
struct FaceFigures {
  using BySpace = std::map<std::string, std::size_t>;
  BySpace configs, services;  ///< by namespace, those that have any
  std::size_t instances = 0;
  std::size_t connections = 0;       ///< over gRPC
  std::size_t config_listeners = 0;  ///< connections that listen to configs
  std::size_t config_listens = 0;    ///< pairs of them and a config
  std::size_t long_polls = 0;
  std::size_t subscriptions = 0, udp_subscriptions = 0;                   ///< of services
  std::size_t config_pushes_under_way = 0, service_pushes_under_way = 0;  ///< over gRPC
  std::uint64_t published = 0, registrations = 0;
  PushCounters service_pushes;
  std::optional<MachineLoad> machine;  ///< none: nobody can tell
  bool leading = false;
  std::vector<wire::Router::RowTimes> http;
  std::vector<Dispatcher::TypeTimes> grpc;
};

/// Requests that do the same in any version of the API and over gRPC, told together in the metrics.
enum class Work : std::uint8_t { kConfigRead, kConfigWrite, kServiceRead };
[[nodiscard]] metrics::HistogramTotals times_of(Work work, const FaceFigures& figures);
/// The rows that count as such: each is one of the router's, or a type of gRPC.
struct WorkRow {
  Work work;
  wire::Method method;    ///< kOther: a type of gRPC
  std::string_view name;  ///< path or type
};
[[nodiscard]] std::span<const WorkRow> work_rows();

[[nodiscard]] std::span<const metrics::Metric> face_metric_rows();
/// Writes these metrics: those of our own names, then the names by which Nacos' servers tell the same, for
/// dashboards that are made for them. What such a name has no meaning for here is left out (docs/metrics.md).
/// Source: nacos-group/nacos-template, both dashboards; nacos-server's MetricsMonitor classes.
void write_face_metrics(metrics::Writer& out, const FaceFigures& figures);

/// Namespaces that have samples of their own, in the order of names, the public one first; those beyond count
/// together as "other". Who may write may make any number of them.
constexpr std::size_t kSpacesMax = 100;

}  // namespace batata::nacos
