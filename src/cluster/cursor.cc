#include "cluster/cursor.h"

namespace batata::cluster {

Task<Result<Batch>> Cursor::next(SteadyTime deadline) {
  Interest interest{{range_}};
  auto changed = co_await watches_.changed(std::move(interest), position_, deadline);
  if (!changed) co_return tl::unexpected(std::move(changed.error()));
  // More may have been applied between the wake-up and now: everything up to the present revision is taken.
  // From the first event on: what others wrote during a long wait may be gone, and means nothing here.
  auto events = watches_.store().events(range_, *changed);
  if (!events) co_return tl::unexpected(std::move(events.error()));
  position_ = watches_.store().revision();
  Batch batch{std::move(*events), position_};
  co_return std::move(batch);
}

}  // namespace batata::cluster
