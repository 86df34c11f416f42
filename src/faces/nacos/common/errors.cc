#include "faces/nacos/common/errors.h"

#include "base/assert.h"

namespace batata::nacos {

int http_status(Errc code) {
  switch (code) {
    case Errc::kInvalidArgument:
      return 400;
    case Errc::kNotFound:
      return 404;
    case Errc::kConflict:
      return 409;
    case Errc::kUnauthenticated:
      return 403;
    case Errc::kPermissionDenied:
      return 403;
    case Errc::kUnavailable:
      return 503;
    case Errc::kOutcomeUnknown:
      return 500;
    case Errc::kDeadlineExceeded:
      return 500;
    case Errc::kCompacted:
      return 500;
    case Errc::kResourceExhausted:
      return 503;
    case Errc::kUnsupported:
      return 501;
    case Errc::kDamaged:
      return 500;
    case Errc::kInternal:
      return 500;
  }
  BATATA_ASSERT(false);
}

int publish_error_code(Errc code) {
  switch (code) {
    case Errc::kConflict:
      return 500;
    case Errc::kInvalidArgument:
    case Errc::kNotFound:
    case Errc::kUnauthenticated:
    case Errc::kPermissionDenied:
    case Errc::kUnavailable:
    case Errc::kOutcomeUnknown:
    case Errc::kDeadlineExceeded:
    case Errc::kCompacted:
    case Errc::kResourceExhausted:
    case Errc::kUnsupported:
    case Errc::kDamaged:
    case Errc::kInternal:
      return http_status(code);
  }
  BATATA_ASSERT(false);
}

int publish_error_code(const Error& error) {
  const auto limit = domain::capacity_limit(error);
  return limit ? result_code(*limit).code : publish_error_code(error.code);
}

ResultCode result_code(Errc code) {
  switch (code) {
    case Errc::kInvalidArgument:
      return {20002, "parameter validate error"};
    case Errc::kNotFound:
      return {20004, "resource not found"};
    case Errc::kConflict:
      return {20005, "resource conflict"};
    case Errc::kUnauthenticated:
      return {10001, "access denied"};
    case Errc::kPermissionDenied:
      return {10001, "access denied"};
    case Errc::kUnavailable:
      return {30000, "server error"};
    case Errc::kOutcomeUnknown:
      return {30000, "server error"};
    case Errc::kDeadlineExceeded:
      return {30000, "server error"};
    case Errc::kCompacted:
      return {30000, "server error"};
    case Errc::kResourceExhausted:
      return {30000, "server error"};
    case Errc::kUnsupported:
      return {40001, "API function disabled."};
    case Errc::kDamaged:
      return {30000, "server error"};
    case Errc::kInternal:
      return {30000, "server error"};
  }
  BATATA_ASSERT(false);
}

ResultCode result_code(domain::CapacityLimit limit) {
  const int code = static_cast<int>(limit);
  switch (limit) {
    case domain::CapacityLimit::kCluster:
      return {code, "cluster capacity reach quota"};
    case domain::CapacityLimit::kGroup:
      return {code, "group capacity reach quota"};
    case domain::CapacityLimit::kNamespace:
      return {code, "tenant capacity reach quota"};
    case domain::CapacityLimit::kSize:
      return {code, "config content size is over limit"};
  }
  BATATA_ASSERT(false);
}

}  // namespace batata::nacos
