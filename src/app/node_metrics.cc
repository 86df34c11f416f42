#include "app/node_metrics.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <vector>

#include "async/sleep.h"
#include "cli/version.h"
#include "faces/nacos/face.h"
#include "net/server.h"
#include "platform/runtime/process_metrics.h"
#include "platform/storage/rocks_state.h"
#include "replica/node.h"
#include "wire/load.h"
#include "wire/router.h"

namespace batata::app {
namespace {

using metrics::Kind;
using metrics::Metric;

constexpr Metric kHealthy{"batata_healthy", Kind::kGauge, "",
                          "1 while the node serves and takes writes, otherwise 0."};
constexpr Metric kUptime{"batata_uptime_seconds", Kind::kGauge, "", "Time since the node began to start."};
constexpr Metric kSize{"batata_cluster_size", Kind::kGauge, "", "Nodes of the cluster."};
constexpr Metric kMembers{"batata_cluster_member_count", Kind::kGauge, "",
                          "The same, by another name of the documents."};
constexpr Metric kLag{
    "batata_loop_lag_seconds", Kind::kHistogram, "",
    "How late the loop, on which all writes and waits are served, came to a timer, tried ten "
    "times a second."};
constexpr Metric kInfo{"batata_build_info", Kind::kGauge, "version", "1; what runs."};
constexpr Metric kRows[] = {kInfo, kHealthy, kUptime, kSize, kMembers, kLag};

constexpr Duration kLagPeriod = std::chrono::milliseconds(100);

constexpr std::uint64_t kNodes = 1;  // clusters are not built yet

}  // namespace

void NodeMetrics::write(metrics::Writer& out, bool healthy) const {
  out.begin(kInfo);
  out.sample({{"version", cli::version()}}, std::uint64_t{1});
  out.begin(kHealthy);
  out.sample(std::uint64_t{healthy ? 1u : 0u});
  out.begin(kUptime);
  out.sample(static_cast<double>((runtime_.now() - since_).count()) / 1e9);
  out.begin(kSize);
  out.sample(kNodes);
  out.begin(kMembers);
  out.sample(kNodes);
  out.begin(kLag);
  out.sample({}, lag_.totals(0));
}

Task<void> NodeMetrics::watch_loop() {
  for (;;) {
    const SteadyTime due = runtime_.now() + kLagPeriod;
    co_await sleep_for(runtime_, kLagPeriod);
    lag_.observe(0, runtime_.now() - due);
  }
}

std::string metrics_markdown() {
  static constexpr std::string_view kHead =
      "# Metrics\n\n"
      "Made by `./x docs` from the tables in the code. Prometheus reads them at `/metrics` on both ports; "
      "`/nacos/metrics` and\n"
      "`/nacos/actuator/prometheus` give the same. They are for anybody while clients need not sign in; "
      "while they must\n"
      "(`nacos.core.auth.enabled`), for administrators and roles with the permission `metrics`, `r`, as "
      "names in labels are no\n"
      "stranger's business; `batata.metrics.public` leaves them to anybody all the same. A scraper signs in "
      "with the parameters\n"
      "`username` and `password`, or with a token.\n\n"
      "Every limit of [the settings](settings.md) that a client can reach counts in "
      "`batata_limit_reached_total`, under the\n"
      "setting's name, and what is refused for overload in `batata_requests_shed_total`. Some bounds are no "
      "settings, as no\n"
      "client comes near them: of HTTP/2, 1,000 resets at once and 100 a second, 10,000 pings and 5,000, 50 "
      "settings and 5,\n"
      "20,000 windows and 10,000 beside two for each frame of data, 10,000 other frames that ask for nothing "
      "and "
      "1,000, heads\n"
      "that unpack to four times what they may have, 10,000 frames that wait to be taken "
      "(`batata_http2_floods_total`); and 64\n"
      "KiB of what a client of HTTP/1 sends ahead of an answer, 256 KiB of answers that are made ahead of "
      "what it "
      "takes: then\n"
      "nothing more is read of it.\n\n"
      "A scrape is served as long as anything is. While reads are refused, a page is up to a second old, and "
      "after "
      "64 of it\n"
      "the next is refused, too.\n\n"
      "Labels are bounded whatever clients do: addresses are those of [the endpoints](api/nacos.md) and "
      "never those "
      "of requests,\n"
      "libraries and versions and namespaces have samples of their own up to a number that their row "
      "says.\n\n"
      "Dashboards that are made for Nacos' servers find `nacos_monitor`, `nacos_timer_seconds`, "
      "`http_server_requests_seconds` and\n"
      "`grpc_server_requests_seconds`, and of these what has a meaning here. Not there, as this server has "
      "nothing "
      "that they would\n"
      "tell: everything of a JVM (`jvm_*`), `grpc_server_executor` (there is no pool of threads for calls), "
      "`nacos_exception_total`,\n"
      "`nacos_monitor` of `notifyTask` and `dumpTask` (nodes do not copy configs into files), `*HealthCheck` "
      "and "
      "`emptyPush`,\n"
      "`nacos_timer_seconds` of `notifyRt` and `dumpRt`. [The dashboard and the alerts](../deploy/README.md) "
      "for "
      "the names of our own\n"
      "are in `deploy/`.\n\n";
  std::vector<std::span<const Metric>> tables = {kRows,
                                                 platform::process_metric_rows(),
                                                 replica::Node::metric_rows(),
                                                 platform::RocksState::metric_rows(),
                                                 net::Server::metric_rows(),
                                                 wire::Load::metric_rows(),
                                                 wire::Router::metric_rows()};
  std::ranges::move(nacos::Face::metric_tables(), std::back_inserter(tables));
  return std::string(kHead) + metrics::markdown(tables);
}

}  // namespace batata::app
