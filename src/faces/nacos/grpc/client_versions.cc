#include "faces/nacos/grpc/client_versions.h"

#include <algorithm>
#include <optional>

namespace batata::nacos {
namespace {

constexpr std::string_view kOther = "other";

// What libraries call themselves before the colon, and their names in the metrics.
constexpr std::pair<std::string_view, std::string_view> kLibraries[] = {
    {"Nacos-Java-Client", "java"},     {"Nacos-Go-Client", "go"},         {"Nacos-Python-Client", "python"},
    {"Nacos-Rust-Client", "rust"},     {"Nacos-NodeJS-Client", "nodejs"}, {"Nacos-CPP-Client", "cpp"},
    {"Nacos-CSharp-Client", "csharp"}, {"Nacos-Php-Client", "php"},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The number that `text` begins with, without it; nothing when there is none or it has more than three
// digits.
std::optional<std::string_view> take_number(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const auto size = static_cast<std::size_t>(end - text.begin());
  if (size == 0 || size > 3) return std::nullopt;
  const std::string_view number = text.substr(0, size);
  text.remove_prefix(size);
  return number;
}

// "v3.1.0" is "3.1".
std::string short_version(std::string_view text) {
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  const auto major = take_number(text);
  if (!major || !text.starts_with('.')) return std::string(kOther);
  text.remove_prefix(1);
  const auto minor = take_number(text);
  if (!minor) return std::string(kOther);
  return std::string(*major) + "." + std::string(*minor);
}

}  // namespace

ClientKind client_kind(std::string_view said) {
  const auto colon = said.find(':');
  const auto found = std::ranges::find(kLibraries, said.substr(0, colon),
                                       &std::pair<std::string_view, std::string_view>::first);
  if (found == std::end(kLibraries)) return {std::string(kOther), std::string(kOther)};
  if (colon == said.npos) return {std::string(found->second), std::string(kOther)};
  return {std::string(found->second), short_version(said.substr(colon + 1))};
}

ClientVersions::Place ClientVersions::enter(std::string_view said) {
  ClientKind kind = client_kind(said);
  Place place = kOthers;
  if (kind.library != kOther) {
    place = static_cast<Place>(std::ranges::find(kinds_, kind) - kinds_.begin());
    if (place == kinds_.size()) {
      if (kinds_.size() < kKindsMax) {
        kinds_.push_back(std::move(kind));
      } else {
        place = kOthers;
      }
    }
  }
  ++counts_.at(place);
  return place;
}

}  // namespace batata::nacos
