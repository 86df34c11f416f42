#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "base/types.h"

namespace batata::replica {

/// How much of its history the store keeps, for those who watch and for reads at past revisions.
struct HistoryLimits {
  /// The newest events; while they come fast, up to an eighth more. Beside it the store has bounds of its own
  /// for what one node holds in memory (Store::kHistoryEventsMax, kHistoryBytesMax).
  std::size_t events = 50'000;
  Duration age = std::chrono::hours(1);  ///< zero: as long as the count allows
};

/// How a Node behaves. None of it may change what the state machine does.
struct NodeOptions {
  NodeId id{1};
  std::string address = "127.0.0.1:0";  ///< of this member for its peers; kept in the log at bootstrap

  std::uint64_t segment_bytes = 64u << 20;  ///< of a log file, prepared ahead
  std::size_t entry_bytes_max = 1u << 20;   ///< commands that come together share an entry up to here
  std::size_t write_bytes_max = 8u << 20;   ///< of one append and its sync
  /// Of one command; more is refused. A config of as much as a request may carry, 16 MiB, and beside it what
  /// it was before.
  std::size_t command_bytes_max = 40u << 20;
  std::size_t queued_max = 65'536;            ///< commands waiting or in flight; more are refused
  std::size_t queued_bytes_max = 256u << 20;  ///< bytes of them: twice what ConfigService lets wait
  /// Bytes of changes the state storage may lag before appends pause.
  std::size_t state_backlog_max = 64u << 20;
  std::size_t state_batch_bytes = 4u << 20;     ///< of changes that are given to the state storage together
  std::uint64_t flush_after_bytes = 64u << 20;  ///< of log since the last flush of the state
  /// Entries that stay in the log behind a flush; more would be for followers that lag.
  std::uint64_t kept_entries = 1;

  HistoryLimits history;

  std::uint64_t free_bytes_min = 0;  ///< on the log's disk; with less, proposals are refused. 0: never

  Duration deadline_grain = std::chrono::milliseconds(20);  ///< how late a passed deadline may be noticed

  /// Called once, on the loop, when the log or the state can no longer be written. The node does nothing
  /// more. By default it writes the reason to the log and ends the process with status 74 (EX_IOERR).
  std::function<void(const Error&)> fatal;
};

}  // namespace batata::replica
