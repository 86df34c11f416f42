#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "domain/config/config_history.h"

namespace batata::nacos {

// The objects by which Nacos shows the history of configs. Pure; any thread.

/// The `extInfo` of an entry: what was said of the value beside its text, as a JSON text.
/// Source: upstream's ConfigExtInfoUtil.
[[nodiscard]] std::string ext_info(const domain::HistoryView& entry);

/// An entry of v1 and v2. Lists leave out the text.
void write_history(json::Writer& out, const domain::ConfigId& id, const domain::HistoryEntry& entry,
                   bool in_list);
/// An entry of v3.
void write_history_v3(json::Writer& out, const domain::ConfigId& id, const domain::HistoryEntry& entry,
                      bool in_list);

/// The value that an update has put in the place of the one that its entry holds. Views; null members are
/// those that nobody knows any more.
struct Updated {
  std::optional<std::string_view> content, md5, encrypted_data_key;
  std::optional<std::string> ext_info;
};
/// An entry of v2 with the value before and after the change; `updated` counts for updates.
void write_history_detail(json::Writer& out, const domain::ConfigId& id, const domain::HistoryEntry& entry,
                          const Updated& updated);

}  // namespace batata::nacos
