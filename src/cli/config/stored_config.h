#pragma once
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "cli/common/client.h"

namespace batata::cli {

/// Which configuration is meant. Views of the invocation, or of the client that was made of it.
struct ConfigName {
  std::string_view data_id, group, space;

  /// "app.yml in group DEFAULT_GROUP of namespace public".
  [[nodiscard]] std::string text() const;
  /// The members dataId, group and namespace.
  void write(json::Writer& writer) const;
};
[[nodiscard]] ConfigName name_of(const Client& client, std::string_view data_id);

/// A configuration as it stands.
struct StoredConfig {
  std::string content, md5, type;
};

/// Errors: kNotFound, naming it, when there is none; as of Client::call.
[[nodiscard]] Result<StoredConfig> read_config(const Client& client, std::string_view data_id);

/// What a change found there: the value before it, of a first one the new value.
struct HistoryEntry {
  std::string content, kind, app, info;  ///< `kind`: I, U or D; `info`: what else there was, as JSON
  std::string data_key = {};  ///< with which the content is encrypted, itself encrypted; empty: it is not
  bool is_gray = false;
};

/// Errors: kNotFound when the history of this configuration has no such number; as of Client::call.
[[nodiscard]] Result<HistoryEntry> read_history(const Client& client, std::string_view data_id,
                                                std::int64_t id);

}  // namespace batata::cli
