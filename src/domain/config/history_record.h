#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "domain/config/config_record.h"
#include "domain/config/gray.h"

namespace batata::domain {

enum class ChangeKind : char { kInsert = 'I', kUpdate = 'U', kDelete = 'D' };

/// What is kept of one change of a config or of one of its gray releases. A view, as ConfigView.
///
/// Of an insert the new value is kept, of an update or a removal the one before: what the change has put
/// there stands in the next entry, or is the present value.
struct HistoryView {
  ChangeKind kind = ChangeKind::kInsert;
  WallTime at{};                       ///< of the change
  std::string_view user{}, address{};  ///< who made it, and from where
  std::string_view gray_name{};        ///< empty: the value for everybody
  GrayRuleView rule{};                 ///< of the release that was changed, as it was then
  ConfigView config{};                 ///< the value that is kept; `modified_by` had published it
  [[nodiscard]] bool is_gray() const { return !gray_name.empty(); }
};

/// The stored entry. Format version 1: u8 version | u8 kind | i64 at | string user | string address | string
/// gray name | string type, version, expression of the rule | u32 its priority | a config record to the end.
[[nodiscard]] std::string encode_history(const HistoryView& entry);
/// The same without the config record, which the store appends (store::PutCopy). `entry.config` is not looked
/// at.
[[nodiscard]] std::string encode_history_head(const HistoryView& entry);
/// The views point into `value`. Errors: kInternal for bytes that `encode_history` did not write.
[[nodiscard]] Result<HistoryView> decode_history(std::string_view value);
/// The time of an entry alone, for whoever goes through many; 0 ms for bytes that are no entry.
[[nodiscard]] WallTime time_of_history(std::string_view value);

}  // namespace batata::domain
