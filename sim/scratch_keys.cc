#include "sim/scratch_keys.h"

namespace batata::sim {

void ScratchKeys::written(const std::string& key, const Value& value, Revision revision) {
  Told& told = keys_.at(key);
  forget(told, value);
  if (revision < told.revision) return;
  told.value = value;
  told.revision = revision;
}

std::string ScratchKeys::check_one(const std::string& key, const Told& told, const store::Store& store) {
  const auto kv = store.latest().get(key);
  if (kv == nullptr) {
    const bool lost = told.value && !told.unknown.contains(std::nullopt);
    return lost ? "lost acknowledged write " + key : "";
  }
  if (kv->modified < told.revision) return "an older value is back: " + key;
  if (kv->modified == told.revision) return told.value == kv->value ? "" : "wrong value of " + key;
  return told.unknown.contains(kv->value) ? "" : "a value that nobody wrote, or that was refused: " + key;
}

std::string ScratchKeys::check(const store::Store& store) const {
  for (const auto& [key, told] : keys_)
    if (auto wrong = check_one(key, told, store); !wrong.empty()) return wrong;
  return "";
}

void ScratchKeys::observe(const store::Store& store) {
  for (auto& [key, told] : keys_) {
    const auto kv = store.latest().get(key);
    told = kv == nullptr ? Told{{}, store.revision(), {}} : Told{kv->value, kv->modified, {}};
  }
}

}  // namespace batata::sim
