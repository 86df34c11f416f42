#include "cli/completion.h"

#include <fmt/format.h>

#include <functional>
#include <set>
#include <vector>

namespace batata::cli {
namespace {

using Strings = std::vector<std::string>;

std::string joined(const Strings& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : std::string(between)) + word;
  return out;
}

// Each command with the words that lead to it: " config get", the whole command line with none.
using Visit = std::function<void(const std::string& path, const TreeCommand& command)>;
void each_command(const TreeCommand& command, const std::string& path, const Visit& visit) {
  visit(path, command);
  for (const TreeCommand& below : command.commands) each_command(below, path + " " + below.name, visit);
}

Strings names_of(const std::vector<TreeOption>& options) {
  Strings names;
  for (const TreeOption& option : options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

// What a shell's word list is for one place.
struct Place {
  std::string path;
  Strings words;
  bool takes_path;
};

// What all three scripts say in their own ways.
struct Knowledge {
  Strings paths;                                         // that lead to commands
  Strings valued;                                        // options behind which a value stands
  std::vector<std::pair<std::string, Strings>> choices;  // names of options, joined by '|', and their values
  Strings files;                                         // options behind which a file stands
  std::vector<Place> places, options;
};

Knowledge knowledge_of(const TreeCommand& tree) {
  Knowledge known;
  std::set<std::string> seen;
  each_command(tree, "", [&](const std::string& path, const TreeCommand& command) {
    if (!path.empty()) known.paths.push_back(path);
    for (const TreeOption& option : command.options) {
      if (option.value.empty() || !seen.insert(option.names.front()).second) continue;
      known.valued.insert(known.valued.end(), option.names.begin(), option.names.end());
      if (option.is_path()) known.files.insert(known.files.end(), option.names.begin(), option.names.end());
      if (const Strings choices = option.choices(); !choices.empty())
        known.choices.emplace_back(joined(option.names, "|"), choices);
    }
    Strings words;
    bool takes_path = false;
    for (const TreeCommand& below : command.commands) words.push_back(below.name);
    for (const TreeOption& argument : command.arguments) {
      const Strings choices = argument.choices();
      words.insert(words.end(), choices.begin(), choices.end());
      takes_path = takes_path || argument.is_path();
    }
    known.places.push_back({path, words, takes_path});
    Strings options = names_of(command.options);
    if (!path.empty())
      for (const std::string& name : names_of(tree.options)) options.push_back(name);
    known.options.push_back({path, options, false});
  });
  return known;
}

std::string quoted_alternatives(const Strings& words) {
  Strings quoted;
  for (const std::string& word : words) quoted.push_back("\"" + word + "\"");
  return joined(quoted, "|");
}

std::string places_text(const std::vector<Place>& places, std::string_view variable) {
  std::string out;
  for (const Place& place : places)
    if (!place.words.empty())
      out += fmt::format("      \"{}\") {}=\"{}\" ;;\n", place.path, variable, joined(place.words, " "));
  return out;
}

Strings paths_with_files(const Knowledge& known) {
  Strings paths;
  for (const Place& place : known.places)
    if (place.takes_path) paths.push_back(place.path);
  return paths;
}

// bash and zsh differ in how they count words and in what they are told.
struct Dialect {
  std::string_view head, word, foot, offer_words, offer_files;
};
constexpr Dialect kBash{
    R"(# Completion of batata for bash: source <(batata completion bash)
_batata() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" at="" skip="" word="" words="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
)",
    "${COMP_WORDS[i]}", "complete -F _batata batata\n", R"(COMPREPLY=($(compgen -W "$words" -- "$cur")))",
    R"(compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur"))"};
constexpr Dialect kZsh{
    R"(#compdef batata
# Completion of batata for zsh: source <(batata completion zsh), or as _batata in a folder of $fpath
_batata() {
  local cur="${words[CURRENT]}" prev="${words[CURRENT-1]}" at="" skip="" word="" found="" i
  for ((i = 2; i < CURRENT; i++)); do
)",
    "${words[i]}",
    "if [ \"$funcstack[1]\" = _batata ]; then _batata \"$@\"; else compdef _batata batata; fi\n",
    R"(compadd -- ${=found})", "_files"};

std::string script(const Knowledge& known, const Dialect& dialect, std::string_view variable) {
  std::string out(dialect.head);
  out += fmt::format("    word=\"{}\"\n", dialect.word);
  out += "    if [[ -n $skip ]]; then skip=\"\"; continue; fi\n    case \"$word\" in\n";
  out += fmt::format("      {}) skip=1 ;;\n      -*) ;;\n", joined(known.valued, "|"));
  out += fmt::format(
      "      *)\n        case \"$at $word\" in\n          {}) at=\"$at $word\" ;;\n        esac ;;\n",
      quoted_alternatives(known.paths));
  out += "    esac\n  done\n  case \"$prev\" in\n";
  const auto offer = [&](const Strings& words) {
    return fmt::format("{}=\"{}\"; {}; return ;;\n", variable, joined(words, " "), dialect.offer_words);
  };
  for (const auto& [names, words] : known.choices) out += "    " + names + ") " + offer(words);
  out += fmt::format("    {}) {}; return ;;\n", joined(known.files, "|"), dialect.offer_files);
  out += fmt::format("    {}) return ;;\n  esac\n", joined(known.valued, "|"));
  out += "  if [[ $cur == -* ]]; then\n    case \"$at\" in\n" + places_text(known.options, variable) +
         "    esac\n";
  out += "  else\n    case \"$at\" in\n" + places_text(known.places, variable);
  out += fmt::format("      {}) {}; return ;;\n    esac\n  fi\n  {}\n}}\n",
                     quoted_alternatives(paths_with_files(known)), dialect.offer_files, dialect.offer_words);
  return out + std::string(dialect.foot);
}

// In single quotes of fish.
std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return out + "'";
}

