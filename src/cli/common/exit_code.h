#pragma once
#include "base/result.h"

namespace batata::cli {

/// What the process' end tells a script. Documented in cli/README.md; never changed.
enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kNotFound = 3,
  kConflict = 4,
  kDenied = 5,
  kTimeout = 6,
  kDamaged = 7,
};

[[nodiscard]] constexpr ExitCode exit_code_of(Errc code) {
  switch (code) {
    case Errc::kInvalidArgument:
      return ExitCode::kUsage;
    case Errc::kNotFound:
      return ExitCode::kNotFound;
    case Errc::kConflict:
      return ExitCode::kConflict;
    case Errc::kUnauthenticated:
    case Errc::kPermissionDenied:
      return ExitCode::kDenied;
    case Errc::kDeadlineExceeded:
      return ExitCode::kTimeout;
    case Errc::kDamaged:
      return ExitCode::kDamaged;
    case Errc::kUnavailable:
    case Errc::kOutcomeUnknown:
    case Errc::kCompacted:
    case Errc::kResourceExhausted:
    case Errc::kUnsupported:
    case Errc::kInternal:
      return ExitCode::kFailed;
  }
  return ExitCode::kFailed;
}

}  // namespace batata::cli
