#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "replica/state_storage.h"

namespace batata::platform {

/// The records of the state machine in RocksDB, without its log: batches are whole or absent after a crash,
/// and those since the last flush may be absent.
class RocksState final : public replica::StateStorage {
 public:
  /// Does no I/O.
  explicit RocksState(std::filesystem::path directory);
  ~RocksState() override;
  RocksState(const RocksState&) = delete;
  RocksState& operator=(const RocksState&) = delete;

  [[nodiscard]] Status open() override;
  [[nodiscard]] Status load(const Visit& visit) override;
  [[nodiscard]] Status write(const std::vector<store::Record>& batch) override;
  [[nodiscard]] Status flush() override;
  [[nodiscard]] Status checkpoint(const std::string& directory) override;

 private:
  struct Database;
  const std::filesystem::path directory_;
  std::unique_ptr<Database> database_;
};

}  // namespace batata::platform
