#pragma once
#include <cstdint>
#include <string_view>

namespace batata::domain {

/// Steps that matching may still take: one for about each character looked at. Patterns with many stars can
/// take as many as pattern times text.
struct MatchBudget {
  std::uint64_t steps = 0;
  [[nodiscard]] bool is_spent() const { return steps == 0; }
};

/// Whether `text` fits a search pattern as upstream's embedded database has it: '*' and '%' stand for any
/// text, '_' for one character, all else for itself. A pattern without them is compared exactly. No, whatever
/// the text is, once the budget is spent. Pure.
/// Source: the lists of 3.1 as recorded: app_* finds app-db.yaml.
[[nodiscard]] bool is_like(std::string_view pattern, std::string_view text, MatchBudget& budget);

}  // namespace batata::domain
