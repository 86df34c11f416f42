#include "base/system_error.h"

#include <cerrno>
#include <system_error>

namespace batata {
namespace {

Errc code_of(int error) {
  switch (error) {
    case ENOENT:
      return Errc::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return Errc::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
      return Errc::kResourceExhausted;
    default:
      return Errc::kInternal;
  }
}

}  // namespace

tl::unexpected<Error> system_failure(const std::string& what, int error) {
  return fail(code_of(error), what + ": " + std::generic_category().message(error));
}

}  // namespace batata
