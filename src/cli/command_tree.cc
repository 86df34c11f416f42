#include "cli/command_tree.h"

#include <algorithm>

namespace batata::cli {

std::vector<std::string> TreeOption::choices() const {
  std::vector<std::string> all;
  if (value.find('|') == value.npos) return all;
  for (std::size_t from = 0; from <= value.size();) {
    const std::size_t end = std::min(value.find('|', from), value.size());
    all.push_back(value.substr(from, end - from));
    from = end + 1;
  }
  return all;
}

bool TreeOption::is_path() const {
  const std::string& kind = value.empty() ? names.front() : value;
  return kind == "FILE" || kind == "DIR";
}

}  // namespace batata::cli
