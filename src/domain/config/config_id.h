#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/command.h"

namespace batata::domain {

/// A config's name in full. `space` is the namespace's one canonical id: "public" for the default one, never blank.
struct ConfigId {
  std::string space, group, data_id;
  auto operator<=>(const ConfigId&) const = default;
};

/// The one id of a namespace however it is spelled: absent, blank and "public" are the same.
[[nodiscard]] std::string canonical_space(std::string_view spelling);

/// The key of a config in the store: "config/" space NUL group NUL data_id, where NUL and 0x01 inside a part are
/// written 0x01 0x01 and 0x01 0x02. Keys sort as the triples do, and no two triples share a key.
[[nodiscard]] std::string config_key(const ConfigId& id);
/// The config that a key names; nothing for keys that `config_key` does not make.
[[nodiscard]] std::optional<ConfigId> config_id(std::string_view key);
/// All configs; all configs of one (canonical) namespace.
[[nodiscard]] store::KeyRange all_configs();
[[nodiscard]] store::KeyRange configs_of(std::string_view space);

/// Refuses names that Nacos refuses: blank ones, and characters other than letters, digits and `_-.:`.
/// The parameter check of the wire is stricter about lengths and is not repeated here.
/// Errors: kInvalidArgument ("invalid dataId : a b").
/// Source: upstream's ParamUtils; letters beyond ASCII never pass the parameter check and so count as invalid here.
[[nodiscard]] Status check_config_id(const ConfigId& id);

}  // namespace batata::domain
