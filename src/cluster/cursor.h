#pragma once
#include <utility>
#include <vector>

#include "cluster/watches.h"

namespace batata::cluster {

/// Events in order, none missing, up to and with `upto`.
struct Batch {
  std::vector<store::Event> events;
  Revision upto;
};

/// A place in the history of a range of keys, moved forward by `next`. Loop only; its Watches must outlive
/// it.
class Cursor {
 public:
  Cursor(Watches& watches, store::KeyRange range, Revision since)
      : watches_(watches), range_(std::move(range)), position_(since) {}

  /// Waits until there is at least one event after `position()` and gives all there are then.
  /// Errors: kDeadlineExceeded; kCompacted: this cursor fell behind history; read anew and start from there.
  Task<Result<Batch>> next(SteadyTime deadline);
  [[nodiscard]] Revision position() const { return position_; }

 private:
  Watches& watches_;
  store::KeyRange range_;
  Revision position_;
};

}  // namespace batata::cluster
