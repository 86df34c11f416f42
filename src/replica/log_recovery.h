#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "raft/core.h"
#include "replica/disk.h"

namespace batata::replica {

/// One file of a log. Plain data.
struct LogSegment {
  std::string name;
  std::uint64_t sequence = 0;
  LogIndex first, highest;  ///< highest 0: no records yet
};

/// The end of a log, where the next write goes.
struct LogEnd {
  std::deque<LogSegment> segments;
  std::unique_ptr<File> file;  ///< the newest segment; null: there is none
  std::uint64_t offset = 0;    ///< where the next write goes
  std::uint32_t chain = 0;     ///< crc of the last record
  std::uint32_t salt = 0;      ///< of the newest segment
  LogIndex last;
  Term last_term;
};

/// A log as it was read. One thread.
struct FoundLog {
  LogEnd end;
  std::uint64_t last_write = 0;    ///< where the write began that the last record came with
  std::uint64_t tail_end = 0;      ///< behind a last write that was not whole; 0: there is none
  std::unique_ptr<File> unsealed;  ///< the file before the newest, where it does not say that it is continued
  std::uint64_t seal_at = 0;
  std::string seal;
};

/// Reads the log on a disk and shows each record to `visit`; changes nothing. See Log::open for what it
/// refuses.
[[nodiscard]] Result<FoundLog> read_log(Disk& disk, const std::function<void(raft::Entry)>& visit);

/// Makes of what was found a log that the next write can go to: cuts off a last write that was not whole,
/// makes durable what is there, adds a seal that is missing. Errors: those of the disk.
[[nodiscard]] Result<LogEnd> take_over(FoundLog found, Disk& disk);

/// Says that something is wrong with a file of the log.
[[nodiscard]] tl::unexpected<Error> damaged_log(const std::string& file, std::uint64_t offset,
                                                const std::string& what);

}  // namespace batata::replica
