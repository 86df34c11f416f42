#include "platform/runtime/process_metrics.h"

#include <gtest/gtest.h>
#include <unistd.h>

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

}  // namespace
}  // namespace batata::platform
