#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"

namespace batata::log {

/// What a filter says of this program.
struct Filter {
  Levels lowest = Level::kInfo;
  /// It names a level for all or for a module of ours; otherwise it is about other programs.
  bool concerns_us = false;
  /// A word that is neither a level nor a module of ours: another program's module, or a mistake. Empty:
  /// none.
  std::string unknown_word;
};

/// Reads levels by module as Rust's env_logger does: "info", "batata=debug,sea_orm=warn",
/// "batata::net=trace,info". Parts stand between commas, in any order; blanks and empty parts are passed
/// over. Each is a level for all modules, MODULE=LEVEL, or MODULE alone, which means all of its lines. Levels
/// are trace, debug, info, warn, error and off, in any case. Of the parts that fit, the one with the longest
/// name counts; of equal ones the last.
///
/// Our modules are the folders of src/: "batata::faces::nacos", "batata.faces.nacos" and "faces.nacos" are
/// the same, and "faces" is all below it; "batata" is everything. Modules of other programs are accepted and
/// have no effect. Modules that nothing names have `otherwise`, where env_logger would silence them: who
/// wants to see more of one module still hears of the others' failures.
///
/// Errors: kInvalidArgument: a level that there is not, more than one '=' in a part, or a pattern behind '/'
/// (env_logger's for texts, which is not supported); more than kFilterBytesMax bytes.
/// Source: https://docs.rs/env_logger (Enabling logging).
[[nodiscard]] Result<Filter> parse_filter(std::string_view text, Level otherwise = Level::kInfo);
/// More than any filter that names every module.
inline constexpr std::size_t kFilterBytesMax = 4096;

/// The shortest filter that gives these levels: "info,batata::net=trace".
[[nodiscard]] std::string filter_text(const Levels& lowest);
/// "debug".
[[nodiscard]] std::string_view name_of(Level level);

}  // namespace batata::log
