#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cli/command_tree.h"

namespace batata::cli {

/// A script that makes a shell (bash, zsh or fish) complete the words of the command line, and the names of
/// files where they belong; it asks no server. Nothing for another shell. Pure.
[[nodiscard]] std::optional<std::string> completion_script(const TreeCommand& tree, std::string_view shell);

/// The manual page of all commands, for man(7) macros. Pure.
[[nodiscard]] std::string manual_page(const TreeCommand& tree, std::string_view version);

}  // namespace batata::cli
