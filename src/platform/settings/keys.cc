#include "platform/settings/keys.h"

#include <algorithm>
#include <array>
#include <vector>

namespace batata::platform {
namespace {

constexpr std::size_t kMaxCompared =
    128;  // longer keys are nobody's typing error; bounds the work of edit_distance

/// The form in which keys are compared: without case, dashes and underscores; `nacos.` and `batata.` become
/// "*.".
std::string folded(std::string_view key) {
  std::string out;
  out.reserve(key.size());
  for (const char c : lower_case(key)) {
    if (c != '-' && c != '_') out += c;
  }
  for (const std::string_view prefix : {"nacos.", "batata."}) {
    if (out.starts_with(prefix)) return "*." + out.substr(prefix.size());
  }
  return out;
}

/// The form in which variables are compared: letters and digits alone, without the prefix.
std::string squashed(std::string_view text) {
  std::string out;
  for (const char c : folded(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

template <class Visit>
const Row* find_row(Visit matches) {
  for (const Row& row : rows()) {
    if (matches(row.key)) return &row;
    for (const std::string_view key : row.also) {
      if (!key.empty() && matches(key)) return &row;
    }
  }
  return nullptr;
}

bool is_family(std::string_view key) {
  return key.ends_with(".*");
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

const Row* row_of_key(std::string_view key) {
  const std::string wanted = folded(key);
  const Row* exact =
      find_row([&](std::string_view known) { return !is_family(known) && folded(known) == wanted; });
  if (exact != nullptr) return exact;
  return find_row([&](std::string_view known) {
    return is_family(known) && wanted.starts_with(folded(known.substr(0, known.size() - 1)));
  });
}

const Row* row_of_variable(std::string_view name) {
  for (const Row& row : rows()) {
    if (std::find(row.variables.begin(), row.variables.end(), name) != row.variables.end()) return &row;
  }
  std::string_view rest;
  for (const std::string_view prefix : {"NACOS_", "BATATA_"}) {
    if (name.starts_with(prefix)) rest = name.substr(prefix.size());
  }
  if (rest.empty()) return nullptr;
  const std::string wanted = squashed(rest);
  if (wanted.empty()) return nullptr;
  const Row* exact =
      find_row([&](std::string_view known) { return !is_family(known) && squashed(known) == wanted; });
  if (exact != nullptr) return exact;
  const std::string spelled = lower_case(rest);
  return find_row([&](std::string_view known) {
    if (!is_family(known)) return false;
    std::string start = folded(known.substr(0, known.size() - 1));
    if (start.starts_with("*.")) start.erase(0, 2);
    std::replace(start.begin(), start.end(), '.', '_');
    return spelled.starts_with(start);
  });
}

const Row* row_of_flag(std::string_view flag) {
  for (const Row& row : rows()) {
    if (!row.flag.empty() && row.flag == flag) return &row;
  }
  return nullptr;
}

std::string variable_of(const Row& row) {
  std::string out = row.key.starts_with("nacos.") || row.key.starts_with("batata.") ? "" : "NACOS_";
  for (const char c : row.key) {
    const bool is_letter = c >= 'a' && c <= 'z';
    out += c == '.' || c == '-' ? '_' : is_letter ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

std::string_view nearest_key(std::string_view key) {
  const std::string wanted = folded(key);
  std::string_view best;
  std::size_t least = wanted.size() / 2 + 1;  // farther than half of its letters is another word
  for (const Row& row : rows()) {
    const auto consider = [&](std::string_view known) {
      if (known.empty() || is_family(known)) return;
      const std::size_t distance = edit_distance(wanted, folded(known));
      if (distance < least) {
        least = distance;
        best = known;
      }
    };
    consider(row.key);
    for (const std::string_view other : row.also) consider(other);
  }
  return best;
}

std::string_view nearest_flag(std::string_view flag) {
  std::string_view best;
  std::size_t least = flag.size() / 2 + 1;
  const auto consider = [&](std::string_view known) {
    const std::size_t distance = edit_distance(flag, known);
    if (known.empty() || distance >= least) return;
    least = distance;
    best = known;
  };
  consider("--config");
  for (const Row& row : rows()) consider(row.flag);
  return best;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, kMaxCompared);
  b = b.substr(0, kMaxCompared);
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

}  // namespace batata::platform
