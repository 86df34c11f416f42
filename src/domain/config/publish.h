#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "domain/config/config_id.h"
#include "store/store.h"

namespace batata::domain {

/// A request to write a config.
struct Publish {
  ConfigId id;
  std::string content;
  std::string type;                 ///< unknown ones and none become "text"
  std::string app;                  ///< empty: the one of before is kept
  std::optional<std::string> tags;  ///< none: those of before are kept
  std::string description, use, effect, schema;
  std::string encrypted_data_key;
  std::string user, address;  ///< who asks, and from where
  std::string expected_md5;   ///< blank: no comparison
};

/// Checks what names a config and its content; `absent_content` words the failure for content that was not
/// sent. Errors: kInvalidArgument, with Nacos' text.
[[nodiscard]] Status check_content(const ConfigId& id, std::string_view content, bool absent_content = false);
/// Checks the text about a config: tags, description, use, effect, type, schema.
/// Errors: kInvalidArgument, with Nacos' text.
[[nodiscard]] Status check_details(const Publish& request);

/// The transaction that publishes. Pure. `present` is the config's key as it stands at the revision `at`,
/// null when there is none; `now` is written down as the time of change, `md5` must be that of the content.
///
/// A config that does not exist is created whatever `expected_md5` says, as upstream does.
/// Errors: kConflict when the stored md5 is another than the expected one; kInternal for a damaged record.
[[nodiscard]] Result<store::Txn> plan_publish(const store::KeyValuePtr& present, Revision at,
                                              const Publish& request, std::string_view md5, WallTime now);
/// The transaction that removes a config; nothing when there is none. Pure.
[[nodiscard]] std::optional<store::Txn> plan_remove(const store::View& view, const ConfigId& id);

constexpr std::size_t kContentCharactersMax = 10'485'760;  ///< UTF-16 units, as Java counts

}  // namespace batata::domain
