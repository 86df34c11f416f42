#include "platform/settings/keys.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace batata::platform {
namespace {

// Longer keys are nobody's typing error; bounds the work of edit_distance.
constexpr std::size_t kComparedMax = 128;

// The form in which keys are compared: without case, dashes and underscores, and "*." for both prefixes.
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

// The form in which variables are compared: letters and digits alone, without the prefix.
std::string squashed(std::string_view text) {
  std::string out;
  for (const char c : folded(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

// A name of a row in the forms in which it is compared.
struct KnownKey {
  const Row* row;
  std::string_view key;  ///< as the table spells it
  bool is_family;        ///< then the forms are those of what stands before the '*'
  std::string folded;    ///< of a key
  std::string squashed;  ///< of a variable; a family keeps its parts apart: "core_auth_"
};

KnownKey known_key(const Row& row, std::string_view key) {
  if (!key.ends_with(".*")) return {&row, key, false, folded(key), squashed(key)};
  KnownKey known{&row, key, true, folded(key.substr(0, key.size() - 1)), {}};
  known.squashed = known.folded.starts_with("*.") ? known.folded.substr(2) : known.folded;
  std::replace(known.squashed.begin(), known.squashed.end(), '.', '_');
  return known;
}

// Every name of every row, made at the first look-up.
const std::vector<KnownKey>& known_keys() {
  static const std::vector<KnownKey> kKeys = [] {
    std::vector<KnownKey> keys;
    for (const Row& row : rows()) {
      keys.push_back(known_key(row, row.key));
      for (const std::string_view key : row.also) {
        if (!key.empty()) keys.push_back(known_key(row, key));
      }
    }
    return keys;
  }();
  return kKeys;
}

std::size_t difference(std::size_t a, std::size_t b) {
  return a < b ? b - a : a - b;
}

// The row with exactly the name `exact`, else the first family in which `spelled` lies.
const Row* find_row(std::string KnownKey::* form, std::string_view exact, std::string_view spelled) {
  for (const KnownKey& known : known_keys()) {
    if (!known.is_family && known.*form == exact) return known.row;
  }
  for (const KnownKey& known : known_keys()) {
    if (known.is_family && spelled.starts_with(known.*form)) return known.row;
  }
  return nullptr;
}

}  // namespace

const Row* row_of_key(std::string_view key) {
  const std::string wanted = folded(key);
  return find_row(&KnownKey::folded, wanted, wanted);
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
  return find_row(&KnownKey::squashed, wanted, lower_case(rest));
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
  const KnownKey* best = nullptr;
  std::size_t least = wanted.size() / 2 + 1;  // farther than half of its letters is another word
  for (const KnownKey& known : known_keys()) {
    if (known.is_family || difference(known.folded.size(), wanted.size()) >= least) continue;
    const std::size_t distance = edit_distance(wanted, known.folded);
    if (distance >= least) continue;
    least = distance;
    best = &known;
  }
  return best == nullptr ? std::string_view{} : best->key;
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
  a = a.substr(0, kComparedMax);
  b = b.substr(0, kComparedMax);
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
