#pragma once
#include <string>

#include "base/result.h"

namespace batata::cli {

/// A password: typed twice on a terminal that does not show it, where standard input is one, with `prompt` on
/// standard error; else the first line of standard input. Errors: kInvalidArgument when the two differ, it
/// was broken off (Ctrl-C, Ctrl-D), there is no line, or it is longer than 4096 bytes.
[[nodiscard]] Result<std::string> read_password(const std::string& prompt);

}  // namespace batata::cli
