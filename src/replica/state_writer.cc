#include "replica/state_writer.h"

#include <iterator>
#include <utility>

namespace batata::replica {

struct StateWriter::Batch {
  std::vector<store::Change> changes;
  std::vector<store::Record> positions;  // where the state stands with them
  Position position;
  bool flush = false;
  Status status;
};

void StateWriter::add(std::vector<store::Change> changes, store::Record meta, Position position) {
  for (const store::Change& change : changes) pending_bytes_ += size_of(change);
  if (pending_.empty()) {
    pending_ = std::move(changes);
  } else {
    pending_.insert(pending_.end(), std::make_move_iterator(changes.begin()),
                    std::make_move_iterator(changes.end()));
  }
  meta_ = std::move(meta);
  position_ = std::move(position);
  // Counted although it replaces the one before, so that a batch without changes is written too.
  pending_bytes_ += meta_.value.size() + position_.configuration.size();
  begin();
}

Status StateWriter::write(StateStorage& storage, const Batch& batch) {
  if (batch.positions.empty()) return {};
  auto records = store::condense(batch.changes);
  records.insert(records.end(), batch.positions.begin(), batch.positions.end());
  return storage.write(records);
}

void StateWriter::flush() {
  flush_wanted_ = true;
  begin();
}

void StateWriter::begin() {
  if (busy_ || (pending_bytes_ < batch_bytes_ && !flush_wanted_)) return;
  auto batch = std::make_shared<Batch>();
  if (pending_bytes_ > 0) {
    batch->changes = std::exchange(pending_, {});
    batch->positions = {meta_, encode(position_)};
  }
  batch->position = position_;
  batch->flush = std::exchange(flush_wanted_, false);
  writing_bytes_ = std::exchange(pending_bytes_, 0);
  busy_ = true;
  executor_.submit(
      [&storage = storage_, batch] {
        batch->status = write(storage, *batch);
        if (batch->status && batch->flush) batch->status = storage.flush();
      },
      [this, alive = alive_, batch] {
        if (*alive) ended(*batch);
      });
}

void StateWriter::ended(const Batch& batch) {
  busy_ = false;
  writing_bytes_ = 0;
  if (!batch.status) {
    events_.failed(batch.status.error());
    return;
  }
  begin();
  const auto alive = alive_;
  if (batch.flush) events_.flushed(batch.position);
  if (*alive) events_.written();
}

}  // namespace batata::replica
