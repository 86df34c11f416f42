#include "domain/discovery/service_meta.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

namespace batata::domain {
namespace {

constexpr std::array<std::pair<std::string_view, HealthCheck::Type>, 4> kTypes = {{
    {"TCP", HealthCheck::Type::kTcp},
    {"HTTP", HealthCheck::Type::kHttp},
    {"MYSQL", HealthCheck::Type::kMysql},
    {"NONE", HealthCheck::Type::kNone},
}};

constexpr std::string_view kConsumer = "CONSUMER.label.", kProvider = "PROVIDER.label.";

// The label of one comparison without blanks, `CONSUMER.label.a=PROVIDER.label.a`; nothing for another text.
std::optional<std::string_view> label_of(std::string_view term) {
  const std::size_t equals = term.find('=');
  if (equals == term.npos) return std::nullopt;
  std::string_view left = term.substr(0, equals), right = term.substr(equals + 1);
  if (!left.starts_with(kConsumer) || !right.starts_with(kProvider)) return std::nullopt;
  left.remove_prefix(kConsumer.size());
  right.remove_prefix(kProvider.size());
  if (left.empty() || left != right) return std::nullopt;
  return right;
}

}  // namespace

std::string_view name_of(HealthCheck::Type type) {
  const auto it = std::ranges::find(kTypes, type, &std::pair<std::string_view, HealthCheck::Type>::second);
  return it->first;
}

std::optional<HealthCheck::Type> health_check_type(std::string_view name) {
  const auto it = std::ranges::find(kTypes, name, &std::pair<std::string_view, HealthCheck::Type>::first);
  if (it == kTypes.end()) return std::nullopt;
  return it->second;
}

Result<std::vector<std::string>> labels_of(std::string_view expression) {
  std::string text(expression);
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  std::set<std::string> labels;
  for (std::string_view left = text; !left.empty();) {
    const std::string_view term = left.substr(0, left.find('&'));
    const auto label = label_of(term);
    if (!label) return fail(Errc::kInvalidArgument, "parse expression failed!");
    labels.emplace(*label);
    left.remove_prefix(std::min(left.size(), term.size() + 1));
  }
  return std::vector<std::string>(labels.begin(), labels.end());
}

}  // namespace batata::domain
