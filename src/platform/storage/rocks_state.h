#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/metrics.h"
#include "replica/state_storage.h"

namespace batata::platform {

/// A StateStorage in RocksDB. Its write-ahead log is off: the replicated log is behind every batch, and each
/// batch carries its position in it. Caches are tiny: reads are answered from memory, not from here.
class RocksState final : public replica::StateStorage {
 public:
  /// kLookOnly: nothing is changed; `write` and `flush` do nothing.
  enum class Access : std::uint8_t { kFull, kLookOnly };
  /// Does no I/O. A state that is not there is empty, and made by the first `write`: a start may yet be
  /// refused. A copy of one has nothing in it, not even a directory.
  explicit RocksState(std::string directory, Access access = Access::kFull);
  RocksState(const RocksState&) = delete;
  RocksState& operator=(const RocksState&) = delete;
  /// Closes without a flush, as a crash would.
  ~RocksState() override;

  Status open() override;
  Status load(const Visit& visit) override;
  std::unique_ptr<replica::StateReader> reader() override;
  Status write(const std::vector<store::Record>& batch) override;
  Status flush() override;
  Status checkpoint(const std::string& directory) override;

  [[nodiscard]] static std::span<const metrics::Metric> metric_rows();
  /// Writes these metrics; all are 0 before the first `write` of this object. Any thread, until it is
  /// destroyed.
  void write(metrics::Writer& out) const;

 private:
  struct Database;
  Status open_to_write();
  Status open_to_look();
  std::string directory_;
  Access access_;
  bool is_writable_ = false;  // opened for that, which `open` does not do
  std::unique_ptr<Database> database_;
};

}  // namespace batata::platform
