#include "cli/warnings.h"

#include <string_view>

#include "base/log.h"

namespace batata::cli {
namespace {

std::vector<std::string>& heard() {
  static std::vector<std::string> lines;
  return lines;
}

void hear(log::Level, std::string_view line) {
  heard().emplace_back(line);
}

}  // namespace

void hear_warnings() {
  heard().clear();
  log::set_sink(&hear, log::Level::kWarn);
}

const std::vector<std::string>& heard_warnings() {
  return heard();
}

}  // namespace batata::cli
