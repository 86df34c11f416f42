#pragma once
#include "base/result.h"
#include "domain/config/capacity.h"

namespace batata::nacos {

/// The status of an HTTP answer, which is also the code of an ErrorResponse (upstream's NacosException
/// codes).
[[nodiscard]] int http_status(Errc code);

/// The `errorCode` of a ConfigPublishResponse: upstream's handler turns what is not a NacosException into
/// 500.
[[nodiscard]] int publish_error_code(Errc code);
/// The same of a failure in full: one of a quota has a code of its own.
[[nodiscard]] int publish_error_code(const Error& error);

/// The `code` of a v2 or v3 Result and its text.
/// Source: upstream's api/model/v2/ErrorCode.
struct ResultCode {
  int code;
  const char* message;
};
[[nodiscard]] ResultCode result_code(Errc code);

/// The same for a publish that is beyond a quota; over gRPC it is the `errorCode`. Over HTTP the status is
/// kOverQuota, where upstream answers 500 or a status that HTTP does not have.
[[nodiscard]] ResultCode result_code(domain::CapacityLimit limit);
constexpr int kOverQuota = 429;

}  // namespace batata::nacos
