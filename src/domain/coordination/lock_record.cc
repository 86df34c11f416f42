#include "domain/coordination/lock_record.h"

#include "base/bytes.h"

namespace batata::domain {
namespace {

constexpr std::uint8_t kVersion = 1;

}  // namespace

std::string encode_lock(const LockRecord& lock) {
  std::string value;
  ByteWriter out(value);
  out.u8(kVersion);
  out.string(lock.holder);
  out.i64(lock.acquired.ms);
  out.i64(lock.ttl.count());
  return value;
}

Result<LockRecord> decode_lock(std::string_view value) {
  ByteReader in(value);
  if (in.u8() != kVersion) return fail(Errc::kInternal, "a lock record of an unknown version");
  LockRecord lock;
  lock.holder = in.string();
  lock.acquired = WallTime{in.i64()};
  lock.ttl = std::chrono::milliseconds(in.i64());
  if (!in.ok() || !in.at_end()) return fail(Errc::kInternal, "a damaged lock record");
  return lock;
}

}  // namespace batata::domain
