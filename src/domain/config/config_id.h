#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/command.h"

namespace batata::domain {

/// A config's name in full. `space` is the namespace's one canonical id: "public" for the default one, never
/// blank.
struct ConfigId {
  std::string space, group, data_id;
  auto operator<=>(const ConfigId&) const = default;
};

/// The one id of a namespace however it is spelled: absent, blank and "public" are the same.
[[nodiscard]] std::string canonical_space(std::string_view spelling);

/// The key of a config in the store: "config/" space NUL group NUL data_id, where NUL and 0x01 inside a part
/// are written 0x01 0x01 and 0x01 0x02. Keys sort as the triples do, and no two triples share a key.
[[nodiscard]] std::string config_key(const ConfigId& id);
/// The config that a key names; nothing for keys that `config_key` does not make.
[[nodiscard]] std::optional<ConfigId> config_id(std::string_view key);
/// All configs; all configs of one (canonical) namespace; all of one group of it.
[[nodiscard]] store::KeyRange all_configs();
[[nodiscard]] store::KeyRange configs_of(std::string_view space);
[[nodiscard]] store::KeyRange configs_in(std::string_view space, std::string_view group);

/// A number for a config that goes with its name: 1 to 2^63-1, the same on every node, also after the config
/// was erased and made anew. It is a hash of the key, so that two names may share one (one chance in 2^63 for
/// a pair), and whoever has only the number walks through all keys to find the name: about 0.1 us a key.
[[nodiscard]] std::uint64_t numeric_id(const ConfigId& id);
/// The same for the key that `config_key` has made.
[[nodiscard]] std::uint64_t numeric_id_of_key(std::string_view config_key);

/// The key of the index of a config's gray releases: "config-grays/" and the triple.
[[nodiscard]] std::string grays_key(const ConfigId& id);
/// The key of the config that an index key belongs to; nothing for other keys.
[[nodiscard]] std::optional<std::string> config_key_of_grays(std::string_view grays_key);
/// The key of one gray release: "config-gray/", the triple, NUL, the release's name.
[[nodiscard]] std::string gray_key(const ConfigId& id, std::string_view name);

/// The key of an entry of a config's history: "config-history/", the triple, NUL, `nid` in 16 hexadecimal
/// digits. They sort by age within a config.
[[nodiscard]] std::string history_key(const ConfigId& id, std::uint64_t nid);
/// What the key of an entry says; nothing for keys that `history_key` does not make.
struct HistoryId {
  ConfigId config;
  std::uint64_t nid = 0;
};
[[nodiscard]] std::optional<HistoryId> history_id(std::string_view key);
/// The entries of one config; those of all.
[[nodiscard]] store::KeyRange history_of(const ConfigId& id);
[[nodiscard]] store::KeyRange all_history();

/// Every key that a change of a config may touch: configs, gray releases, history.
[[nodiscard]] store::KeyRange all_config_changes();

/// Refuses names that Nacos refuses: blank ones, and characters other than letters, digits and `_-.:`.
/// The parameter check of the wire is stricter about lengths and is not repeated here.
/// Errors: kInvalidArgument ("invalid dataId : a b").
/// Source: upstream's ParamUtils; letters beyond ASCII never pass the parameter check and so count as invalid
/// here.
[[nodiscard]] Status check_config_id(const ConfigId& id);

}  // namespace batata::domain
