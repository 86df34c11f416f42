#pragma once
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "raft/core.h"
#include "replica/disk.h"

namespace batata::replica {

/// Keeps term and vote durable in the file "hard_state": two slots, written one after the other, each with a
/// checksum and a sequence number, so that no crash and no damaged block leaves the member without either.
/// Loop only; blocks. Errors: those of the disk.
class HardStateFile final {
 public:
  explicit HardStateFile(Disk& disk) : disk_(disk) {}
  /// Empty when the file does not exist: a new member.
  /// Errors: kDamaged when neither slot checks; kUnsupported for another format version.
  [[nodiscard]] Result<std::optional<raft::HardState>> load();
  /// Durable when it returns. After `load`.
  [[nodiscard]] Status save(const raft::HardState& state);

  static constexpr const char* kName = "hard_state";
  static constexpr std::uint64_t kSlotBytes = 4096;  ///< of its own block each

 private:
  Status write_slots();
  Status make_file();

  Disk& disk_;
  std::unique_ptr<File> file_;
  std::uint64_t sequence_ = 0;
  raft::HardState state_;
};

}  // namespace batata::replica
