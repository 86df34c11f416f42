#include "faces/nacos/face_metrics.h"

#include <algorithm>
#include <utility>

#include "base/histograms.h"

namespace batata::nacos {
namespace {

using metrics::HistogramTotals;
using metrics::Kind;
using metrics::Metric;
using metrics::Writer;
using wire::Method;

constexpr std::string_view kPublic = "public";

// --- Our own names ---

constexpr Metric kConfigs{"batata_config_count", Kind::kGauge, "namespace",
                          "Configs by namespace; beyond 100 namespaces the others together, as `other`."};
constexpr Metric kServices{"batata_service_count", Kind::kGauge, "namespace",
                           "Services by namespace; beyond 100 namespaces the others together, as `other`."};
constexpr Metric kInstances{"batata_instances", Kind::kGauge, "", "Instances of all services."};
constexpr Metric kPublishes{"batata_config_publish_total", Kind::kCounter, "",
                            "Configs and gray releases that were published."};
constexpr Metric kConfigReads{"batata_config_query_total", Kind::kCounter, "",
                              "Requests for one config, over HTTP and gRPC."};
constexpr Metric kRegistrations{"batata_service_register_total", Kind::kCounter, "",
                                "Registrations of instances, renewed ones too; beats do not count."};
constexpr Metric kServiceReads{"batata_service_query_total", Kind::kCounter, "",
                               "Requests for the instances of a service, over HTTP and gRPC."};
constexpr Metric kListeners{
    "batata_config_listeners", Kind::kGauge, "by",
    "Configs that connections over gRPC listen to, each as often as it is listened to "
    "(grpc), and long polls that are held (long_poll)."};
constexpr Metric kSubscriptions{"batata_service_subscriptions", Kind::kGauge, "by",
                                "Subscriptions to services, over gRPC and over UDP."};

// --- The names of Nacos ---

constexpr Metric kMonitor{
    "nacos_monitor", Kind::kGauge, "module, name",
    "As Nacos tells it. config: getConfig and publish (requests since the start, refused ones too; Nacos "
    "begins "
    "anew at midnight), longPolling (long polls held), configCount, notifyClientTask (pushes that are not "
    "acknowledged yet). naming: serviceCount and domCount (the same), ipCount, subscriberCount, totalPush, "
    "failedPush, maxPushCost and avgPushCost (milliseconds, -1 before the first), leaderStatus (1: leads), "
    "pushPendingTaskCount (pushes that are not acknowledged yet). core: longConnection."};
constexpr Metric kConfigSubscribers{
    "nacos_config_subscriber", Kind::kGauge, "version",
    "Long polls that are held (v1), and connections that listen over gRPC (v2)."};
constexpr Metric kNamingSubscribers{"nacos_naming_subscriber", Kind::kGauge, "version",
                                    "Subscriptions to services over UDP (v1) and over gRPC (v2)."};
constexpr Metric kTimer{"nacos_timer_seconds", Kind::kSummary, "module, name",
                        "Time of requests that read a config (readConfigRt) or write one (writeConfigRt)."};
constexpr Metric kHttp{
    "http_server_requests_seconds", Kind::kSummary, "method, uri",
    "The sums of batata_http_request_seconds, by the name that Nacos' dashboards ask for."};
constexpr Metric kGrpc{
    "grpc_server_requests_seconds", Kind::kSummary, "requestClass",
    "The sums of batata_nacos_request_seconds, by the name that Nacos' dashboards ask for."};
constexpr Metric kCpu{
    "system_cpu_usage", Kind::kGauge, "",
    "Share of all processors' time that the machine has used since the last scrape, 0 to 1."};
constexpr Metric kLoad{"system_load_average_1m", Kind::kGauge, "",
                       "Average length of the machine's run queue over the last minute."};

constexpr Metric kRows[] = {kConfigs,
                            kServices,
                            kInstances,
                            kPublishes,
                            kConfigReads,
                            kRegistrations,
                            kServiceReads,
                            kListeners,
                            kSubscriptions,
                            kMonitor,
                            kConfigSubscribers,
                            kNamingSubscribers,
                            kTimer,
                            kHttp,
                            kGrpc,
                            kCpu,
                            kLoad};

constexpr WorkRow kWork[] = {
    {Work::kConfigRead, Method::kGet, "/nacos/v1/cs/configs"},
    {Work::kConfigRead, Method::kGet, "/nacos/v2/cs/config"},
    {Work::kConfigRead, Method::kGet, "/nacos/v3/client/cs/config"},
    {Work::kConfigRead, Method::kGet, "/nacos/v3/admin/cs/config"},
    {Work::kConfigRead, Method::kGet, "/v3/console/cs/config"},
    {Work::kConfigRead, Method::kOther, "ConfigQueryRequest"},
    {Work::kConfigWrite, Method::kPost, "/nacos/v1/cs/configs"},
    {Work::kConfigWrite, Method::kPost, "/nacos/v2/cs/config"},
    {Work::kConfigWrite, Method::kPost, "/nacos/v3/admin/cs/config"},
    {Work::kConfigWrite, Method::kPost, "/v3/console/cs/config"},
    {Work::kConfigWrite, Method::kOther, "ConfigPublishRequest"},
    {Work::kServiceRead, Method::kGet, "/nacos/v1/ns/instance/list"},
    {Work::kServiceRead, Method::kGet, "/nacos/v2/ns/instance/list"},
    {Work::kServiceRead, Method::kGet, "/nacos/v3/client/ns/instance/list"},
    {Work::kServiceRead, Method::kGet, "/nacos/v3/admin/ns/instance/list"},
    {Work::kServiceRead, Method::kGet, "/v3/console/ns/instance/list"},
    {Work::kServiceRead, Method::kOther, "ServiceQueryRequest"},
};

void write_by_space(Writer& out, const Metric& metric, const FaceFigures::BySpace& counts) {
  out.begin(metric);
  const auto of_public = counts.find(std::string(kPublic));
  out.sample({{"namespace", kPublic}}, std::uint64_t{of_public == counts.end() ? 0 : of_public->second});
  std::size_t told = 1;
  std::uint64_t others = 0;
  for (const auto& [space, count] : counts) {
    if (space == kPublic) continue;
    if (++told > kSpacesMax) {
      others += count;
    } else {
      out.sample({{"namespace", space}}, std::uint64_t{count});
    }
  }
  if (told > kSpacesMax) out.sample({{"namespace", "other"}}, others);
}

std::size_t sum_of(const FaceFigures::BySpace& counts) {
  std::size_t sum = 0;
  for (const auto& [space, count] : counts) sum += count;
  return sum;
}

void write_own_names(Writer& out, const FaceFigures& figures) {
  const auto number = [&out](const Metric& metric, std::uint64_t value) {
    out.begin(metric);
    out.sample(value);
  };
  write_by_space(out, kConfigs, figures.configs);
  write_by_space(out, kServices, figures.services);
  number(kInstances, figures.instances);
  number(kPublishes, figures.published);
  number(kConfigReads, times_of(Work::kConfigRead, figures).count());
  number(kRegistrations, figures.registrations);
  number(kServiceReads, times_of(Work::kServiceRead, figures).count());
  out.begin(kListeners);
  out.sample({{"by", "grpc"}}, std::uint64_t{figures.config_listens});
  out.sample({{"by", "long_poll"}}, std::uint64_t{figures.long_polls});
  out.begin(kSubscriptions);
  out.sample({{"by", "grpc"}}, std::uint64_t{figures.subscriptions});
  out.sample({{"by", "udp"}}, std::uint64_t{figures.udp_subscriptions});
}

void write_monitor(Writer& out, const FaceFigures& figures) {
  out.begin(kMonitor);
  const auto sample = [&out](std::string_view module, std::string_view name, auto value) {
    out.sample({{"module", module}, {"name", name}}, static_cast<double>(value));
  };
  sample("config", "getConfig", times_of(Work::kConfigRead, figures).count());
  sample("config", "publish", times_of(Work::kConfigWrite, figures).count());
  sample("config", "longPolling", figures.long_polls);
  sample("config", "configCount", sum_of(figures.configs));
  sample("config", "notifyClientTask", figures.config_pushes_under_way);
  sample("naming", "serviceCount", sum_of(figures.services));
  sample("naming", "domCount", sum_of(figures.services));
  sample("naming", "ipCount", figures.instances);
  sample("naming", "subscriberCount", figures.subscriptions + figures.udp_subscriptions);
  sample("naming", "totalPush", figures.service_pushes.total());
  sample("naming", "failedPush", figures.service_pushes.total() - figures.service_pushes.succeeded());
  sample("naming", "maxPushCost", figures.service_pushes.longest_ms());
  sample("naming", "avgPushCost", figures.service_pushes.average_ms());
  sample("naming", "leaderStatus", figures.leading ? 1 : 0);
  sample("naming", "pushPendingTaskCount", figures.service_pushes_under_way);
  sample("core", "longConnection", figures.connections);
}

void write_timers(Writer& out, const FaceFigures& figures) {
  const HistogramTotals reads = times_of(Work::kConfigRead, figures);
  const HistogramTotals writes = times_of(Work::kConfigWrite, figures);
  out.begin(kTimer);
  out.sample({{"module", "config"}, {"name", "readConfigRt"}}, reads.count(), reads.sum);
  out.sample({{"module", "config"}, {"name", "writeConfigRt"}}, writes.count(), writes.sum);
  std::map<std::pair<std::string_view, std::string_view>, std::pair<std::uint64_t, double>> rows;
  for (const auto& row : figures.http) {  // may differ by selector only
    auto& [count, sum] = rows[{row.path, name_of(row.method)}];
    count += row.times.count();
    sum += row.times.sum;
  }
  out.begin(kHttp);
  for (const auto& [row, took] : rows)
    out.sample({{"method", row.second}, {"uri", row.first}}, took.first, took.second);
  out.begin(kGrpc);
  for (const auto& type : figures.grpc)
    out.sample({{"requestClass", type.type}}, type.times.count(), type.times.sum);
}

void write_nacos_names(Writer& out, const FaceFigures& figures) {
  write_monitor(out, figures);
  out.begin(kConfigSubscribers);
  out.sample({{"version", "v1"}}, std::uint64_t{figures.long_polls});
  out.sample({{"version", "v2"}}, std::uint64_t{figures.config_listeners});
  out.begin(kNamingSubscribers);
  out.sample({{"version", "v1"}}, std::uint64_t{figures.udp_subscriptions});
  out.sample({{"version", "v2"}}, std::uint64_t{figures.subscriptions});
  write_timers(out, figures);
  out.begin(kCpu);
  if (figures.machine) out.sample(figures.machine->cpu);
  out.begin(kLoad);
  if (figures.machine && figures.machine->load >= 0) out.sample(figures.machine->load);
}

}  // namespace

std::span<const WorkRow> work_rows() {
  return kWork;
}

HistogramTotals times_of(Work work, const FaceFigures& figures) {
  HistogramTotals all = metrics::HistogramTable(metrics::kTimes, 1).totals(0);
  for (const WorkRow& wanted : kWork) {
    if (wanted.work != work) continue;
    for (const auto& row : figures.http)
      if (row.path == wanted.name && row.method == wanted.method && row.selector.empty()) all += row.times;
    for (const auto& type : figures.grpc)
      if (wanted.method == Method::kOther && type.type == wanted.name) all += type.times;
  }
  return all;
}

std::span<const Metric> face_metric_rows() {
  return kRows;
}

void write_face_metrics(Writer& out, const FaceFigures& figures) {
  write_own_names(out, figures);
  write_nacos_names(out, figures);
}

}  // namespace batata::nacos
