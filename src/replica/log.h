#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "base/result.h"
#include "raft/core.h"
#include "replica/disk.h"
#include "replica/log_recovery.h"

namespace batata::replica {

/// The replicated log on disk: a row of segment files of chained, checksummed records.
///
/// Truncation is never written: an entry whose index is not above the last one replaces it and all behind it.
/// Knows of Raft no more than entries. Used by one thread at a time: the caller's for `open`, then that of
/// the log executor. Errors: those of the disk. After one, what lies on disk is unknown: end the
/// process.
class Log final {
 public:
  using Visit = std::function<void(raft::Entry)>;

  /// `segment_bytes` is where a file ends and the next begins; one write is never split, so a file may grow
  /// beyond.
  /// `clock`: whose time says how long syncs take; outlives the log. Null: nobody asks.
  Log(Disk& disk, std::uint64_t segment_bytes, const Runtime* clock = nullptr)
      : disk_(disk), segment_bytes_(segment_bytes), clock_(clock) {}

  /// Reads everything and shows each record in the order written, replaced ones too; then `take_over`. First
  /// call.
  ///
  /// A last write that is not whole is cut off, with one line to the log: nothing of it was ever reported
  /// durable. Errors: kDamaged with file and offset for any other damage: a record that does not check with
  /// a later write behind it, a hole in the indexes, a missing, swapped or shortened file, a bad header,
  /// bytes that the disk cannot read; kUnsupported for another format version. The log is as it was then.
  [[nodiscard]] Status open(const Visit& visit);
  /// The two halves of `open`, for whoever has something to check between them: `read` changes nothing.
  [[nodiscard]] Status read(const Visit& visit);
  [[nodiscard]] Status take_over();

  /// Writes entries with consecutive indexes in one write and one sync; durable when it returns.
  /// `prepared`: a SegmentPreparation has finished since the last append that used its file. After `open`;
  /// not empty, and the first entry's index is at most one above `last`.
  [[nodiscard]] Status append(std::span<const raft::Entry> entries, bool prepared);

  /// How long the sync of the last append took.
  [[nodiscard]] Duration last_sync() const { return last_sync_; }

  /// Forgets the oldest files as long as all their entries are at most `upto`, and gives their names, oldest
  /// first, for `remove_files`. The newest file stays.
  [[nodiscard]] std::vector<std::string> forget_upto(LogIndex upto);

  [[nodiscard]] LogIndex first() const;  ///< 0: the log is empty
  [[nodiscard]] LogIndex last() const { return end_.last; }
  /// True when more than half of the newest file is used: time to prepare the next one.
  [[nodiscard]] bool wants_segment() const { return end_.offset > segment_bytes_ / 2; }
  /// How many times a prepared file was used.
  [[nodiscard]] std::uint64_t prepared_used() const { return prepared_used_; }

 private:
  Status begin_segment(LogIndex first_index, bool prepared);
  Status seal();

  Disk& disk_;
  std::uint64_t segment_bytes_;
  const Runtime* clock_;
  Duration last_sync_{};
  FoundLog found_;  // between `read` and `take_over`
  LogEnd end_;
  std::uint64_t prepared_used_ = 0;
  std::string buffer_;
};

/// Removes files that a Log has forgotten, in the order given. For a thread that is not the log's: it may
/// take as long as all that lies unwritten on the disk. What is not removed before a crash is part of the log
/// again.
[[nodiscard]] Status remove_files(Disk& disk, const std::vector<std::string>& names);

}  // namespace batata::replica
