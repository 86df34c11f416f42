#include "base/log.h"

#include <atomic>
#include <cstdio>

namespace batata::log {
namespace {

void to_standard_error(Level, std::string_view line) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

// The only mutable state of base/: a log that had to be passed to every function would hide what the
// functions do.
std::atomic<Sink> g_sink{&to_standard_error};
std::atomic<Level> g_lowest{Level::kInfo};

}  // namespace

Output set_sink(Sink sink, Level lowest) {
  return {g_sink.exchange(sink, std::memory_order_acq_rel),
          g_lowest.exchange(lowest, std::memory_order_acq_rel)};
}

Level set_lowest(Level lowest) {
  return g_lowest.exchange(lowest, std::memory_order_acq_rel);
}

bool enabled(Level level) {
  return level >= g_lowest.load(std::memory_order_relaxed);
}

void write(Level level, std::string_view line) {
  g_sink.load(std::memory_order_acquire)(level, line);
}

}  // namespace batata::log
