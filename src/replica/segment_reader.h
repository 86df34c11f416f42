#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "replica/disk.h"
#include "replica/record.h"
#include "replica/segment.h"

namespace batata::replica {

/// Reads one log file from its beginning on and says what in it is intact. Changes nothing; whether the file
/// fits to those before it is for the caller to judge. One thread. Errors of every function: those of the
/// disk.
class SegmentReader {
 public:
  struct Record {
    RecordHeader header;
    std::string_view payload;  ///< valid until the next call
  };
  /// What lies behind the last intact record.
  struct Tail {
    std::uint64_t end = 0;               ///< behind the last byte that is not zero
    std::optional<std::uint64_t> later;  ///< offset of a record that a later write carried
  };

  [[nodiscard]] static Result<SegmentReader> open(Disk& disk, const std::string& name);

  /// First call. Errors: as of decode_segment_header.
  [[nodiscard]] Result<SegmentHeader> header();
  /// Instead: the header is not to be believed, and is taken to be this one.
  void take_for_header(const SegmentHeader& header);

  /// The next record that is intact, be it the seal; nothing where none is.
  [[nodiscard]] Result<std::optional<Record>> next();
  /// Where `next` has stopped: a write begins only when the one before is durable, so a record there that
  /// knows of a write which began behind the damage proves that what is damaged was durable once.
  [[nodiscard]] Result<Tail> tail();
  /// Where `next` has stopped: goes on to the first record behind which can be checked. False when there is
  /// none.
  [[nodiscard]] Result<bool> skip_damage();

  [[nodiscard]] std::uint64_t offset() const { return offset_; }  ///< behind the last intact record
  [[nodiscard]] std::uint32_t chain() const { return chain_; }    ///< the crc of the last record of an entry
  [[nodiscard]] std::uint32_t salt() const { return salt_; }
  /// Where the write began that the last intact record came with.
  [[nodiscard]] std::uint64_t last_write() const { return last_write_; }
  [[nodiscard]] bool sealed() const { return sealed_; }  ///< the file says that another one continues it
  /// The file itself. Last call.
  [[nodiscard]] std::unique_ptr<File> take_file() { return std::move(file_); }

 private:
  explicit SegmentReader(std::unique_ptr<File> file) : file_(std::move(file)) {}
  Result<std::optional<RecordHeader>> header_at(std::uint64_t offset);
  Result<std::optional<RecordHeader>> record_at(std::uint64_t offset, std::uint32_t chain);
  Result<std::string_view> window(std::uint64_t offset, std::size_t bytes);
  Result<std::string> read_around_damage(std::uint64_t offset, std::size_t bytes);
  tl::unexpected<Error> unreadable_block(std::uint64_t block) const;

  std::unique_ptr<File> file_;
  std::uint64_t size_ = 0;
  std::uint64_t offset_ = kRecordsAt, last_write_ = kRecordsAt;
  std::uint32_t chain_ = 0, salt_ = 0;
  bool sealed_ = false;
  // A part of the file that is being read.
  std::string window_;
  std::uint64_t window_at_ = 0;
  std::map<std::uint64_t, std::string> unreadable_;  // blocks, each with the system's reason
};

}  // namespace batata::replica
