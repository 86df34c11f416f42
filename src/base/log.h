#pragma once
#include <fmt/core.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <source_location>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/log_module.h"

namespace batata::log {

/// error: someone must act. warn: degraded. info: life cycle. debug: for developers. trace: each request and
/// connection. off: nothing at all; no line has it.
enum class Level : std::uint8_t { kTrace, kDebug, kInfo, kWarn, kError, kOff };

/// One event on its way to the sink. Views that end with the call.
struct Line {
  Level level;
  Module module;
  std::string_view text;
};

/// Where lines go. Called from any thread; must not block for long and must not throw.
using Sink = void (*)(const Line& line);

/// The lowest level written, of each module.
class Levels {
 public:
  /// The same for all.
  // NOLINTNEXTLINE(google-explicit-constructor): so that a level says it in its place
  constexpr Levels(Level all) { levels_.fill(all); }
  [[nodiscard]] constexpr Level of(Module module) const { return levels_[module.index]; }
  constexpr void set(Module module, Level lowest) { levels_[module.index] = lowest; }
  bool operator==(const Levels&) const = default;

 private:
  std::array<Level, kModuleNames.size()> levels_;
};

/// Where lines go, and from which levels on.
struct Output {
  Sink sink;
  Levels lowest;
};

/// Sets the sink and the lowest levels written, for the whole process; tells those of before. Called before
/// threads start; until then lines of level info and above go to standard error.
Output set_sink(Sink sink, const Levels& lowest);

/// Changes the lowest levels written; tells those of before. Any thread.
Levels set_lowest(const Levels& lowest);
/// Any thread.
[[nodiscard]] Levels lowest();

namespace detail {
// One byte for each module, so that a line that is not written costs a load and a comparison.
inline constinit std::array<std::atomic<Level>, kModuleNames.size()> g_lowest = [] {
  return []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<std::atomic<Level>, kModuleNames.size()>{((void)I, Level::kInfo)...};
  }(std::make_index_sequence<kModuleNames.size()>());
}();
}  // namespace detail

[[nodiscard]] inline bool enabled(Level level, Module module = {}) {
  return level >= detail::g_lowest[module.index].load(std::memory_order_relaxed);
}
void write(const Line& line);

/// A format whose module is that of the file in which it stands. Made by the compiler.
template <class... Args>
struct Format {
  template <class Text>
  // NOLINTNEXTLINE(google-explicit-constructor): so that a call is read as one of fmt
  consteval Format(const Text& text, const std::source_location& where = std::source_location::current())
      : format(text), module(Module::of(where).value()) {}

  fmt::format_string<Args...> format;
  Module module;
};
// What a call gives decides Args, not the format.
template <class... Args>
using FormatOf = Format<std::type_identity_t<Args>...>;

/// One event a line: `log::info("log segment created index={} bytes={}", …)`. No secrets, no bodies. Any
/// thread.
template <class... Args>
void trace(FormatOf<Args...> text, Args&&... args) {
  if (enabled(Level::kTrace, text.module))
    write({Level::kTrace, text.module, fmt::format(text.format, std::forward<Args>(args)...)});
}
template <class... Args>
void debug(FormatOf<Args...> text, Args&&... args) {
  if (enabled(Level::kDebug, text.module))
    write({Level::kDebug, text.module, fmt::format(text.format, std::forward<Args>(args)...)});
}
template <class... Args>
void info(FormatOf<Args...> text, Args&&... args) {
  if (enabled(Level::kInfo, text.module))
    write({Level::kInfo, text.module, fmt::format(text.format, std::forward<Args>(args)...)});
}
template <class... Args>
void warn(FormatOf<Args...> text, Args&&... args) {
  if (enabled(Level::kWarn, text.module))
    write({Level::kWarn, text.module, fmt::format(text.format, std::forward<Args>(args)...)});
}
template <class... Args>
void error(FormatOf<Args...> text, Args&&... args) {
  if (enabled(Level::kError, text.module))
    write({Level::kError, text.module, fmt::format(text.format, std::forward<Args>(args)...)});
}

}  // namespace batata::log
