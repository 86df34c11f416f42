#pragma once
#include "base/result.h"

namespace batata::nacos {

/// The status of an HTTP answer, which is also the code of an ErrorResponse (upstream's NacosException codes).
[[nodiscard]] int http_status(Errc code);

/// The `errorCode` of a ConfigPublishResponse: upstream's handler turns what is not a NacosException into 500.
[[nodiscard]] int publish_error_code(Errc code);

/// The `code` of a v2 or v3 Result and its text.
/// Source: upstream's api/model/v2/ErrorCode.
struct ResultCode {
  int code;
  const char* message;
};
[[nodiscard]] ResultCode result_code(Errc code);

}  // namespace batata::nacos
