#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"
#include "net/outbound/curl_library.h"

namespace batata::net {

/// Where a request goes: a URL that has been taken apart by who connects, so that both mean the same by it.
struct Target {
  std::string url;      ///< whole
  bool secure = false;  ///< https
  std::string place;    ///< "host:port", for people; IPv6 in brackets
  /// Scheme, host and port. Two that differ may be one server all the same; two that are equal are one.
  std::string origin;
};

/// Takes `url` apart. Errors: kInvalidArgument for what is no URL, no http or https, has a user in it,
/// or a host that is spelled as none travels: names with other letters than those of ASCII come as "xn--…".
[[nodiscard]] Result<Target> parse_target(const Curl& curl, const std::string& url);

/// Where a redirect from `base` leads, `location` being relative to it or whole. Errors: as above.
[[nodiscard]] Result<Target> parse_redirect(const Curl& curl, const Target& base,
                                            const std::string& location);

}  // namespace batata::net
