#include "net/tls/openssl_errors.h"

#include <openssl/err.h>
#include <string.h>

namespace batata::net {

std::string openssl_error(std::string_view otherwise) {
  const unsigned long code = ERR_peek_error();  // the first one is the cause of the others
  ERR_clear_error();
  const char* reason = nullptr;
  if (ERR_SYSTEM_ERROR(code)) {
    reason = strerrordesc_np(ERR_GET_REASON(code));
  } else if (code != 0) {
    reason = ERR_reason_error_string(code);
  }
  return std::string(reason == nullptr ? otherwise : std::string_view(reason));
}

}  // namespace batata::net
