#pragma once
#include <string>
#include <vector>

namespace batata::cli {

/// An option, or a word without dashes that a command takes.
struct TreeOption {
  std::vector<std::string>
      names;                   ///< "-o", "--output"; of a word without dashes: what it stands for, "DATA_ID"
  std::string help, standard;  ///< `standard`: what counts where it is not said; empty: nothing
  std::string value;           ///< what stands behind it, "FILE" or "table|json|yaml"; empty: nothing does
  bool is_required = false;

  /// Those that the value may be; none when it may be more than can be listed.
  [[nodiscard]] std::vector<std::string> choices() const;
  /// Whether it names a file or a folder.
  [[nodiscard]] bool is_path() const;
};

/// A word and what may follow it: what the command line understands, as plain data.
struct TreeCommand {
  std::string name, help;
  std::vector<TreeOption> options, arguments;
  std::vector<TreeCommand> commands;
};

/// The whole command line; its options are those of every command.
[[nodiscard]] TreeCommand command_tree();

}  // namespace batata::cli
