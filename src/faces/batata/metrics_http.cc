#include "faces/batata/metrics_http.h"

#include <utility>

#include "wire/refusal.h"

namespace batata::own {
namespace {

constexpr std::string_view kSource = "prometheus.io/docs/instrumenting/exposition_formats";
constexpr std::string_view kHelp =
    "Metrics in the text format of Prometheus ([list](../metrics.md)). While clients must sign in, for "
    "administrators "
    "and roles with the permission `metrics`, `r`; for anybody where `batata.metrics.public` says so.";
constexpr std::string_view kSameHelp = "The same as `/metrics`.";
constexpr std::string_view kRight = "metrics:r";

using Row = wire::Endpoint<MetricsHttp>;

// Seen also when there is too much to do: that is when people look.
constexpr Row row(std::string_view path, std::string_view help) {
  return {.method = wire::Method::kGet,
          .path = path,
          .handle = &MetricsHttp::show,
          .permission = kRight,
          .summary = help,
          .params = {},
          .source = kSource,
          .priority = wire::Priority::kVital};
}

}  // namespace

std::span<const Row> MetricsHttp::rows() {
  static const Row kRows[] = {row("/metrics", kHelp), row("/nacos/metrics", kSameHelp),
                              row("/nacos/actuator/prometheus", kSameHelp)};
  return kRows;
}

void MetricsHttp::add_http(wire::Router& router) {
  router.add(*this, rows(), is_public_ ? nullptr : &gate_);
}

Task<wire::Response> MetricsHttp::show(wire::Request, cluster::Context) {
  const SteadyTime now = runtime_.now();
  const bool is_short = load_ != nullptr && load_->is_short();
  auto page = page_;
  if (!is_short || page == nullptr || now - made_at_ >= kFreshFor) {
    page = std::make_shared<const std::string>(registry_.text());
    made_at_ = now;
    answers_ = 0;
  }
  page_ = is_short ? page : nullptr;
  if (++answers_ > kAnswersOfAPage) co_return wire::refusal_answer(wire::kOverloaded);
  wire::Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.shared_body = *page;
  response.owner = std::move(page);
  co_return response;
}

}  // namespace batata::own
