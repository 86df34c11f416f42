#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/types.h"
#include "store/store.h"

namespace batata::sim {

/// What clients know of a few keys that all of them write and erase, each write with a value of its own: the
/// newest that was acknowledged, by its revision, and what may have come behind it. One thread.
class ScratchKeys {
 public:
  /// The value that a write brings; none: it erases the key.
  using Value = std::optional<std::string>;

  /// Before the write is sent. Its outcome is unknown until one of the next two is called.
  void sent(const std::string& key, const Value& value) { keys_[key].unknown.insert(value); }
  /// Acknowledged: when the store stood at `revision`, the key had this value.
  void written(const std::string& key, const Value& value, Revision revision);
  void refused(const std::string& key, const Value& value) { forget(keys_.at(key), value); }

  /// Compares what was told with what is there. Empty: all is well.
  [[nodiscard]] std::string check(const store::Store& store) const;
  /// After a start: what is there counts as acknowledged from now on, and nothing else comes any more.
  void observe(const store::Store& store);

 private:
  struct Told {
    Value value;
    Revision revision;             // at which the key had it
    std::multiset<Value> unknown;  // sent, without an answer
  };
  static void forget(Told& told, const Value& value) { told.unknown.erase(told.unknown.find(value)); }
  static std::string check_one(const std::string& key, const Told& told, const store::Store& store);

  std::map<std::string, Told> keys_;
};

}  // namespace batata::sim
