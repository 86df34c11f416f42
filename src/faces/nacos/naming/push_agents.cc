#include "faces/nacos/naming/push_agents.h"

#include <array>
#include <charconv>
#include <compare>
#include <cstdint>
#include <string>

namespace batata::nacos {
namespace {

struct Version {
  std::array<std::int32_t, 3> parts{};  // major, minor, patch
  auto operator<=>(const Version&) const = default;
};

// What is no number counts as 0, also behind a number.
Version parse_version(std::string_view text) {
  Version version;
  for (std::int32_t& part : version.parts) {
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, part);
    if (error != std::errc{} || part < 0) part = 0;
    const std::size_t separator = text.find_first_of("-_./;:");
    if (separator == text.npos) break;
    text.remove_prefix(separator + 1);
  }
  return version;
}

struct Kind {
  std::string_view start;  // of the agent
  std::string domain::Switches::* oldest;
};
constexpr std::array<Kind, 6> kKinds = {{
    {"Nacos-Java-Client", &domain::Switches::push_version_java},
    {"Nacos-Go-Client", &domain::Switches::push_version_go},
    {"Nacos-DNS", &domain::Switches::push_version_python},
    {"Nacos-C-Client", &domain::Switches::push_version_c},
    {"vip-client4cpp", &domain::Switches::push_version_c},
    {"Nacos-CSharp-Client", &domain::Switches::push_version_csharp},
}};

}  // namespace

bool is_pushed_over_udp(std::string_view agent, const domain::Switches& switches) {
  if (!switches.push_enabled) return false;
  for (const auto& [start, oldest] : kKinds) {
    if (!agent.starts_with(start)) continue;
    const std::size_t at = agent.find(":v");
    const Version version = at == agent.npos ? Version{} : parse_version(agent.substr(at + 2));
    return version >= parse_version(switches.*oldest);
  }
  return false;
}

}  // namespace batata::nacos
