#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace batata::cli {

/// A JSON text as YAML, members in their order: texts of several lines as blocks, others in quotes unless
/// they cannot be anything but text. Empty for an empty text. Errors: kResourceExhausted for what is too
/// large to be read (json::parse); kInternal for what is no JSON.
[[nodiscard]] Result<std::string> yaml_of(std::string_view json_text);

}  // namespace batata::cli
