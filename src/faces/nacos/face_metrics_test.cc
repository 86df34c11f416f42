#include "faces/nacos/face_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/histograms.h"
#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

std::string text_of(const FaceFigures& figures) {
  std::string text;
  metrics::Writer out(text);
  write_face_metrics(out, figures);
  return text;
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(FaceMetrics, NamespacesBeyondTheBoundCountTogether) {
  FaceFigures figures;
  for (std::size_t i = 0; i < 3 * kSpacesMax; ++i) figures.configs["space" + std::to_string(1000 + i)] = 2;
  figures.configs["public"] = 7;
  const std::string text = text_of(figures);
  EXPECT_NE(text.find("batata_config_count{namespace=\"public\"} 7\n"), text.npos);
  EXPECT_EQ(count_of(text, "batata_config_count{"), kSpacesMax + 1);
  EXPECT_NE(text.find("batata_config_count{namespace=\"other\"} " + std::to_string(2 * (2 * kSpacesMax + 1)) +
                      "\n"),
            text.npos)
      << text;
  EXPECT_NE(text.find("batata_service_count{namespace=\"public\"} 0\n"), text.npos);
}

TEST(FaceMetrics, RequestsThatDoTheSameAreToldTogetherAndSearchesAreNoReads) {
  metrics::HistogramTable times(metrics::kTimes, 1);
  times.observe(0, std::chrono::milliseconds(250));
  FaceFigures figures;
  figures.http.push_back({wire::Method::kGet, "/nacos/v1/cs/configs", "", times.totals(0)});
  figures.http.push_back({wire::Method::kGet, "/nacos/v1/cs/configs", "search=blur", times.totals(0)});
  figures.http.push_back({wire::Method::kPost, "/nacos/v1/cs/configs", "", times.totals(0)});
  figures.grpc.push_back({"ConfigQueryRequest", times.totals(0)});
  const std::string text = text_of(figures);
  for (const std::string_view line :
       {"batata_config_query_total 2\n", "nacos_monitor{module=\"config\",name=\"getConfig\"} 2\n",
        "nacos_timer_seconds_sum{module=\"config\",name=\"readConfigRt\"} 0.5\n",
        "nacos_timer_seconds_count{module=\"config\",name=\"writeConfigRt\"} 1\n",
        "http_server_requests_seconds_count{method=\"GET\",uri=\"/nacos/v1/cs/configs\"} 2\n",
        "grpc_server_requests_seconds_sum{requestClass=\"ConfigQueryRequest\"} 0.25\n"})
    EXPECT_NE(text.find(line), text.npos) << line << text;
}

TEST(FaceMetrics, EveryRowThatCountsAsWorkIsThere) {
  House house;
  const auto rpcs = house.face.rpcs();
  for (const WorkRow& row : work_rows()) {
    const bool found =
        row.method == wire::Method::kOther
            ? std::ranges::any_of(rpcs, [&](const Rpc* rpc) { return rpc->request == row.name; })
            : std::ranges::any_of(house.router.rows(), [&](const wire::RowInfo& info) {
                return info.path == row.name && info.method == row.method && info.selector.empty();
              });
    EXPECT_TRUE(found) << row.name;
  }
}

TEST(FaceMetrics, WhatIsWrittenIsWhatTheDocumentHas) {
  House house;
  std::string text;
  metrics::Writer out(text);
  house.face.write(out);
  std::size_t documented = 0;
  for (const auto& table : Face::metric_tables())
    for (const metrics::Metric& metric : table) {
      ++documented;
      EXPECT_EQ(count_of(text, "# TYPE " + std::string(metric.name) + " "), 1u) << metric.name;
    }
  EXPECT_EQ(count_of(text, "# TYPE "), documented);
}

}  // namespace
}  // namespace batata::nacos
