#include "faces/batata/errors.h"

#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/json.h"

namespace batata::own {
namespace {

std::pair<int, std::string_view> status_and_code(Errc code) {
  switch (code) {
    case Errc::kInvalidArgument:
      return {400, "invalid_argument"};
    case Errc::kUnauthenticated:
      return {401, "unauthenticated"};
    case Errc::kPermissionDenied:
      return {403, "permission_denied"};
    case Errc::kNotFound:
      return {404, "not_found"};
    case Errc::kConflict:
      return {409, "conflict"};
    case Errc::kCompacted:
      return {410, "compacted"};
    case Errc::kResourceExhausted:
      return {429, "resource_exhausted"};
    case Errc::kUnsupported:
      return {501, "unsupported"};
    case Errc::kUnavailable:
      return {503, "unavailable"};
    case Errc::kDeadlineExceeded:
      return {504, "deadline_exceeded"};
    case Errc::kOutcomeUnknown:
      return {500, "outcome_unknown"};
    case Errc::kDamaged:
      return {500, "damaged"};
    case Errc::kInternal:
      return {500, "internal"};
  }
  BATATA_ASSERT(false);
}

}  // namespace

wire::Response refused(const Error& error) {
  const auto [status, code] = status_and_code(error.code);
  wire::Response response;
  response.status = status;
  response.content_type = "application/json";
  json::Writer(response.body)
      .begin_object()
      .key("error")
      .begin_object()
      .member("code", code)
      .member("message", error.message)
      .end_object()
      .end_object();
  return response;
}

}  // namespace batata::own
