#include "base/log.h"

#include <cstdio>

namespace batata::log {
namespace {

constexpr std::uint8_t kModules = kModuleNames.size();

void to_standard_error(const Line& line) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(line.text.size()), line.text.data());
}

// With the levels the only mutable state of base/: a log that had to be passed to every function would hide
// what the functions do.
std::atomic<Sink> g_sink{&to_standard_error};

}  // namespace

Output set_sink(Sink sink, const Levels& lowest) {
  return {g_sink.exchange(sink, std::memory_order_acq_rel), set_lowest(lowest)};
}

Levels set_lowest(const Levels& lowest) {
  Levels before = Level::kInfo;
  for (std::uint8_t i = 0; i < kModules; ++i) {
    const Module module{i};
    before.set(module, detail::g_lowest[i].exchange(lowest.of(module), std::memory_order_acq_rel));
  }
  return before;
}

Levels lowest() {
  Levels now = Level::kInfo;
  for (std::uint8_t i = 0; i < kModules; ++i)
    now.set(Module{i}, detail::g_lowest[i].load(std::memory_order_relaxed));
  return now;
}

void write(const Line& line) {
  g_sink.load(std::memory_order_acquire)(line);
}

}  // namespace batata::log
