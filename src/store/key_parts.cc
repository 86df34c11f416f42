#include "store/key_parts.h"

#include <algorithm>
#include <utility>

namespace batata::store {
namespace {

constexpr char kEscape = '\x01';

}  // namespace

void append_part(std::string& key, std::string_view part) {
  if (std::ranges::none_of(part, [](char c) { return c == kPartSeparator || c == kEscape; })) {
    key.append(part);
    return;
  }
  for (const char c : part) {
    if (c == kPartSeparator || c == kEscape) {
      key.push_back(kEscape);
      key.push_back(c == kPartSeparator ? '\x01' : '\x02');
    } else {
      key.push_back(c);
    }
  }
}

std::optional<std::string> unescape(std::string_view part) {
  std::string out;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] != kEscape) {
      out.push_back(part[i]);
      continue;
    }
    if (++i == part.size() || (part[i] != '\x01' && part[i] != '\x02')) return std::nullopt;
    out.push_back(part[i] == '\x01' ? kPartSeparator : kEscape);
  }
  return out;
}

std::optional<std::vector<std::string>> split_parts(std::string_view joined) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = std::min(joined.find(kPartSeparator), joined.size());
    auto part = unescape(joined.substr(0, end));
    if (!part) return std::nullopt;
    parts.push_back(std::move(*part));
    if (end == joined.size()) return parts;
    joined.remove_prefix(end + 1);
  }
}

}  // namespace batata::store
