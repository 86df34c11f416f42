#include "platform/settings/documents.h"

#include <fmt/format.h>

#include "platform/settings/keys.h"
#include "platform/settings/rows.h"
#include "platform/settings/values.h"

namespace batata::platform {
namespace {

constexpr std::string_view kIntroduction = R"(# Settings

This page is made from the table in `src/platform/settings/rows.cc` by `./x docs`.

A setting comes from, weakest first: its default, the settings file, the environment, the command line.

- **File**: YAML, nested or with dotted keys. It is the one named by `--config FILE` (`-c FILE`); otherwise the first
  that exists of `application.yml` and `conf/application.yml` beside the program, `../conf/application.yml` from there,
  and `conf/application.yml` in the working folder.
- **Environment**: `NACOS_` or `BATATA_` and the key in upper case, with underscores for dots and dashes; further names
  are in the table.
- **Command line**: `--key=value` or `--key value`, and the short forms in the table.

Case, dashes and underscores in keys do not matter (`context-path` is `contextPath`), and the prefixes `nacos.` and
`batata.` are equal. Sizes are bytes or have a unit (`KiB`, `MiB`, `GiB`, powers of 1,024); durations have a unit
(`ms`, `s`, `m`, `h`) unless they are said to be milliseconds.

A value out of range ends the start with one sentence that names its place and its range. A key that is not known is a
warning with the nearest key that is. `batata server --print-settings` shows every value and where it came from.

)";

std::string in_cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}
std::string code(std::string_view text) {
  return text.empty() ? "" : "`" + std::string(text) + "`";
}

// Other ways to write a row's key, each as code.
std::string other_names(const Row& row) {
  std::string out;
  const auto add = [&](std::string_view name) {
    if (name.empty()) return;
    if (!out.empty()) out += ' ';
    out += code(name);
  };
  add(row.flag);
  for (const std::string_view key : row.also) add(key);
  for (const std::string_view name : row.variables) add(name);
  return out;
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string remark(const Row& row) {
  if (row.refused.empty()) return std::string(row.help);
  return fmt::format("{} `{}` is refused: {}.", row.help, row.refused, row.refused_because);
}

}  // namespace

std::string settings_help() {
  std::string out =
      "Settings, weakest source first: conf/application.yml (or --config FILE), environment, command line.\n";
  for (const Row& row : rows()) {
    if (!row.is_built()) continue;
    out += fmt::format("\n  --{}={}", row.key, row.fallback);
    if (!row.flag.empty()) out += fmt::format("   (short: {})", row.flag);
    out +=
        fmt::format("   {}\n      {}\n      {}.\n", variable_of(row), row.help, capitalised(range_text(row)));
  }
  out += "\nKeys that are known and have no effect yet are listed in docs/settings.md.\n";
  return out;
}

std::string settings_markdown() {
  std::string out(kIntroduction);
  out +=
      "| key | type | default | range | what it does | other names | since "
      "|\n|---|---|---|---|---|---|---|\n";
  for (const Row& row : rows()) {
    if (!row.is_built()) continue;
    out +=
        fmt::format("| `{}` | {} | {} | {} | {} | {} | {} |\n", row.key, type_name(row), code(row.fallback),
                    in_cell(range_text(row)), in_cell(remark(row)), other_names(row), row.since);
  }
  out +=
      "\n## Known, without effect yet\n\nThese keys are accepted, so that the files of others start this "
      "server. A "
      "value other than the default is reported\nonce at the start as \"not built yet\".\n\n"
      "| key | default | what it is for | other names |\n|---|---|---|---|\n";
  for (const Row& row : rows()) {
    if (row.is_built()) continue;
    out += fmt::format("| `{}` | {} | {} | {} |\n", row.key, code(row.fallback), in_cell(row.help),
                       other_names(row));
  }
  return out;
}

std::string effective_settings(const LoadedSettings& loaded) {
  std::string out;
  for (const SettingOrigin& origin : loaded.origins) {
    const std::string value = value_text(*origin.row, loaded.settings);
    out += fmt::format("{} = {}   # {}\n", origin.row->key,
                       origin.row->secret && !value.empty() ? "(not shown)" : value, origin.where);
  }
  return out;
}

}  // namespace batata::platform
