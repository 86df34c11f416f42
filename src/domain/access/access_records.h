#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace batata::domain {

/// What is stored under a user's key. A view: of the writer's strings when it is written, of the stored value
/// when it is read.
struct UserView {
  std::string_view hash;  ///< of the password, as domain/access/passwords.h makes it
  bool enabled = true;    ///< one that is not cannot sign in and may nothing
  WallTime created, modified;
};

/// The stored value. Format version 1: u8 version | string hash | u8 enabled | i64 created | i64 modified.
[[nodiscard]] std::string encode_user(const UserView& user);
/// The view points into `value`. Errors: kInternal for bytes that `encode_user` did not write.
[[nodiscard]] Result<UserView> decode_user(std::string_view value);

/// The value under the key of a role of a user, or of a permission of a role, which says all but when.
/// Format version 1: u8 version | i64 created.
[[nodiscard]] std::string encode_created(WallTime created);
/// Errors: kInternal for bytes that `encode_created` did not write.
[[nodiscard]] Result<WallTime> decode_created(std::string_view value);

}  // namespace batata::domain
