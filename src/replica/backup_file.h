#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "replica/position.h"
#include "store/store.h"

namespace batata::replica {

/// Format version 1 of a backup (docs/formats.md): the records of a state in blocks of chained checksums.
constexpr std::string_view kBackupMagic = "BATATABK";

/// Makes the bytes of a backup, piece by piece. One thread at a time.
class BackupWriter {
 public:
  /// `taken`: the time of the machine, for people.
  explicit BackupWriter(WallTime taken);
  void add(std::string_view name, std::string_view value);
  /// Nothing comes behind it.
  void end();
  /// Bytes that `take` would give; a block that is not full is not among them before `end`.
  [[nodiscard]] std::size_t ready() const { return out_.size(); }
  [[nodiscard]] std::string take() { return std::exchange(out_, {}); }

 private:
  void close_block();
  std::string out_, block_;
  std::uint32_t chain_ = 0;
  std::uint64_t records_ = 0;
};

/// Reads a backup from its first byte to its last. One thread at a time.
class BackupReader {
 public:
  /// The next up to so many bytes of the file; fewer only at its end. Errors are given on.
  using Source = std::function<Result<std::string>(std::size_t bytes)>;
  explicit BackupReader(Source source) : source_(std::move(source)) {}

  /// Reads the head. First call. Errors: kDamaged, with the offset, for what is no backup or has been cut off
  /// there; kUnsupported for another format version.
  [[nodiscard]] Status open();
  [[nodiscard]] WallTime taken() const { return taken_; }

  /// The records of the next block, in the order of names over all blocks, each one that a state may hold;
  /// nothing when the end has come, and all was there. Holds no more than a few times a block's bytes.
  /// Errors: kDamaged, with the offset, and kUnsupported for a record of another format version: nothing of
  /// the backup is to be used then.
  [[nodiscard]] Result<std::optional<std::vector<store::Record>>> next();
  [[nodiscard]] std::uint64_t records() const { return records_; }
  /// Where the state stands, and the value of its meta record. When the end has come.
  [[nodiscard]] const Position& position() const { return *position_; }
  [[nodiscard]] const std::string& meta() const { return *meta_; }

 private:
  Result<std::string> take(std::size_t bytes, const char* what);
  Result<std::string> block();
  Result<std::vector<store::Record>> records_of(std::string_view block);
  Status check(const store::Record& record);
  Status check_end(std::string_view block);
  tl::unexpected<Error> damaged(std::string_view what) const;

  Source source_;
  WallTime taken_;
  std::uint32_t chain_ = 0;
  std::uint64_t offset_ = 0, block_at_ = 0, records_ = 0;
  std::string last_name_;
  std::optional<Position> position_;
  std::optional<std::string> meta_;
};

}  // namespace batata::replica
