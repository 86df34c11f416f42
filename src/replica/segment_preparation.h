#pragma once
#include <cstdint>
#include <memory>

#include "base/result.h"
#include "replica/disk.h"

namespace batata::replica {

/// Makes the prepared file (replica/segment.h), piece by piece, so that what else its executor has to do
/// waits for a piece and not for the file. Nothing that is kept is ever in that file, so a failure costs
/// nothing but the time it would have saved.
///
/// Used by one thread at a time, which is not the log's. `disk` outlives it.
class SegmentPreparation {
 public:
  /// Does no I/O. `left_free`: bytes that must be free on the disk when the file is there.
  SegmentPreparation(Disk& disk, std::uint64_t bytes, std::uint64_t left_free)
      : disk_(disk), bytes_(bytes), left_free_(left_free) {}
  SegmentPreparation(const SegmentPreparation&) = delete;
  SegmentPreparation& operator=(const SegmentPreparation&) = delete;

  /// Makes the next piece; it would survive the loss of power. Errors: kResourceExhausted when the disk has
  /// no room for the file; those of the disk. The file is gone then, as far as the disk allows, and there is
  /// no further step.
  [[nodiscard]] Status step();
  /// The file is whole.
  [[nodiscard]] bool done() const { return file_ != nullptr && at_ >= bytes_; }

 private:
  Status begin();
  Status next_piece();

  Disk& disk_;
  const std::uint64_t bytes_, left_free_;
  std::unique_ptr<File> file_;
  std::uint64_t at_ = 0;
};

}  // namespace batata::replica
