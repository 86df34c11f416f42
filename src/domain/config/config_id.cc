#include "domain/config/config_id.h"

#include "domain/config/names.h"
#include "store/key_parts.h"

namespace batata::domain {
namespace {

constexpr std::string_view kPrefix = "config/";
constexpr char kSeparator = store::kPartSeparator;

using store::append_part;
using store::unescape;

}  // namespace

std::string canonical_space(std::string_view spelling) {
  return std::string(is_blank(spelling) ? std::string_view("public") : spelling);
}

std::string config_key(const ConfigId& id) {
  std::string key;
  key.reserve(kPrefix.size() + id.space.size() + id.group.size() + id.data_id.size() + 2);
  key.append(kPrefix);
  append_part(key, id.space);
  key.push_back(kSeparator);
  append_part(key, id.group);
  key.push_back(kSeparator);
  append_part(key, id.data_id);
  return key;
}

std::optional<ConfigId> config_id(std::string_view key) {
  if (!key.starts_with(kPrefix)) return std::nullopt;
  key.remove_prefix(kPrefix.size());
  const auto first = key.find(kSeparator);
  const auto second = first == key.npos ? key.npos : key.find(kSeparator, first + 1);
  if (second == key.npos || key.find(kSeparator, second + 1) != key.npos) return std::nullopt;
  auto space = unescape(key.substr(0, first));
  auto group = unescape(key.substr(first + 1, second - first - 1));
  auto data_id = unescape(key.substr(second + 1));
  if (!space || !group || !data_id) return std::nullopt;
  return ConfigId{std::move(*space), std::move(*group), std::move(*data_id)};
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

Status check_config_id(const ConfigId& id) {
  if (!is_name(id.data_id)) return fail(Errc::kInvalidArgument, "invalid dataId : " + id.data_id);
  if (!is_name(id.group)) return fail(Errc::kInvalidArgument, "invalid group : " + id.group);
  if (!is_name(id.space)) return fail(Errc::kInvalidArgument, "invalid tenant");
  return {};
}

}  // namespace batata::domain
