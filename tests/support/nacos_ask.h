#pragma once
#include <ostream>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/nacos_house.h"

namespace batata::nacos {

/// An answer as tests compare it: times in its body read 0.
struct Seen {
  int status = 0;
  std::string body;
  bool operator==(const Seen&) const = default;
};
inline std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << seen.status << " " << seen.body;
}

/// Asks a house and lets a write's time pass; status 0 when there is no answer then.
inline Seen ask_seen(House& house, wire::Method method, const std::string& target,
                     const std::string& form = {},
                     std::vector<std::pair<std::string_view, std::string_view>> headers = {}) {
  const auto answer = house.ask(method, target, form, std::move(headers));
  if (!answer->has_value()) return {0, "no answer"};
  static const std::regex kTimes(R"re("(lastRefTime|timestamp|lastUpdatedTime)":("[^"]*"|\d+))re");
  return {(*answer)->status, std::regex_replace(std::string((*answer)->content()), kTimes, R"("$1":0)")};
}

}  // namespace batata::nacos
