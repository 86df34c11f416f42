#include "net/client/call_outcome.h"

#include <nghttp2/nghttp2.h>

#include <charconv>

#include "net/grpc_codec.h"

namespace batata::net {
namespace {

using wire::GrpcCode;

Errc errc_for(GrpcCode code) {
  switch (code) {
    case GrpcCode::kInvalidArgument:
    case GrpcCode::kOutOfRange:
      return Errc::kInvalidArgument;
    case GrpcCode::kDeadlineExceeded:
      return Errc::kDeadlineExceeded;
    case GrpcCode::kNotFound:
      return Errc::kNotFound;
    case GrpcCode::kAlreadyExists:
    case GrpcCode::kFailedPrecondition:
    case GrpcCode::kAborted:
      return Errc::kConflict;
    case GrpcCode::kPermissionDenied:
      return Errc::kPermissionDenied;
    case GrpcCode::kUnauthenticated:
      return Errc::kUnauthenticated;
    case GrpcCode::kResourceExhausted:
      return Errc::kResourceExhausted;
    case GrpcCode::kUnimplemented:
      return Errc::kUnsupported;
    case GrpcCode::kInternal:
      return Errc::kInternal;
    case GrpcCode::kDataLoss:
      return Errc::kDamaged;
    case GrpcCode::kOk:  // asked by mistake
    case GrpcCode::kCancelled:
    case GrpcCode::kUnknown:
    case GrpcCode::kUnavailable:
      return Errc::kOutcomeUnknown;
  }
  return Errc::kOutcomeUnknown;
}

}  // namespace

Error error_of(const CallOutcome& outcome) {
  const GrpcCode code = outcome.status.code;
  const bool lost = code == GrpcCode::kUnavailable || code == GrpcCode::kCancelled;
  return {.code = outcome.untouched && lost ? Errc::kUnavailable : errc_for(code),
          .message = outcome.status.message,
          .detail = static_cast<std::uint16_t>(code)};
}

GrpcCode code_for_http(unsigned http_status) {
  switch (http_status) {
    case 400:
      return GrpcCode::kInternal;
    case 401:
      return GrpcCode::kUnauthenticated;
    case 403:
      return GrpcCode::kPermissionDenied;
    case 404:
      return GrpcCode::kUnimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return GrpcCode::kUnavailable;
    default:
      return GrpcCode::kUnknown;
  }
}

GrpcCode code_for_reset(std::uint32_t error_code) {
  switch (error_code) {
    case NGHTTP2_REFUSED_STREAM:
      return GrpcCode::kUnavailable;
    case NGHTTP2_CANCEL:
      return GrpcCode::kCancelled;
    case NGHTTP2_ENHANCE_YOUR_CALM:
      return GrpcCode::kResourceExhausted;
    case NGHTTP2_INADEQUATE_SECURITY:
      return GrpcCode::kPermissionDenied;
    default:
      return GrpcCode::kInternal;
  }
}

wire::GrpcStatus status_in(std::string_view code, std::string_view message) {
  constexpr unsigned kLast = static_cast<unsigned>(GrpcCode::kUnauthenticated);
  if (code.empty()) return {GrpcCode::kUnknown, "the server has ended the call without a status"};
  unsigned number = 0;
  const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), number);
  std::string text = decode_grpc_message(message);
  if (error == std::errc() && end == code.data() + code.size() && number <= kLast)
    return {static_cast<GrpcCode>(number), std::move(text)};
  return {GrpcCode::kUnknown, text.empty() ? "the server has given a status that gRPC does not have" : text};
}

}  // namespace batata::net
