#pragma once
#include <memory>
#include <string>

#include "replica/state_storage.h"

namespace batata::platform {

/// A StateStorage in RocksDB. Its write-ahead log is off: the replicated log is behind every batch, and each
/// batch carries its position in it. Caches are tiny: reads are answered from memory, not from here.
class RocksState final : public replica::StateStorage {
 public:
  /// Does no I/O. `directory` is made by `open`; the one above it must exist.
  explicit RocksState(std::string directory);
  RocksState(const RocksState&) = delete;
  RocksState& operator=(const RocksState&) = delete;
  /// Closes without a flush, as a crash would.
  ~RocksState() override;

  Status open() override;
  Status load(const Visit& visit) override;
  Status write(const std::vector<store::Record>& batch) override;
  Status flush() override;
  Status checkpoint(const std::string& directory) override;

 private:
  struct Database;
  std::string directory_;
  std::unique_ptr<Database> database_;
};

}  // namespace batata::platform
