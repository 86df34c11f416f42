#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/settings/rows.h"

namespace batata::platform {

/// One setting of the command line. `row` is null for a key that no row knows.
struct ArgumentEntry {
  std::string flag;  ///< with its dashes, without its value
  std::string value;
  const Row* row = nullptr;
};

struct Arguments {
  std::optional<std::string> config_file;  ///< of --config or -c
  std::vector<ArgumentEntry> entries;      ///< in the order of the command line
};

/// Takes a command line apart: `--key=value`, `--key value`, short forms, `--config FILE`, `-c FILE`. A
/// boolean flag needs no value. Errors: kInvalidArgument for a word that is no flag and for a flag without
/// its value.
[[nodiscard]] Result<Arguments> parse_arguments(const std::vector<std::string>& arguments);

}  // namespace batata::platform
