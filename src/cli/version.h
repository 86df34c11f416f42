#pragma once
#include <string_view>

namespace batata::cli {

/// The version of this build: "0.1.0".
[[nodiscard]] std::string_view version();

}  // namespace batata::cli
