#pragma once
#include <fmt/core.h>

#include <cstdint>
#include <string_view>

namespace batata::log {

/// error: someone must act. warn: degraded. info: life cycle. debug: for developers.
enum class Level : std::uint8_t { kDebug, kInfo, kWarn, kError };

/// Where lines go. Called from any thread; must not block for long and must not throw.
using Sink = void (*)(Level level, std::string_view line);

/// Where lines go, and from which level on.
struct Output {
  Sink sink;
  Level lowest;
};

/// Sets the sink and the lowest level written, for the whole process; tells those of before. Called before
/// threads start; until then lines of level info and above go to standard error.
Output set_sink(Sink sink, Level lowest);

/// Changes the lowest level written; tells the one of before. Any thread.
Level set_lowest(Level lowest);

[[nodiscard]] bool enabled(Level level);
void write(Level level, std::string_view line);

/// One event a line: `log::info("log segment created index={} bytes={}", …)`. No secrets, no bodies. Any
/// thread.
template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kDebug)) write(Level::kDebug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kInfo)) write(Level::kInfo, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kWarn)) write(Level::kWarn, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kError)) write(Level::kError, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace batata::log
