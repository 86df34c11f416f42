#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "domain/config/config_id.h"
#include "domain/config/gray.h"
#include "domain/config/history_record.h"
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
  std::string user, address;        ///< who asks, and from where
  std::string expected_md5;         ///< blank: no comparison
  std::optional<GrayRelease> gray;  ///< a release of that name instead of the value for everybody
  bool only_new = false;            ///< a config that is there already is a kConflict
};

/// A request to erase a config or one of its gray releases.
struct Removal {
  ConfigId id;
  std::string gray{};             ///< name of the release; blank: the value for everybody
  std::string user{}, address{};  ///< who asks, and from where
};

/// Checks what names a config and its content; `absent_content` words the failure for content that was not
/// sent. Errors: kInvalidArgument, with Nacos' text.
[[nodiscard]] Status check_content(const ConfigId& id, std::string_view content, bool absent_content = false);
/// Checks the text about a config: tags, description, use, effect, type, schema, application, who asks.
/// Errors: kInvalidArgument, with Nacos' text.
[[nodiscard]] Status check_details(const Publish& request);
/// Checks who asks. Errors: kInvalidArgument.
[[nodiscard]] Status check_user(std::string_view user);
/// The bytes that a request holds, about: all of its text.
[[nodiscard]] std::size_t size_of(const Publish& request);

/// The transaction that publishes the value for everybody, with its entry in the history. Pure. `present` is
/// the config's key as it stands at the revision `at`, null when there is none; `now` is written down as the
/// time of change, `md5` must be that of the content.
///
/// A config that does not exist is created whatever `expected_md5` says, as upstream does.
/// Errors: kConflict when the stored md5 is another than the expected one, or when there is a config and only
/// a new one is wanted; kInternal for a damaged record.
[[nodiscard]] Result<store::Txn> plan_publish(const store::KeyValuePtr& present, Revision at,
                                              const Publish& request, std::string_view md5, WallTime now);
/// The transaction that removes the value for everybody, with its entry in the history; nothing when there is
/// none. Gray releases stay, as upstream's do. Pure. A damaged record is erased without an entry.
[[nodiscard]] std::optional<store::Txn> plan_remove(const store::KeyValuePtr& present, Revision at,
                                                    const Removal& request, WallTime now);

/// The conditions of every plan that changes a config or a gray release of it: neither has changed since
/// `at`. So of all plans made at one revision for one config one is applied, and the next revision names its
/// entry in the history.
[[nodiscard]] std::vector<store::Unchanged> unchanged(const ConfigId& id, Revision at);
/// The entry of a change in the history, as a plan made at the revision `at` names it. The value that is kept
/// is that of the key `of` where the operation stands: before the change of it, or, of an insert, behind it.
[[nodiscard]] store::PutCopy history_entry(const ConfigId& id, Revision at, const HistoryView& entry,
                                           std::string of);
/// That name: unique and growing within a config.
[[nodiscard]] constexpr std::uint64_t nid_after(Revision at) {
  return at.value + 1;
}
/// "yaml" for "YAML"; "text" for what is no type.
[[nodiscard]] std::string known_type(std::string_view type);

constexpr std::size_t kContentCharactersMax = 10'485'760;  ///< UTF-16 units, as Java counts
// Upstream's database refuses longer ones with an error of its own: its columns hold 128 characters and 64
// KiB of text. A user is bounded by what the name of one may have (domain/access).
constexpr std::size_t kAppCharactersMax = 128, kUserCharactersMax = 256;

}  // namespace batata::domain
