#include "cli/directories/directory_commands.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/json.h"
#include "base/system_error.h"
#include "cli/common/output.h"
#include "cli/directories/doctor.h"
#include "cli/directories/repair.h"
#include "cli/directories/restore.h"
#include "cli/directories/token_key_check.h"

namespace batata::cli {
namespace {

constexpr std::uint16_t kOfTokenKey = 1;  // Error::detail: what is wrong is the key, not the data

std::int64_t number(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

std::string sheet_of(const std::string& directory, const Diagnosis& found) {
  std::string text = sheet({{"directory", directory},
                            {"verdict", found.warnings.empty() ? "sound" : "a start works, and says"},
                            {"term", std::to_string(found.term)},
                            {"log", fmt::format("entries {} to {}", found.log_first, found.applied)},
                            {"revision", std::to_string(found.revision)},
                            {"keys", std::to_string(found.keys)}});
  for (const std::string& warning : found.warnings) text += warning + "\n";
  return text;
}

// The members of an object that is open.
void write_members(json::Writer& out, const std::string& directory, const Diagnosis& found) {
  out.member("directory", directory)
      .member("term", number(found.term))
      .member("logFirst", number(found.log_first))
      .member("applied", number(found.applied))
      .member("revision", number(found.revision))
      .member("keys", number(found.keys))
      .key("warnings")
      .begin_array();
  for (const std::string& warning : found.warnings) out.string(warning);
  out.end_array();
}

std::string json_of(const std::string& directory, const Diagnosis& found) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  write_members(out, directory, found);
  out.end_object();
  return text + "\n";
}

// Where this user may not look, nothing can be said of what is there.
Status check_readable(const std::string& directory) {
  const std::string log = (std::filesystem::path(directory) / "raft").string();
  struct stat status{};
  if (::stat(log.c_str(), &status) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
  return system_failure("look for " + log, errno);
}

Result<Printed> doctor(const Invocation& wanted) {
  if (auto readable = check_readable(wanted.directory); !readable)
    return tl::unexpected(std::move(readable.error()));
  const auto found = diagnose(wanted.directory);
  if (!found) return tl::unexpected(found.error());
  if (auto key = check_token_key(wanted.directory); !key) {
    key.error().detail = kOfTokenKey;
    return tl::unexpected(std::move(key.error()));
  }
  if (!wanted.json) return Printed{sheet_of(wanted.directory, *found), {}};
  return Printed{json_of(wanted.directory, *found), {}};
}

Result<Printed> restore(const Invocation& wanted) {
  const auto found = restore_backup(wanted.file, wanted.directory);
  if (!found) return tl::unexpected(found.error());
  if (!wanted.json)
    return Printed{sheet_of(wanted.directory, *found),
                   fmt::format("next: batata server --data-dir={}\n", wanted.directory)};
  return Printed{json_of(wanted.directory, *found), {}};
}

std::string report_of(const Repair& repair) {
  const replica::Repaired& kept = repair.repaired;
  std::string text = "Nothing that was acknowledged is missing.\n";
  if (!kept.whole)
    text = fmt::format(
        "WARNING: acknowledged writes may be lost: all behind entry {} of the log; entries up to {} were "
        "seen.\n"
        "Revisions go on far above those of lost writes; clients that watch must read anew.\n",
        kept.last.value, kept.seen.value);
  text += "  it was: " + repair.damage + "\n";
  for (const std::string& line : repair.warnings) text += "  " + line + "\n";
  return text + "  what was there before: " + repair.before + "\n";
}

Result<Printed> repair(const Invocation& wanted) {
  if (!wanted.drop_tail)
    return fail(Errc::kInvalidArgument,
                "the only way to repair a directory is --drop-tail: it drops the log from the damage on, and "
                "acknowledged writes that lie behind it are lost");
  if (auto readable = check_readable(wanted.directory); !readable)
    return tl::unexpected(std::move(readable.error()));
  const auto repaired = repair_by_dropping_tail(wanted.directory);
  if (!repaired) return tl::unexpected(repaired.error());
  if (!wanted.json) return Printed{sheet_of(wanted.directory, repaired->found), report_of(*repaired)};
  std::string text;
  json::Writer out(text);
  out.begin_object()
      .member("damage", repaired->damage)
      .member("before", repaired->before)
      .member("whole", repaired->repaired.whole)
      .member("lastKept", number(repaired->repaired.last.value))
      .member("lastSeen", number(repaired->repaired.seen.value))
      .key("repaired")
      .begin_array();
  for (const std::string& line : repaired->warnings) out.string(line);
  out.end_array();
  write_members(out, wanted.directory, repaired->found);
  out.end_object();
  return Printed{text + "\n", report_of(*repaired)};
}

}  // namespace

Result<Printed> run_directory_command(const Invocation& wanted) {
  switch (wanted.verb) {
    case Verb::kRestore:
      return restore(wanted);
    case Verb::kRepair:
      return repair(wanted);
    default:
      return doctor(wanted);
  }
}

std::string next_step_of_directory_command(const Invocation& wanted, const Error& error) {
  const bool is_restore = wanted.verb == Verb::kRestore;
  if (error.detail == kOfTokenKey) return next_step_of_token_key(error, wanted.directory);
  switch (error.code) {
    case Errc::kNotFound:
      return is_restore ? "name a file that `batata backup` has made"
                        : "name the folder that a server was given with --data-dir";
    case Errc::kUnavailable:
      return is_restore ? "wait until the other restore has ended"
                        : "stop that server, or ask it with `batata status`";
    case Errc::kConflict:
      return is_restore ? "name a directory that does not exist" : "";
    case Errc::kPermissionDenied:
      return "run this as the server's user";
    case Errc::kResourceExhausted:
      return "free some space on that disk";
    case Errc::kDamaged:
      if (is_restore) return "use another backup: nothing was restored";
      if (wanted.verb == Verb::kRepair)
        return "`batata restore FILE --data-dir DIR` makes a directory of a backup";
      return "keep a copy of the directory as it is; docs/formats.md says what each kind of damage means, "
             "and `batata repair DIR --drop-tail` gives up what lies behind it";
    default:
      return {};
  }
}

}  // namespace batata::cli
