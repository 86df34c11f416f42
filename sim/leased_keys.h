#pragma once
#include <chrono>
#include <map>
#include <string>

#include "base/types.h"
#include "store/store.h"

namespace batata::sim {

/// What clients know of keys that go with a lease: each key has a lease of its own and is written once. By
/// the time that commands bring, a lease ends neither before its time nor stays behind it. One thread.
class LeasedKeys {
 public:
  [[nodiscard]] static std::string key(LeaseId id);

  /// Before the write is sent; the commands' clock shows `time`. Its outcome is unknown until one of the next
  /// two is called.
  void sent(LeaseId id, std::chrono::milliseconds ttl, WallTime time);
  /// Acknowledged under `revision`, when the commands' clock shows `time`.
  void written(LeaseId id, Revision revision, WallTime time);
  void refused(LeaseId id) { keys_.erase(key(id)); }

  /// Compares what was told with what is there. Empty: all is well.
  [[nodiscard]] std::string check(const store::Store& store) const;
  /// After a start: what is there counts as acknowledged from now on, and what is not as gone for good.
  void observe(const store::Store& store);

 private:
  struct Told {
    std::chrono::milliseconds ttl{};
    WallTime ends_first, ends_last;  // the lease ends between these two, both included
    Revision revision;               // 0: its outcome is unknown
  };
  std::string check_one(const store::KeyValue& kv, WallTime now) const;

  std::map<std::string, Told> keys_;  // without those that cannot be there any more
};

}  // namespace batata::sim
