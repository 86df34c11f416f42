#pragma once
#include <string>
#include <vector>

namespace batata::cli {

/// The value of a variable in an environment of "NAME=value"; empty when there is none.
[[nodiscard]] inline std::string variable(const std::vector<std::string>& environment,
                                          const std::string& name) {
  for (const std::string& text : environment)
    if (text.starts_with(name + "=")) return text.substr(name.size() + 1);
  return {};
}

}  // namespace batata::cli
