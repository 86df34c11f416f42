#include "platform/runtime/process_metrics.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include <unistd.h>
#include "base/histograms.h"

#include <cstdlib>
#include <string>

namespace batata::platform {
namespace {

double value_of(std::string_view name) {
  std::string text;
  metrics::Writer out(text);
  write_process_metrics(out);
  const std::string line = "\n" + std::string(name) + " ";
  const auto at = text.find(line);
  return at == text.npos ? -1 : std::strtod(text.c_str() + at + line.size(), nullptr);
}

TEST(ProcessMetrics, AnotherDescriptorIsCounted) {
  const double before = value_of("process_open_fds");
  const int one = ::dup(STDERR_FILENO);
  EXPECT_EQ(value_of("process_open_fds"), before + 1);
  ::close(one);
  EXPECT_EQ(value_of("process_open_fds"), before);
}

TEST(ProcessMetrics, MemoryTimeAndTheLimitAreThere) {
  EXPECT_GT(value_of("process_resident_memory_bytes"), 1 << 20);
  EXPECT_GT(value_of("process_cpu_seconds_total"), 0);
  EXPECT_GT(value_of("process_max_fds"), 0);
}

TEST(MetricsHistogramTable, CountsWhatManyThreadsNoteAtTheSameTime) {
  metrics::HistogramTable table(metrics::kAmounts, 3);
  std::vector<std::thread> threads;
  constexpr int kThreads = 8, kEach = 5000;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&table] {
      for (int n = 0; n < kEach; ++n) table.observe(static_cast<std::size_t>(n % 3), 1);
    });
  for (std::thread& thread : threads) thread.join();
  metrics::HistogramTotals all = table.totals(0);
  all += table.totals(1);
  all += table.totals(2);
  EXPECT_EQ(all.count(), std::uint64_t{kThreads} * kEach);
  EXPECT_EQ(all.sum, kThreads * kEach);
}

}  // namespace
}  // namespace batata::platform
