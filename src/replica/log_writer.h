#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "raft/core.h"
#include "replica/executor.h"
#include "replica/log.h"

namespace batata::replica {

/// Brings entries to the log on its executor, one append at a time, and has the next file prepared and old
/// ones removed on another, where what that takes delays nobody. Loop only; the log itself belongs to its
/// executor.
class LogWriter {
 public:
  struct Events {
    std::function<void(Error)> failed;
    std::function<void(LogIndex, Term)> persisted;  ///< the last entry of an append, durable
    std::function<void(LogIndex)> removed;          ///< the log now begins here
  };
  LogWriter(Log& log, Disk& disk, Executor& executor, Executor& background, std::uint64_t segment_bytes,
            Events events)
      : log_(log),
        disk_(disk),
        executor_(executor),
        background_(background),
        segment_bytes_(segment_bytes),
        events_(std::move(events)) {}
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;
  ~LogWriter() { *alive_ = false; }

  /// Starts an append. Not while `busy`.
  void append(std::vector<raft::Entry> entries);
  [[nodiscard]] bool busy() const { return busy_; }
  /// Removes old files behind what is being appended. Does nothing while an earlier removal runs.
  void remove_upto(LogIndex upto);

 private:
  struct Append;
  struct Removal;
  enum class Prepared : std::uint8_t { kNo, kUnderWay, kYes };
  void appended(const Append& append);
  void prepare();
  void remove(const std::shared_ptr<Removal>& job);

  Log& log_;
  Disk& disk_;
  Executor& executor_;
  Executor& background_;
  std::uint64_t segment_bytes_;
  Events events_;
  Prepared prepared_ = Prepared::kNo;
  bool busy_ = false, removing_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace batata::replica
