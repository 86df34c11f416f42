#include "faces/nacos/grpc/fuzzy_pattern.h"

#include <algorithm>
#include <optional>

#include "domain/config/config_id.h"

namespace batata::nacos {
namespace {

constexpr std::string_view kSplitter = ">>";

// The part of `text` up to the next splitter, which is taken from it; nothing when it was used up before.
std::optional<std::string_view> next_part(std::optional<std::string_view>& text) {
  if (!text) return std::nullopt;
  const auto end = text->find(kSplitter);
  const std::string_view part = text->substr(0, end);
  if (end == text->npos) {
    text.reset();
  } else {
    text->remove_prefix(end + kSplitter.size());
  }
  return part;
}

}  // namespace

FuzzyPattern::FuzzyPattern(std::string_view text) {
  std::optional<std::string_view> rest(text);
  const auto space = next_part(rest), group = next_part(rest), name = next_part(rest);
  if (!space || !group || !name || name->empty()) return;
  whole_ = true;
  space_ = domain::canonical_space(*space);
  group_ = Element(*group);
  name_ = Element(*name);
}

std::string_view FuzzyPattern::space_in(std::string_view text) {
  return text.substr(0, text.find(kSplitter));
}

ResourceName FuzzyPattern::parts_of(std::string_view text) {
  std::optional<std::string_view> rest(text);
  const auto space = next_part(rest), group = next_part(rest), name = next_part(rest);
  return {std::string(space.value_or("")), std::string(group.value_or("")), std::string(name.value_or(""))};
}

FuzzyPattern::Element::Element(std::string_view text)
    : exact_(text.find('*') == text.npos),
      open_begin_(text.starts_with('*')),
      open_end_(text.ends_with('*')),
      text_(text) {
  if (!exact_) std::erase(text_, '*');
}

bool FuzzyPattern::Element::matches(std::string_view text) const {
  if (exact_) return text == text_;
  if (open_begin_ && open_end_) return text.find(text_) != text.npos;
  if (open_begin_) return text.ends_with(text_);
  return open_end_ && text.starts_with(text_);
}

}  // namespace batata::nacos
