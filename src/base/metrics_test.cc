#include "base/metrics.h"

#include <gtest/gtest.h>

#include "base/histograms.h"

namespace batata::metrics {
namespace {

using std::chrono::milliseconds;

TEST(MetricsCounterTable, CountsEachThingForItself) {
  CounterTable table(3);
  EXPECT_EQ(table.value(1), 0u);
  table.add(1);
  table.add(1, 4);
  table.add(2);
  EXPECT_EQ(table.value(0), 0u);
  EXPECT_EQ(table.value(1), 5u);
  EXPECT_EQ(table.value(2), 1u);
}

TEST(MetricsWriter, WritesTheTextFormatAndEscapesWhatWouldEndALineOrAValue) {
  std::string text;
  Writer out(text);
  out.begin({"a_total", Kind::kCounter, "of", "One\\two\nthree."});
  out.sample({{"of", "x\"y\\z\n"}, {"and", ""}}, std::uint64_t{18'446'744'073'709'551'615u});
  out.begin({"b", Kind::kGauge, "", "Some."});
  out.sample(0.25);
  out.sample(std::uint64_t{7});
  EXPECT_EQ(text,
            "# HELP a_total One\\\\two\\nthree.\n# TYPE a_total counter\n"
            "a_total{of=\"x\\\"y\\\\z\\n\",and=\"\"} 18446744073709551615\n"
            "# HELP b Some.\n# TYPE b gauge\nb 0.25\nb 7\n");
}

TEST(MetricsHistogramTable, BucketsHoldWhatIsBelowThemAndTheLastOneAll) {
  HistogramTable table(kTimes, 2);
  table.observe(1, milliseconds(1));  // a bound belongs to its bucket
  table.observe(1, milliseconds(2));
  table.observe(1, std::chrono::minutes(1));
  table.observe(1, -milliseconds(1));
  table.observe(0, milliseconds(7));
  std::string text;
  Writer out(text);
  out.begin({"h", Kind::kHistogram, "", "Some."});
  out.sample({{"p", "q"}}, table.totals(1));
  EXPECT_NE(text.find("h_bucket{p=\"q\",le=\"0.0001\"} 1\nh_bucket{p=\"q\",le=\"0.0005\"} 1\n"
                      "h_bucket{p=\"q\",le=\"0.001\"} 2\nh_bucket{p=\"q\",le=\"0.0025\"} 3\n"),
            text.npos)
      << text;
  EXPECT_NE(text.find("h_bucket{p=\"q\",le=\"30\"} 3\nh_bucket{p=\"q\",le=\"+Inf\"} 4\n"
                      "h_sum{p=\"q\"} 60.003\nh_count{p=\"q\"} 4\n"),
            text.npos)
      << text;
}

TEST(MetricsHistogramTable, AmountsAreToldAsTheyAre) {
  HistogramTable table(kAmounts, 1);
  table.observe(0, 3);
  table.observe(0, 2000);
  const HistogramTotals totals = table.totals(0);
  EXPECT_EQ(totals.counts.at(2), 1u);
  EXPECT_EQ(totals.bounds.at(2), 4);
  EXPECT_EQ(totals.counts.back(), 1u);
  EXPECT_EQ(totals.sum, 2003);
}

TEST(MetricsWriter, ASummaryIsItsCountAndItsSum) {
  std::string text;
  Writer out(text);
  out.begin({"s", Kind::kSummary, "", "Some."});
  out.sample({{"p", "q"}}, 2, 0.5);
  EXPECT_EQ(text, "# HELP s Some.\n# TYPE s summary\ns_sum{p=\"q\"} 0.5\ns_count{p=\"q\"} 2\n");
}

TEST(MetricsRegistry, WritesItsSourcesInTheirOrder) {
  Registry registry;
  int asked = 0;
  for (const std::string_view name : {"one", "two"}) {
    registry.add([name, &asked](Writer& out) {
      out.begin({name, Kind::kGauge, "", "Some."});
      out.sample(static_cast<std::uint64_t>(++asked));
    });
  }
  const std::string text = registry.text();
  EXPECT_LT(text.find("one 1\n"), text.find("two 2\n"));
  EXPECT_NE(text.find("two 2\n"), text.npos);
}

TEST(MetricsMarkdown, IsARowForEachMetric) {
  const Metric first[] = {{"a", Kind::kGauge, "", "A."}}, second[] = {{"b", Kind::kCounter, "of", "B."}};
  const std::span<const Metric> tables[] = {first, second};
  EXPECT_NE(markdown(tables).find("| `a` | gauge |  | A. |\n| `b` | counter | of | B. |\n"),
            std::string::npos);
}

}  // namespace
}  // namespace batata::metrics
