#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace batata::domain {

/// What is stored under a config's key. A view: of the publisher's strings when it is written, of the stored
/// value when it is read.
struct ConfigView {
  std::string_view content;
  std::string_view md5;   ///< of `content`, 32 lower-case hexadecimal digits
  std::string_view type;  ///< "text", "json", … never empty
  std::string_view app;   ///< empty: none; so for all that follow
  std::string_view tags;  ///< separated by commas
  std::string_view description, use, effect, schema;
  std::string_view encrypted_data_key;
  std::string_view created_by, created_from;    ///< user and address of the first publisher
  std::string_view modified_by, modified_from;  ///< and of the last one
  WallTime created, modified;
};

/// The stored value. Format version 1: u8 version | 13 strings in the order of ConfigView without content |
/// i64 created | i64 modified | content to the end.
[[nodiscard]] std::string encode_config(const ConfigView& config);
/// The same, behind what `value` holds already.
void append_config(const ConfigView& config, std::string& value);
/// The views point into `value`; nothing is copied.
/// Errors: kInternal for bytes that `encode_config` did not write.
[[nodiscard]] Result<ConfigView> decode_config(std::string_view value);

}  // namespace batata::domain
