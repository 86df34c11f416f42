#include "cli/config/unified_diff.h"

#include <gtest/gtest.h>

#include <charconv>
#include <random>
#include <string>
#include <vector>

namespace batata::cli {
namespace {

std::string diff(std::string_view before, std::string_view after) {
  return unified_diff(before, after, "a", "b");
}

TEST(UnifiedDiff, EqualTextsHaveNone) {
  EXPECT_EQ(diff("", ""), "");
  EXPECT_EQ(diff("x\ny", "x\ny"), "");
}

// What `diff -u --label a --label b` of GNU diffutils 3.8 says.
TEST(UnifiedDiff, IsWhatGnuDiffShows) {
  const std::tuple<std::string, std::string, std::string> table[] = {
      {"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n",
       "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"},
      {"", "1\n2\n", "@@ -0,0 +1,2 @@\n+1\n+2\n"},
      {"1\n2\n", "", "@@ -1,2 +0,0 @@\n-1\n-2\n"},
      {"1\n", "1", "@@ -1 +1 @@\n-1\n+1\n\\ No newline at end of file\n"},
      {"1", "1\n2",
       "@@ -1 +1,2 @@\n-1\n\\ No newline at end of file\n+1\n+2\n\\ No newline at end of file\n"},
      // Six equal lines between two changes are shown, seven are left out.
      {"a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
       "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n"},
      {"a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
       "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n"},
      {"a\nb\n", "x\ny\n", "@@ -1,2 +1,2 @@\n-a\n-b\n+x\n+y\n"}};
  for (const auto& [before, after, hunks] : table)
    EXPECT_EQ(diff(before, after), "--- a\n+++ b\n" + hunks) << before << "|" << after;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

// As patch(1) does it; fails the test where a line is not the one that the diff expects there.
std::string patched(const std::string& before, const std::string& diff) {
  const auto from = lines_of(before), all = lines_of(diff);
  std::string out;
  std::size_t at = 0;
  for (std::size_t i = 2; i < all.size(); ++i) {
    std::string line = all[i].substr(1);
    if (i + 1 < all.size() && all[i + 1].starts_with('\\')) line.pop_back();
    if (all[i].starts_with("@@ -")) {
      std::size_t first = 0;
      std::from_chars(all[i].data() + 4, all[i].data() + all[i].size(), first);
      const bool has_none = all[i].substr(0, all[i].find('+')).ends_with(",0 ");
      for (const std::size_t to = has_none ? first : first - 1; at < to;) out += from.at(at++);
    } else if (all[i][0] == '+' || all[i][0] == ' ') {
      out += line;
    }
    if (all[i][0] == '-' || all[i][0] == ' ') {
      EXPECT_EQ(from.at(at), line) << diff;
      ++at;
    }
  }
  while (at < from.size()) out += from[at++];
  return out;
}

TEST(UnifiedDiff, PatchesOneTextIntoTheOther) {
  std::mt19937 random(4711);  // NOLINT(cert-msc51-cpp): the same texts in each run
  const auto text = [&random] {
    std::string made;
    for (auto lines = random() % 30; lines > 0; --lines) made += std::string(1, "abc"[random() % 3]) + "\n";
    if (!made.empty() && random() % 2 == 0) made.pop_back();
    return made;
  };
  for (int n = 0; n < 3'000; ++n) {
    const std::string before = text(), after = text();
    ASSERT_EQ(patched(before, diff(before, after)), after) << before << "|" << after;
  }
}

TEST(UnifiedDiff, TextsWithMoreDifferencesThanAreSearchedForAreReplaced) {
  std::string before = "same\n", after = "same\n";
  for (int n = 0; n < 3'000; ++n) {
    before += "a" + std::to_string(n) + "\n";
    after += "b" + std::to_string(n) + "\n";
  }
  EXPECT_EQ(patched(before + "end\n", diff(before + "end\n", after + "end\n")), after + "end\n");
}

TEST(UnifiedDiff, OnATerminalLinesHaveColoursAndDriveNothing) {
  EXPECT_EQ(coloured_diff("@@ -1 +1 @@\n-a\tb\n+\x1b[2J\n same\n"),
            "\x1b[36m@@ -1 +1 @@\x1b[0m\n\x1b[31m-a\tb\x1b[0m\n\x1b[32m+?[2J\x1b[0m\n same\n");
}

}  // namespace
}  // namespace batata::cli
