#include "faces/nacos/common/log_level.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <optional>
#include <source_location>
#include <string>
#include <utility>

#include "base/log.h"

namespace batata::nacos {
namespace {

constexpr std::array<std::string_view, 6> kModules = {"core",  "config", "naming",
                                                      "nacos", "remote", "batata"};
constexpr std::array<std::pair<std::string_view, log::Level>, 7> kLevels = {{{"ALL", log::Level::kTrace},
                                                                             {"TRACE", log::Level::kTrace},
                                                                             {"DEBUG", log::Level::kDebug},
                                                                             {"INFO", log::Level::kInfo},
                                                                             {"WARN", log::Level::kWarn},
                                                                             {"ERROR", log::Level::kError},
                                                                             {"OFF", log::Level::kOff}}};

bool is_known(std::string_view logger) {
  const std::string_view module = logger.substr(0, logger.find('-'));
  for (const std::string_view known : kModules) {
    if (module == known) return true;
  }
  return false;
}

std::optional<log::Level> level_named(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const auto& [name, level] : kLevels) {
    if (upper == name) return level;
  }
  return std::nullopt;
}

}  // namespace

bool set_log_level(std::string_view logger, std::string_view level) {
  const auto wanted = level_named(level);
  if (!wanted || !is_known(logger)) return false;
  const log::Levels before = log::set_lowest(*wanted);
  // Always visible, whatever the new level: who reads the log later should see why it changed.
  constexpr log::Module kHere = log::Module::of(std::source_location::current()).value();
  if (before != *wanted)
    log::write({log::Level::kInfo, kHere, fmt::format("log level changed by request level={}", level)});
  return true;
}

}  // namespace batata::nacos
