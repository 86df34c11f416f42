#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "async/executor.h"
#include "base/result.h"
#include "replica/position.h"
#include "replica/state_storage.h"

namespace batata::replica {

/// Carries changes to the state storage behind the loop's back, in large batches: what the storage has not
/// been told is in the replicated log, as is what it has not flushed, so an early write would gain nothing.
/// Nothing waits for it but `flush`. Loop only.
class StateWriter {
 public:
  struct Events {
    std::function<void(Error)> failed;
    std::function<void()> written;          ///< the backlog has shrunk
    std::function<void(Position)> flushed;  ///< everything up to here is durable
  };
  /// `batch_bytes`: changes of this size are written; fewer wait for more, or for `flush`.
  StateWriter(StateStorage& storage, Executor& executor, std::size_t batch_bytes, Events events)
      : storage_(storage), executor_(executor), batch_bytes_(batch_bytes), events_(std::move(events)) {}
  StateWriter(const StateWriter&) = delete;
  StateWriter& operator=(const StateWriter&) = delete;
  ~StateWriter() { *alive_ = false; }

  /// What the storage has when the writer starts.
  void begin_at(Position position) { position_ = std::move(position); }
  /// Takes the changes of applied commands; `meta` and `position` describe the state with them.
  void add(std::vector<store::Change> changes, store::Record meta, Position position);
  /// Makes what has been added durable, then calls `flushed`. Asked again meanwhile: one more time.
  void flush();
  /// Bytes added and not written yet.
  [[nodiscard]] std::size_t backlog() const { return pending_bytes_ + writing_bytes_; }

 private:
  struct Batch;
  static Status write(StateStorage& storage, const Batch& batch);
  void begin();
  void ended(const Batch& batch);

  StateStorage& storage_;
  Executor& executor_;
  const std::size_t batch_bytes_;
  Events events_;
  std::vector<store::Change> pending_;
  store::Record meta_;
  Position position_;
  std::size_t pending_bytes_ = 0, writing_bytes_ = 0;
  bool flush_wanted_ = false, busy_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace batata::replica
