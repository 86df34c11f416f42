#include "domain/config/like.h"

#include <algorithm>

namespace batata::domain {
namespace {

bool is_any(char c) {
  return c == '*' || c == '%';
}

// Bytes of the character that begins at `at`; bytes that begin none count as one each.
std::size_t width(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  if (static_cast<unsigned char>(text[at]) < 0xc0) return 1;
  while (end < text.size() && end < at + 4 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
  return end - at;
}

}  // namespace

// Goes from the left: only the last star may have to give up what it took.
bool is_like(std::string_view pattern, std::string_view text, MatchBudget& budget) {
  std::size_t p = 0, t = 0, star = pattern.npos, after = 0;
  while (t < text.size()) {
    if (budget.steps == 0) return false;
    --budget.steps;
    if (p < pattern.size() && is_any(pattern[p])) {
      star = p++;
      if (p == pattern.size()) return true;
      if (!is_any(pattern[p]) && pattern[p] != '_') {
        // What follows the star begins with this character: whatever stands before it is the star's.
        const auto next = text.find(pattern[p], t);
        if (next == text.npos) return false;
        budget.steps -= std::min<std::uint64_t>(budget.steps, (next - t) / 16);
        t = next;
      }
      after = t;
    } else if (p < pattern.size() && pattern[p] == '_') {
      ++p;
      t += width(text, t);
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star;  // once more from the star, which takes a character more
      t = after + width(text, after);
    } else {
      return false;
    }
  }
  while (p < pattern.size() && is_any(pattern[p])) ++p;
  return p == pattern.size();
}

}  // namespace batata::domain
