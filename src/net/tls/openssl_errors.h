#pragma once
#include <string>
#include <string_view>

namespace batata::net {

/// Why OpenSSL's last call on this thread failed, in its words; `otherwise` when it says nothing. Empties the
/// thread's queue of errors.
[[nodiscard]] std::string openssl_error(std::string_view otherwise);

}  // namespace batata::net
