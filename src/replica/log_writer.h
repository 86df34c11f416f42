#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "async/executor.h"
#include "async/runtime.h"
#include "base/result.h"
#include "raft/core.h"
#include "replica/log.h"
#include "replica/segment_preparation.h"

namespace batata::replica {

/// Brings entries to the log on its executor, one append at a time, and has the next file prepared and old
/// ones removed on another, where what that takes delays nobody. Loop only; the log itself belongs to its
/// executor.
///
/// A file that cannot be prepared is done without: that is said once, and tried again with an append that
/// comes kPause later.
class LogWriter {
 public:
  struct Options {
    std::uint64_t segment_bytes = 0;
    std::uint64_t free_bytes_min = 0;  ///< what a prepared file must leave free on the disk
  };
  struct Events {
    std::function<void(Error)> failed;
    std::function<void(LogIndex, Term)> persisted;   ///< the last entry of an append, durable
    std::function<void(LogIndex)> removed;           ///< the log now begins here
    std::function<void(Duration)> synced = nullptr;  ///< an append has been; may be empty
  };
  LogWriter(Runtime& runtime, Log& log, Disk& disk, Executor& executor, Executor& background, Options options,
            Events events)
      : runtime_(runtime),
        log_(log),
        disk_(disk),
        executor_(executor),
        background_(background),
        options_(options),
        events_(std::move(events)) {}
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;
  ~LogWriter() { *alive_ = false; }

  /// Starts an append. Not while `busy`.
  void append(std::vector<raft::Entry> entries);
  [[nodiscard]] bool busy() const { return busy_; }
  /// Removes old files behind what is being appended. Does nothing while an earlier removal runs.
  void remove_upto(LogIndex upto);

  static constexpr Duration kPause = std::chrono::seconds(10);

 private:
  struct Append;
  struct Removal;
  enum class Prepared : std::uint8_t { kNo, kUnderWay, kYes };
  void appended(const Append& append);
  void prepare();
  void prepare_more(const std::shared_ptr<SegmentPreparation>& preparation);
  void prepared();
  void not_prepared(const Error& error);
  void remove(const std::shared_ptr<Removal>& job);

  Runtime& runtime_;
  Log& log_;
  Disk& disk_;
  Executor& executor_;
  Executor& background_;
  const Options options_;
  Events events_;
  Prepared prepared_ = Prepared::kNo;
  SteadyTime prepare_from_;  // not before
  bool warned_ = false;      // since the last file that was prepared
  bool busy_ = false, removing_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace batata::replica
