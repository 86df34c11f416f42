#include "domain/access/access_records.h"

#include "base/bytes.h"

namespace batata::domain {
namespace {

constexpr std::uint8_t kUserVersion = 1, kCreatedVersion = 1;

}  // namespace

std::string encode_user(const UserView& user) {
  std::string value;
  ByteWriter out(value);
  out.u8(kUserVersion);
  out.string(user.hash);
  out.u8(user.enabled ? 1 : 0);
  out.i64(user.created.ms);
  out.i64(user.modified.ms);
  return value;
}

Result<UserView> decode_user(std::string_view value) {
  ByteReader in(value);
  if (in.u8() != kUserVersion) return fail(Errc::kInternal, "a user record of an unknown version");
  UserView user;
  user.hash = in.string();
  const std::uint8_t enabled = in.u8();
  user.enabled = enabled == 1;
  user.created = WallTime{in.i64()};
  user.modified = WallTime{in.i64()};
  if (!in.ok() || !in.at_end() || enabled > 1) return fail(Errc::kInternal, "a damaged user record");
  return user;
}

std::string encode_created(WallTime created) {
  std::string value;
  ByteWriter out(value);
  out.u8(kCreatedVersion);
  out.i64(created.ms);
  return value;
}

Result<WallTime> decode_created(std::string_view value) {
  ByteReader in(value);
  if (in.u8() != kCreatedVersion) return fail(Errc::kInternal, "a role record of an unknown version");
  const WallTime created{in.i64()};
  if (!in.ok() || !in.at_end()) return fail(Errc::kInternal, "a damaged role record");
  return created;
}

}  // namespace batata::domain
