#include "base/log_filter.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"

namespace batata::log {
namespace {

constexpr std::uint8_t kModules = kModuleNames.size();

constexpr std::array<std::string_view, 6> kLevelNames = {"trace", "debug", "info", "warn", "error", "off"};
constexpr std::string_view kProgram = "batata";
constexpr std::size_t kShownMax = 64;  // of a wrong part, in an error

struct Directive {
  std::string module;  // with dots and without "batata."; empty: all of them
  Level level;
};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

std::optional<Level> level_named(std::string_view text) {
  const std::string lower = lower_case(text);
  const auto* const found = std::ranges::find(kLevelNames, lower);
  if (found == kLevelNames.end()) return std::nullopt;
  return static_cast<Level>(found - kLevelNames.begin());
}

// "batata::faces::nacos" as "faces.nacos", "batata" as "".
std::string module_named(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_path = text.substr(i).starts_with("::");
    name += is_path ? '.' : text[i];
    i += is_path ? 1 : 0;
  }
  if (name == kProgram) return {};
  if (name.starts_with("batata.")) name.erase(0, kProgram.size() + 1);
  return name;
}

bool covers(std::string_view directive, std::string_view module) {
  return directive.empty() || directive == module ||
         (module.starts_with(directive) && module[directive.size()] == '.');
}

bool is_ours(std::string_view directive) {
  return std::ranges::any_of(kModuleNames,
                             [&](std::string_view module) { return covers(directive, module); });
}

Error wrong(std::string_view part, std::string_view why) {
  std::string text;
  for (const char c : part.substr(0, kShownMax)) text += c >= 0x20 && c < 0x7f ? c : '?';
  return {Errc::kInvalidArgument, "'" + text + "' " + std::string(why)};
}

// `unknown` gets a word without a level that names nothing of ours.
Result<Directive> parse_directive(std::string_view part, std::string& unknown) {
  const std::size_t equals = part.find('=');
  if (equals == part.npos) {
    if (const auto level = level_named(part)) return Directive{{}, *level};
    std::string module = module_named(part);
    if (!is_ours(module)) unknown = part;
    return Directive{std::move(module), Level::kTrace};
  }
  const std::string_view name = trimmed(part.substr(0, equals)), level = trimmed(part.substr(equals + 1));
  if (name.empty()) return tl::unexpected(wrong(part, "names no module before '='"));
  if (level.find('=') != level.npos) return tl::unexpected(wrong(part, "has more than one '='"));
  if (level.empty()) return Directive{module_named(name), Level::kTrace};
  if (const auto found = level_named(level)) return Directive{module_named(name), *found};
  return tl::unexpected(wrong(level, "is no level; levels are trace, debug, info, warn, error and off"));
}

}  // namespace

Result<Filter> parse_filter(std::string_view text, Level otherwise) {
  if (text.size() > kFilterBytesMax)
    return fail(Errc::kInvalidArgument,
                "the filter has more than " + std::to_string(kFilterBytesMax) + " bytes");
  if (text.find('/') != text.npos)
    return tl::unexpected(
        wrong(text.substr(text.find('/')), "is a pattern for texts, which is not supported"));
  Filter filter{.lowest = otherwise, .concerns_us = false, .unknown_word = {}};
  std::vector<Directive> directives;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string_view part = trimmed(text.substr(at, end - at));
    at = end + 1;
    if (part.empty()) continue;
    auto directive = parse_directive(part, filter.unknown_word);
    if (!directive) return tl::unexpected(std::move(directive.error()));
    if (!is_ours(directive->module)) continue;
    filter.concerns_us = true;
    directives.push_back(std::move(*directive));
  }
  for (std::uint8_t i = 0; i < kModules; ++i) {
    std::size_t longest = 0;
    for (const Directive& directive : directives) {
      if (directive.module.size() < longest || !covers(directive.module, kModuleNames[i])) continue;
      longest = directive.module.size();
      filter.lowest.set(Module{i}, directive.level);
    }
  }
  return filter;
}

std::string filter_text(const Levels& lowest) {
  std::array<std::size_t, kLevelNames.size()> counts{};
  for (std::uint8_t i = 0; i < kModules; ++i) ++counts[static_cast<std::size_t>(lowest.of(Module{i}))];
  const auto usual = static_cast<Level>(std::ranges::max_element(counts) - counts.begin());
  std::string text(name_of(usual));
  Levels said = usual;
  // Parents stand before their children: what one says of all below it need not be said again.
  for (std::uint8_t i = 0; i < kModules; ++i) {
    const Module module{i};
    if (said.of(module) == lowest.of(module)) continue;
    text += ",batata::";
    for (const char c : module.name()) text += c == '.' ? std::string("::") : std::string(1, c);
    text += '=';
    text += name_of(lowest.of(module));
    for (std::uint8_t below = i; below < kModules; ++below)
      if (covers(module.name(), kModuleNames[below])) said.set(Module{below}, lowest.of(module));
  }
  return text;
}

std::string_view name_of(Level level) {
  return kLevelNames[static_cast<std::size_t>(level)];
}

}  // namespace batata::log
