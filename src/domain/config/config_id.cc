#include "domain/config/config_id.h"

#include <algorithm>
#include <charconv>

#include "base/hash.h"
#include "base/text.h"
#include "domain/config/names.h"
#include "store/key_parts.h"

namespace batata::domain {
namespace {

constexpr std::string_view kPrefix = "config/", kGraysPrefix = "config-grays/", kGrayPrefix = "config-gray/",
                           kHistoryPrefix = "config-history/";
constexpr std::size_t kNidDigits = 16;
constexpr char kSeparator = store::kPartSeparator;

using store::append_part;
using store::unescape;

// `room` bytes more will be appended.
std::string triple_key(std::string_view prefix, const ConfigId& id, std::size_t room = 0) {
  std::string key;
  key.reserve(prefix.size() + id.space.size() + id.group.size() + id.data_id.size() + 2 + room);
  key.append(prefix);
  append_part(key, id.space);
  key.push_back(kSeparator);
  append_part(key, id.group);
  key.push_back(kSeparator);
  append_part(key, id.data_id);
  return key;
}

std::optional<ConfigId> triple(std::string_view text) {
  const auto first = text.find(kSeparator);
  const auto second = first == text.npos ? text.npos : text.find(kSeparator, first + 1);
  if (second == text.npos || text.find(kSeparator, second + 1) != text.npos) return std::nullopt;
  auto space = unescape(text.substr(0, first));
  auto group = unescape(text.substr(first + 1, second - first - 1));
  auto data_id = unescape(text.substr(second + 1));
  if (!space || !group || !data_id) return std::nullopt;
  return ConfigId{std::move(*space), std::move(*group), std::move(*data_id)};
}

}  // namespace

std::string canonical_space(std::string_view spelling) {
  return std::string(is_blank(spelling) ? std::string_view("public") : spelling);
}

std::string config_key(const ConfigId& id) {
  return triple_key(kPrefix, id);
}

std::optional<ConfigId> config_id(std::string_view key) {
  if (!key.starts_with(kPrefix)) return std::nullopt;
  return triple(key.substr(kPrefix.size()));
}

std::uint64_t numeric_id_of_key(std::string_view config_key) {
  const std::uint64_t number = hash64(config_key) & 0x7fff'ffff'ffff'ffffULL;
  return number == 0 ? 1 : number;  // clients take 0 for none
}

std::uint64_t numeric_id(const ConfigId& id) {
  return numeric_id_of_key(config_key(id));
}

std::string grays_key(const ConfigId& id) {
  return triple_key(kGraysPrefix, id);
}

std::optional<std::string> config_key_of_grays(std::string_view grays_key) {
  if (!grays_key.starts_with(kGraysPrefix)) return std::nullopt;
  return std::string(kPrefix).append(grays_key.substr(kGraysPrefix.size()));
}

std::string gray_key(const ConfigId& id, std::string_view name) {
  std::string key = triple_key(kGrayPrefix, id, 1 + name.size());
  key.push_back(kSeparator);
  append_part(key, name);
  return key;
}

std::string history_key(const ConfigId& id, std::uint64_t nid) {
  std::string key = triple_key(kHistoryPrefix, id, 1 + kNidDigits);
  key.push_back(kSeparator);
  for (int shift = 60; shift >= 0; shift -= 4) key.push_back("0123456789abcdef"[nid >> shift & 15]);
  return key;
}

std::optional<HistoryId> history_id(std::string_view key) {
  if (!key.starts_with(kHistoryPrefix)) return std::nullopt;
  key.remove_prefix(kHistoryPrefix.size());
  const auto last = key.rfind(kSeparator);
  if (last == key.npos || key.size() - last - 1 != kNidDigits) return std::nullopt;
  const std::string_view digits = key.substr(last + 1);
  if (digits.find_first_not_of("0123456789abcdef") != digits.npos) return std::nullopt;
  HistoryId found;
  std::from_chars(digits.data(), digits.data() + digits.size(), found.nid, 16);
  auto config = triple(key.substr(0, last));
  if (!config) return std::nullopt;
  found.config = std::move(*config);
  return found;
}

store::KeyRange history_of(const ConfigId& id) {
  std::string prefix = triple_key(kHistoryPrefix, id, 1);
  prefix.push_back(kSeparator);
  return store::KeyRange::prefix(prefix);
}

store::KeyRange all_history() {
  return store::KeyRange::prefix(kHistoryPrefix);
}

store::KeyRange all_config_changes() {
  // '-' stands before '/', so that the four prefixes lie side by side.
  return {std::string(kGrayPrefix), store::KeyRange::prefix(kPrefix).end};
}

store::KeyRange all_configs() {
  return store::KeyRange::prefix(kPrefix);
}

store::KeyRange configs_of(std::string_view space) {
  std::string prefix(kPrefix);
  append_part(prefix, space);
  prefix.push_back(kSeparator);
  return store::KeyRange::prefix(prefix);
}

store::KeyRange configs_in(std::string_view space, std::string_view group) {
  std::string prefix(kPrefix);
  append_part(prefix, space);
  prefix.push_back(kSeparator);
  append_part(prefix, group);
  prefix.push_back(kSeparator);
  return store::KeyRange::prefix(prefix);
}

Status check_config_id(const ConfigId& id) {
  if (!is_name(id.data_id)) return fail(Errc::kInvalidArgument, "invalid dataId : " + id.data_id);
  if (!is_name(id.group)) return fail(Errc::kInvalidArgument, "invalid group : " + id.group);
  if (!is_name(id.space)) return fail(Errc::kInvalidArgument, "invalid tenant");
  return {};
}

}  // namespace batata::domain
