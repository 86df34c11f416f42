#pragma once
#include <string_view>

#include "base/json.h"
#include "faces/nacos/common/payload.h"
#include "wire/http.h"

namespace batata::nacos {

/// How a request says who asks. Views into the request.
struct Credentials {
  std::string_view token;           ///< of `Authorization: Bearer`, else of `accessToken`; blank: none
  std::string_view user, password;  ///< count when there is no token

  [[nodiscard]] bool has_token() const;
  [[nodiscard]] bool has_password() const;  ///< and a name
};

/// From headers, whose names' case does not matter, and from parameters, which come before them.
/// Source: upstream's HttpIdentityContextBuilder and AbstractAuthenticationManager.
[[nodiscard]] Credentials credentials_of(const wire::Request& request);
/// From the headers of the Payload, by their exact names, and below them from the `headers` of the JSON.
/// Source: upstream's GrpcIdentityContextBuilder.
[[nodiscard]] Credentials credentials_of(const Payload& payload, json::Value body);

}  // namespace batata::nacos
