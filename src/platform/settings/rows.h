#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/log.h"
#include "platform/settings/settings.h"

namespace batata::platform {

/// Where the value of a row goes; nothing for rows that are not built.
using Field = std::variant<std::monostate, bool Settings::*, std::uint16_t Settings::*,
                           std::uint32_t Settings::*, std::uint64_t Settings::*, std::string Settings::*,
                           std::chrono::milliseconds Settings::*, LogFormat Settings::*>;

/// A rule for texts that a range of numbers cannot say.
struct TextRule {
  bool (*accepts)(std::string_view text);
  std::string_view range;  ///< completes the sentence "… is 'x', which is not …"
};

/// One setting. The parser, `--help`, docs/settings.md and the tests are all made from these rows.
struct Row {
  /// As the documents spell it; dashes, underscores and case do not matter when it is read.
  std::string_view key;
  Field field = {};
  std::string_view fallback = {};  ///< the default, as text
  std::uint64_t low = 0;           ///< smallest value; durations in milliseconds, sizes in bytes
  std::uint64_t high = 0;
  /// A duration that the imitated product writes as a number of milliseconds.
  bool bare_milliseconds = false;
  const TextRule* rule = nullptr;
  std::array<std::string_view, 4> also = {};  ///< other keys of the same setting; empty ones do not count
  std::array<std::string_view, 3> variables = {};  ///< environment names that do not follow from the keys
  std::string_view flag = {};                      ///< a short form on the command line, "--port"
  std::string_view refused = {};          ///< a value of the right type that this version does not offer
  std::string_view refused_because = {};  ///< and the sentence that says why
  bool secret = false;                    ///< its value is shown to nobody
  std::string_view help = {};
  std::string_view since = "0.1";

  [[nodiscard]] bool is_built() const { return !std::holds_alternative<std::monostate>(field); }
};

/// Every setting: first the built ones, grouped as the documents show them, then those that are known and
/// have no effect yet. A key that ends in ".*" stands for every key below it. Immutable; any thread.
[[nodiscard]] std::span<const Row> rows();

}  // namespace batata::platform
