#pragma once
#include <string>

#include "platform/settings/load.h"

namespace batata::platform {

/// The built settings with default, range, short form and variable, for `batata server --help`.
[[nodiscard]] std::string settings_help();

/// docs/settings.md, made from the table. The same on every machine.
[[nodiscard]] std::string settings_markdown();

/// What a server would run with: `key = value`, and where each came from.
[[nodiscard]] std::string effective_settings(const LoadedSettings& loaded);

}  // namespace batata::platform
