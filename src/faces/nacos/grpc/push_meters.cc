#include "faces/nacos/grpc/push_meters.h"

namespace batata::nacos {
namespace {

using metrics::Kind;
using metrics::Metric;

constexpr Metric kTook{
    "batata_push_seconds", Kind::kHistogram, "of",
    "Time from a change's acknowledgement to who made it until a client over gRPC acknowledged the push that "
    "told it, by what changed (config, service); of services it has the pause in which changes become one "
    "push, nacos.naming.push.pushTaskDelay."};
constexpr Metric kEnded{
    "batata_pushes_total", Kind::kCounter, "of, outcome",
    "Pushes over gRPC to who listens to configs or subscribes to services that have ended, by how: "
    "acknowledged, refused by the client, unanswered after all tries, or gone with the connection."};
constexpr Metric kUnderWay{"batata_pushes_under_way", Kind::kGauge, "of",
                           "Pushes of these kinds that have been sent and not ended."};
constexpr Metric kRows[] = {kTook, kEnded, kUnderWay};

constexpr std::string_view kKindNames[] = {"config", "service"};
constexpr std::string_view kOutcomeNames[] = {"acknowledged", "refused", "unanswered", "gone"};

}  // namespace

std::span<const Metric> PushMeters::metric_rows() {
  return kRows;
}

void PushMeters::write(metrics::Writer& out) const {
  out.begin(kTook);
  for (std::size_t kind = 0; kind < kKinds; ++kind)
    out.sample({{"of", kKindNames[kind]}}, took_.totals(kind));
  out.begin(kEnded);
  for (std::size_t kind = 0; kind < kKinds; ++kind)
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome)
      out.sample({{"of", kKindNames[kind]}, {"outcome", kOutcomeNames[outcome]}},
                 ended_.value(kind * kOutcomes + outcome));
  out.begin(kUnderWay);
  for (std::size_t kind = 0; kind < kKinds; ++kind)
    out.sample({{"of", kKindNames[kind]}}, std::uint64_t{under_way_[kind]});
}

}  // namespace batata::nacos
