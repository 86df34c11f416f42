#include "domain/config/like.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace batata::domain {
namespace {

TEST(Like, StarsAndUnderscoresStandForText) {
  const std::tuple<std::string_view, std::string_view, bool> cases[] = {
      {"", "", true},
      {"a", "a", true},
      {"a", "ab", false},
      {"a", "A", false},
      {"*", "", true},
      {"*", "anything", true},
      {"app*", "app-db.yaml", true},
      {"app*", "my-app", false},
      {"*.yaml", "app.yaml", true},
      {"*.yaml", "app.yaml.bak", false},
      {"app*json", "app-db.json", true},
      {"*a*b*c", "xxaxxbxxc", true},
      {"*a*b*c", "xxaxxcxxb", false},
      {"*aab", "aaaab", true},
      {"%db%", "url: db1", true},
      {"app_*", "app-db", true},
      {"app_*", "app", false},
      {"_", "\xE4\xBD\xA0", true},
      {"__", "\xE4\xBD\xA0", false},
      {"*_x", "\xE4\xBD\xA0x", true},
      {"*0% sure_*", "100% sure_thing", true},
      {"db1", "url: db1", false},
  };
  for (const auto& [pattern, text, wanted] : cases) {
    MatchBudget budget{1'000};
    EXPECT_EQ(is_like(pattern, text, budget), wanted) << pattern << " / " << text;
  }
}

TEST(Like, AgreesWithADirectDefinitionOnAllShortTexts) {
  // '*' then '?' then letters, by recursion.
  struct Naive {
    static bool fits(std::string_view pattern, std::string_view text) {
      if (pattern.empty()) return text.empty();
      if (pattern.front() == '*')
        return fits(pattern.substr(1), text) || (!text.empty() && fits(pattern, text.substr(1)));
      if (text.empty() || (pattern.front() != '_' && pattern.front() != text.front())) return false;
      return fits(pattern.substr(1), text.substr(1));
    }
  };
  const std::string_view symbols = "ab*_";
  for (int p = 0; p < 1024; ++p) {
    std::string pattern;
    for (int n = p, i = 0; i < 5; ++i, n /= 4) pattern += symbols[static_cast<std::size_t>(n % 4)];
    for (int t = 0; t < 64; ++t) {
      std::string text;
      for (int n = t, i = 0; i < 6; ++i, n /= 2) text += n % 2 == 0 ? 'a' : 'b';
      for (std::size_t length : {std::size_t{0}, std::size_t{3}, text.size()}) {
        MatchBudget budget{100'000};
        EXPECT_EQ(is_like(pattern, text.substr(0, length), budget),
                  Naive::fits(pattern, text.substr(0, length)))
            << pattern << " / " << text.substr(0, length);
      }
    }
  }
}

TEST(Like, StopsWhenItsStepsAreUsedUp) {
  const std::string text(100'000, 'a');
  MatchBudget budget{1'000'000};
  EXPECT_FALSE(is_like("*a_a_a_a_a_a_a_a_a_a_a_a_b", text, budget));
  EXPECT_TRUE(budget.is_spent());
}

}  // namespace
}  // namespace batata::domain