std::string fish_option(const TreeOption& option, const std::string& condition) {
  std::string out = "complete -c batata" + condition;
  for (const std::string& name : option.names)
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.value.empty()) out += option.is_path() ? " -r -F" : " -x";
  if (const Strings choices = option.choices(); !choices.empty())
    out += " -a " + fish_quoted(joined(choices, " "));
  return out + " -d " + fish_quoted(option.help) + "\n";
}

std::string fish_script(const TreeCommand& tree) {
  const Knowledge known = knowledge_of(tree);
  std::string out =
      "# Completion of batata for fish: batata completion fish | source\n"
      "function __batata_at\n  set -l at ''\n  set -l skip ''\n  for word in (commandline -opc)[2..-1]\n"
      "    if test -n \"$skip\"; set skip ''; continue; end\n    switch $word\n";
  out += fmt::format(
      "      case {}; set skip 1\n      case '-*'\n      case '*'\n        switch \"$at $word\"\n",
      joined(known.valued, " "));
  Strings quoted;
  for (const std::string& path : known.paths) quoted.push_back(fish_quoted(path));
  out += fmt::format(
      "          case {}; set at \"$at $word\"\n        end\n    end\n  end\n  test \"$at\" = "
      "\"$argv[1]\"\nend\n",
      joined(quoted, " "));
  out += "complete -c batata -f\n";
  for (const TreeOption& option : tree.options) out += fish_option(option, "");
  each_command(tree, "", [&](const std::string& path, const TreeCommand& command) {
    const std::string condition = " -n " + fish_quoted("__batata_at " + fish_quoted(path));
    for (const TreeCommand& below : command.commands)
      out += "complete -c batata" + condition + " -a " + below.name + " -d " + fish_quoted(below.help) + "\n";
    if (path.empty()) return;
    for (const TreeOption& option : command.options) out += fish_option(option, condition);
    for (const TreeOption& argument : command.arguments) {
      const Strings choices = argument.choices();
      if (argument.is_path()) out += "complete -c batata" + condition + " -F\n";
      if (!choices.empty())
        out += "complete -c batata" + condition + " -a " + fish_quoted(joined(choices, " ")) + "\n";
    }
  });
  return out;
}

}  // namespace

std::optional<std::string> completion_script(const TreeCommand& tree, std::string_view shell) {
  if (shell == "bash") return script(knowledge_of(tree), kBash, "words");
  if (shell == "zsh") return script(knowledge_of(tree), kZsh, "found");
  if (shell == "fish") return fish_script(tree);
  return std::nullopt;
}

}  // namespace batata::cli
