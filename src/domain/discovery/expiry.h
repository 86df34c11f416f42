#pragma once
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/types.h"

namespace batata::domain {

/// Keys of the store that nobody needs any more, and when they are to be erased. Pure; loop only.
class Expiry {
 public:
  /// The key is due at `when`, unless it waits already.
  void start(const std::string& key, SteadyTime when);
  /// It is needed again.
  void cancel(const std::string& key);
  /// Takes out the keys that are due at `now`, at most `max` of them.
  [[nodiscard]] std::vector<std::string> take_due(SteadyTime now, std::size_t max);
  /// When the next one is due; never when there is none.
  [[nodiscard]] SteadyTime next() const;
  [[nodiscard]] std::size_t size() const { return when_.size(); }

 private:
  std::map<std::string, SteadyTime> when_;
  std::set<std::pair<SteadyTime, std::string>> order_;
};

}  // namespace batata::domain
