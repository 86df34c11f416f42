#include "cli/config/unified_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "cli/common/output.h"

namespace batata::cli {
namespace {

constexpr std::size_t kContext = 3;  // lines around a change, as diff and git have

using Lines = std::vector<std::string_view>;

// Each with its line end, which the last one may lack.
Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size = end == text.npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

// One line of what leads from one text to the other.
struct Step {
  char sign;  // ' ', '-' or '+'
  std::string_view line;
};
using Steps = std::vector<Step>;

// Lines as numbers: equal ones have the same.
class Numbers {
 public:
  std::vector<int> of(const Lines& lines) {
    std::vector<int> numbers;
    numbers.reserve(lines.size());
    for (const auto line : lines)
      numbers.push_back(known_.try_emplace(line, static_cast<int>(known_.size())).first->second);
    return numbers;
  }

 private:
  std::map<std::string_view, int> known_;
};

// The shortest way from `a` to `b`. Source: Myers, An O(ND) Difference Algorithm, section 4.
class ShortestWay {
 public:
  ShortestWay(const std::vector<int>& a, const std::vector<int>& b)
      : a_(a), b_(b), n_(static_cast<int>(a.size())), m_(static_cast<int>(b.size())) {}

  /// The signs, from the first to the last; empty when it is longer than kDifferencesMax, or has no steps.
  std::vector<char> find() {
    const int longest = std::min(n_ + m_, kDifferencesMax);
    std::vector<int> reach(2 * static_cast<std::size_t>(longest) + 3, 0);  // by diagonal: how far in `a`
    const auto at = [&](int k) -> int& { return reach[static_cast<std::size_t>(k + longest + 1)]; };
    for (int d = 0; d <= longest; ++d) {
      for (int k = -d; k <= d; k += 2) {
        const bool is_down = k == -d || (k != d && at(k - 1) < at(k + 1));
        int x = is_down ? at(k + 1) : at(k - 1) + 1;
        while (x < n_ && x - k < m_ && a_[static_cast<std::size_t>(x)] == b_[static_cast<std::size_t>(x - k)])
          ++x;
        at(k) = x;
        if (x >= n_ && x - k >= m_) return walk_back(d);
      }
      std::vector<int> kept;
      for (int k = -d; k <= d; ++k) kept.push_back(at(k));
      trace_.push_back(std::move(kept));
    }
    return {};
  }

 private:
  // How far diagonal `k` reached with `d` differences; what lies outside was not reached.
  [[nodiscard]] int reached(int d, int k) const {
    const auto& row = trace_[static_cast<std::size_t>(d)];
    return k < -d || k > d ? -1 : row[static_cast<std::size_t>(k + d)];
  }
  [[nodiscard]] std::vector<char> walk_back(int d) const {
    std::vector<char> signs;
    int x = n_, y = m_;
    for (; d > 0; --d) {
      const int k = x - y;
      const bool is_down = k == -d || (k != d && reached(d - 1, k - 1) < reached(d - 1, k + 1));
      const int from_x = is_down ? reached(d - 1, k + 1) : reached(d - 1, k - 1);
      const int from_y = from_x - (is_down ? k + 1 : k - 1);
      const int equal = is_down ? x - from_x : x - from_x - 1;
      signs.insert(signs.end(), static_cast<std::size_t>(equal), ' ');
      signs.push_back(is_down ? '+' : '-');
      x = from_x;
      y = from_y;
    }
    signs.insert(signs.end(), static_cast<std::size_t>(x), ' ');
    std::ranges::reverse(signs);
    return signs;
  }

