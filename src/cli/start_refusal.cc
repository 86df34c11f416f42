#include "cli/start_refusal.h"

#include "cli/common/output.h"
#include "cli/directories/token_key_check.h"

namespace batata::cli {
namespace {

std::string next_step_of_ports(const Error& error) {
  switch (error.code) {
    case Errc::kUnavailable:
      return "end that process, or choose other ports with --port and --nacos.sdk.port";
    case Errc::kPermissionDenied:
      return "choose ports above 1023 with --port and --nacos.sdk.port";
    case Errc::kNotFound:
    case Errc::kInvalidArgument:
      return "name an address of this machine with --bind; 0.0.0.0 is all of them";
    default:
      return "the system's log may say more";
  }
}

std::string next_step_of_directory(const Error& error, const std::string& directory) {
  switch (error.code) {
    case Errc::kUnavailable:
      return "end that process, or choose another directory with --data-dir";
    case Errc::kPermissionDenied:
      return "let the server's user write to " + directory + ", or choose another directory with --data-dir";
    case Errc::kResourceExhausted:
      return "free some space on the disk of " + directory + " and start again: nothing was lost";
    case Errc::kDamaged:
      return "keep a copy of " + directory + " as it is, and look with `batata doctor " + directory +
             "`; docs/formats.md says what each kind of damage means";
    case Errc::kUnsupported:
      return "start the version that wrote " + directory + ", or a newer one";
    default:
      return "the system's log may say more; --data-dir chooses another directory";
  }
}

}  // namespace

ExitCode exit_code_of(const StartRefusal& refusal) {
  const bool is_data = refusal.part == StartPart::kDirectory || refusal.part == StartPart::kTokenKey;
  if (!is_data && refusal.error.code == Errc::kInvalidArgument) return ExitCode::kUsage;
  return refusal.error.code == Errc::kDamaged ? ExitCode::kDamaged : ExitCode::kFailed;
}

std::string next_step_of(const StartRefusal& refusal, const std::string& data_directory) {
  switch (refusal.part) {
    case StartPart::kSettings:
      return "batata server --help lists every setting";
    case StartPart::kLogFile:
      return "name files that can be written with --batata.log.file, .access and .audit, or none";
    case StartPart::kPorts:
      return next_step_of_ports(refusal.error);
    case StartPart::kDirectory:
      return next_step_of_directory(refusal.error, data_directory);
    case StartPart::kTokenKey:
      return next_step_of_token_key(refusal.error, data_directory);
  }
  return {};
}

std::string text_of(const StartRefusal& refusal, const std::string& data_directory) {
  return "batata: " + printable(refusal.error.message) +
         "\nnext: " + printable(next_step_of(refusal, data_directory)) + "\n";
}

}  // namespace batata::cli
