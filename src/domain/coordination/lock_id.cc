#include "domain/coordination/lock_id.h"

namespace batata::domain {
namespace {

constexpr std::string_view kKnown = "lock/", kHeld = "lock-held/";

std::string key_under(std::string_view prefix, const LockId& id) {
  std::string key;
  key.reserve(prefix.size() + id.type.size() + 1 + id.key.size());
  key.append(prefix).append(id.type).push_back('\0');
  key.append(id.key);
  return key;
}

}  // namespace

std::string lock_key(const LockId& id) {
  return key_under(kKnown, id);
}

std::string held_key(const LockId& id) {
  return key_under(kHeld, id);
}

store::KeyRange all_locks() {
  return store::KeyRange::prefix(kKnown);
}

std::optional<LockId> lock_id(std::string_view key) {
  if (!key.starts_with(kKnown)) return std::nullopt;
  key.remove_prefix(kKnown.size());
  const auto end = key.find('\0');
  if (end == key.npos) return std::nullopt;
  return LockId{std::string(key.substr(0, end)), std::string(key.substr(end + 1))};
}

}  // namespace batata::domain