  const std::vector<int>&a_, &b_;
  const int n_, m_;
  std::vector<std::vector<int>> trace_;  // by number of differences
};

// As people and patch expect it of lines that are replaced; any order leads to the same text.
void removed_first(std::vector<char>& signs) {
  for (auto it = signs.begin(); it != signs.end();) {
    it = std::find_if(it, signs.end(), [](char sign) { return sign != ' '; });
    const auto end = std::find(it, signs.end(), ' ');
    std::partition(it, end, [](char sign) { return sign == '-'; });
    it = end;
  }
}

// What lies between the equal lines at both ends.
void add_middle(Steps& steps, const Lines& a, const Lines& b) {
  Numbers numbers;
  const auto a_numbers = numbers.of(a), b_numbers = numbers.of(b);
  auto signs = ShortestWay(a_numbers, b_numbers).find();
  if (signs.empty()) {
    for (const auto line : a) steps.push_back({'-', line});
    for (const auto line : b) steps.push_back({'+', line});
    return;
  }
  removed_first(signs);
  auto from_a = a.begin(), from_b = b.begin();
  for (const char sign : signs) {
    const std::string_view line = sign == '+' ? *from_b : *from_a;
    if (sign != '+') ++from_a;
    if (sign != '-') ++from_b;
    steps.push_back({sign, line});
  }
}

Steps steps_between(const Lines& a, const Lines& b) {
  const auto [a_from, b_from] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto begin = a_from - a.begin();
  auto a_end = a.end(), b_end = b.end();
  while (a_end != a_from && b_end != b_from && *(a_end - 1) == *(b_end - 1)) --a_end, --b_end;
  Steps steps;
  for (auto it = a.begin(); it != a.begin() + begin; ++it) steps.push_back({' ', *it});
  add_middle(steps, Lines(a_from, a_end), Lines(b_from, b_end));
  for (auto it = a_end; it != a.end(); ++it) steps.push_back({' ', *it});
  return steps;
}

// "12,3", "12" for one line, and for none the line before it, as diff counts.
std::string range_text(std::size_t first, std::size_t count) {
  if (count == 1) return std::to_string(first + 1);
  return fmt::format("{},{}", count == 0 ? first : first + 1, count);
}

struct Place {
  std::size_t before = 0, after = 0;  // lines behind which it lies
  void pass(const Step& step) {
    if (step.sign != '+') ++before;
    if (step.sign != '-') ++after;
  }
};

void add_hunk(std::string& out, const Steps& steps, std::size_t from, std::size_t to, Place at) {
  Place counts;
  for (std::size_t i = from; i < to; ++i) counts.pass(steps[i]);
  out += fmt::format("@@ -{} +{} @@\n", range_text(at.before, counts.before),
                     range_text(at.after, counts.after));
  for (std::size_t i = from; i < to; ++i) {
    out += steps[i].sign;
    out += steps[i].line;
    if (!steps[i].line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
  }
}

// The first step from `from` on that changes something; the number of steps when there is none.
std::size_t next_change(const Steps& steps, std::size_t from) {
  while (from < steps.size() && steps[from].sign == ' ') ++from;
  return from;
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, std::string_view before_label,
                         std::string_view after_label) {
  if (before == after) return {};
  const Steps steps = steps_between(lines_of(before), lines_of(after));
  std::string out = "--- " + printable(before_label) + "\n+++ " + printable(after_label) + "\n";
  Place place;
  std::size_t passed = 0;
  for (std::size_t change = next_change(steps, 0); change < steps.size();) {
    const std::size_t from = std::max(passed, change < kContext ? 0 : change - kContext);
    std::size_t last = change;  // of the changes that are near enough to share the lines around them
    for (;;) {
      change = next_change(steps, last + 1);
      if (change >= steps.size() || change - last > 2 * kContext + 1) break;
      last = change;
    }
    const std::size_t to = std::min(steps.size(), last + 1 + kContext);
    for (; passed < from; ++passed) place.pass(steps[passed]);
    add_hunk(out, steps, from, to, place);
    for (; passed < to; ++passed) place.pass(steps[passed]);
  }
  return out;
}

std::string coloured_diff(std::string_view diff) {
  std::string out;
  for (const std::string_view line : lines_of(diff)) {
    const char sign = line.front();
    const std::string_view colour = sign == '-'   ? "\x1b[31m"
                                    : sign == '+' ? "\x1b[32m"
                                    : sign == '@' ? "\x1b[36m"
                                                  : "";
    std::string_view text = line.substr(0, line.size() - (line.ends_with('\n') ? 1 : 0));
    out += colour;
    while (!text.empty()) {
      const std::size_t tab = std::min(text.find('\t'), text.size());
      out += printable(text.substr(0, tab));
      if (tab < text.size()) out += '\t';
      text.remove_prefix(std::min(tab + 1, text.size()));
    }
    if (!colour.empty()) out += "\x1b[0m";
    out += '\n';
  }
  return out;
}

}  // namespace batata::cli
