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

struct LogSegment {
  std::string name;
  std::uint64_t sequence = 0;
  LogIndex first, highest;  ///< highest 0: no records yet
};

/// A log that stands ready for the next write.
struct LogEnd {
  std::deque<LogSegment> segments;
  std::unique_ptr<File> file;  ///< the newest segment; null: there is none
  std::uint64_t offset = 0;    ///< where the next write goes
  std::uint32_t chain = 0;     ///< crc of the last record
  std::uint32_t salt = 0;      ///< of the newest segment
  LogIndex last;
  Term last_term;
};

/// Reads the log on a disk at start, shows each record to `visit` and makes it ready to append. See Log::open
/// for what it refuses.
[[nodiscard]] Result<LogEnd> recover_log(Disk& disk, const std::function<void(raft::Entry)>& visit);

/// Says that something is wrong with a file of the log.
[[nodiscard]] tl::unexpected<Error> damaged_log(const std::string& file, std::uint64_t offset,
                                                const std::string& what);

}  // namespace batata::replica
