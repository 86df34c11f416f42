#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "async/task.h"
#include "cluster/watches.h"

namespace batata::domain {

/// How many configs each namespace has, kept up by the events of the store instead of counted anew. Loop
/// only.
///
/// Knows nothing that the store does not: an answer counts every write that the store has applied.
class ConfigCounts {
 public:
  /// `watches` outlives the counts.
  explicit ConfigCounts(cluster::Watches& watches) : watches_(watches) {}
  ConfigCounts(const ConfigCounts&) = delete;
  ConfigCounts& operator=(const ConfigCounts&) = delete;

  /// Configs of one (canonical) namespace.
  [[nodiscard]] std::size_t of(std::string_view space);

  /// Keeps up with the store, so that history still has what a later question needs. Never ends.
  Task<void> follow();

  /// How long events gather before they are looked at.
  static constexpr Duration kGather = std::chrono::milliseconds(100);
  /// Configs looked at together when all have to be counted: bounds what one look holds.
  static constexpr std::size_t kSliceMax = 4096;

 private:
  void catch_up();
  void count_all();

  cluster::Watches& watches_;
  bool counted_ = false;
  Revision upto_;
  std::map<std::string, std::size_t, std::less<>>
      counts_;  // by the part of the keys that names the namespace
};

}  // namespace batata::domain
