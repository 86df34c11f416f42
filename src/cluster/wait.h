#pragma once
#include <optional>
#include <utility>

#include "cluster/context.h"
#include "cluster/watches.h"

namespace batata::cluster {

/// The one way in which every long poll of every product waits. Asks `query` (a callable that gives an
/// optional answer from the present state); while it has none, waits for a change of `interest` and asks
/// again.
///
/// Completes with the answer, or with nothing when `context.deadline` passes first. Loop only. `query` must
/// stay valid while the task runs.
template <class Answer, class Query>
Task<std::optional<Answer>> wait_for_change(Context context, Watches& watches, Interest interest,
                                            Query query) {
  for (;;) {
    std::optional<Answer> answer = query();
    if (answer) co_return answer;
    const Revision known = watches.store().revision();
    Interest again = interest;
    auto changed = co_await watches.changed(std::move(again), known, context.deadline);
    // History that is gone is no failure here: the question is asked of the present state.
    if (!changed && changed.error().code == Errc::kDeadlineExceeded) co_return std::nullopt;
  }
}

}  // namespace batata::cluster
