#include "domain/access/resource.h"

#include <string.h>

#include "domain/access/text.h"

namespace batata::domain {
namespace {

constexpr std::string_view kDefaultSpace = "public";

// A search that stays linear whatever is searched, unlike that of string_view.
std::size_t place_of(std::string_view part, std::string_view text) {
  const void* found = memmem(text.data(), text.size(), part.data(), part.size());
  return found == nullptr ? text.npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  const std::size_t star = pattern.find('*');
  if (star == pattern.npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  // Between two stars the first place that fits is as good as any later one, so nothing is tried twice.
  for (;;) {
    const std::size_t next = pattern.find('*');
    if (next == pattern.npos) return text.ends_with(pattern);
    const std::size_t found = place_of(pattern.substr(0, next), text);
    if (found == text.npos) return false;
    text.remove_prefix(found + next);
    pattern.remove_prefix(next + 1);
  }
}

std::string resource_name(std::string_view space, std::string_view group, std::string_view kind,
                          std::string_view name) {
  std::string resource(is_blank_text(space) ? kDefaultSpace : space);
  resource.push_back(':');
  resource.append(is_blank_text(group) ? "*" : group);
  resource.push_back(':');
  resource.append(kind);
  resource.push_back('/');
  resource.append(is_blank_text(name) ? "*" : name);
  return resource;
}

std::string canonical_pattern(std::string_view pattern) {
  std::string out(pattern.starts_with(':') ? kDefaultSpace : std::string_view{});
  out.append(pattern);
  return out;
}

}  // namespace batata::domain
