#pragma once
#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace batata {

/// What a caller should do about a failure. Every face maps each code to its own wire (faces/*/errors.cc).
enum class Errc : std::uint8_t {
  kInvalidArgument,    ///< the caller's fault; never retry
  kNotFound,           ///< what was asked for does not exist
  kConflict,           ///< a precondition (revision, md5, index) did not hold
  kUnauthenticated,    ///< nobody has said who is asking
  kPermissionDenied,   ///< who is asking may not
  kUnavailable,        ///< certainly not applied; retry is safe
  kOutcomeUnknown,     ///< may or may not have been applied; retry only with the same request id
  kDeadlineExceeded,   ///< for waits: nothing changed in time
  kCompacted,          ///< history no longer reaches back; read again and start anew
  kResourceExhausted,  ///< a stated limit is reached
  kUnsupported,        ///< this build does not do that
  kDamaged,            ///< what lies on disk is not what was written, or not all of it
  kInternal,           ///< a defect of ours, or a system that fails
};

/// A failure: what to do about it, and a sentence for people. The sentence is never parsed.
struct Error {
  Errc code;
  std::string message;
  /// Which of several limits or rules, where a face must tell them apart: a number of who made the error. 0:
  /// none.
  std::uint16_t detail = 0;
};

/// A value or an Error. Functions that return one are [[nodiscard]].
template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

/// The failed side of a Result: `return fail(Errc::kNotFound, "no such service");`.
[[nodiscard]] inline tl::unexpected<Error> fail(Errc code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

/// Passes a failure up, with what was being done in front of its message.
[[nodiscard]] inline tl::unexpected<Error> fail(Error error, const std::string& context) {
  error.message.insert(0, context + ": ");
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace batata
