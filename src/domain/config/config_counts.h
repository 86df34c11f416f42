#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "async/task.h"
#include "cluster/watches.h"
#include "store/store.h"

namespace batata::domain {

/// How many configs there are: in all, in each namespace, and in each group of the public one; kept up by the
/// events of the store instead of counted anew. Loop only.
///
/// Knows nothing that the store does not: an answer counts every write that the store has applied. The first
/// answer, and one after history is gone, walks through all keys at once: some 20 ms at 100,000 configs.
/// Whoever does not ask does not pay, unless `follow` runs.
class ConfigCounts {
 public:
  /// `store` outlives the counts.
  explicit ConfigCounts(const store::Store& store);
  ConfigCounts(const ConfigCounts&) = delete;
  ConfigCounts& operator=(const ConfigCounts&) = delete;

  [[nodiscard]] std::size_t all();
  /// Configs of one (canonical) namespace.
  [[nodiscard]] std::size_t of(std::string_view space);
  /// Of each namespace that has any, by its canonical name.
  [[nodiscard]] std::map<std::string, std::size_t> of_each_space();
  /// Configs of one group in the public namespace.
  [[nodiscard]] std::size_t of_group(std::string_view group);

  /// Keeps up with the store, so that history still has what a later question needs. `watches` are of that
  /// store. Never ends.
  Task<void> follow(cluster::Watches& watches);

  /// How long events gather before they are looked at.
  static constexpr Duration kGather = std::chrono::milliseconds(100);
  /// Configs looked at together when all have to be counted: bounds what one look holds.
  static constexpr std::size_t kSliceMax = 4096;

 private:
  using Counts = std::map<std::string, std::size_t, std::less<>>;  // by what the keys begin with
  void catch_up();
  void count_all();
  void count(std::string_view key, bool is_more);

  const store::Store& store_;
  const std::string public_;  // what its keys begin with
  bool counted_ = false;
  Revision upto_;
  std::size_t all_ = 0;
  Counts spaces_, groups_;
};

}  // namespace batata::domain
