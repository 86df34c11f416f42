#include "replica/compactor.h"

#include <algorithm>
#include <chrono>

namespace batata::replica {

Duration Compactor::period() const {
  constexpr int kNotes = 64;  // of one age
  constexpr Duration kShortest = std::chrono::seconds(1), kLongest = std::chrono::minutes(1);
  return limits_.age == Duration::zero() ? kLongest : std::clamp(limits_.age / kNotes, kShortest, kLongest);
}

void Compactor::note(const store::Store& store, SteadyTime now) {
  if (limits_.age == Duration::zero()) return;
  if (notes_.empty() || notes_.back().second < store.revision()) notes_.emplace_back(now, store.revision());
}

std::optional<Revision> Compactor::due(const store::Store& store, SteadyTime now) {
  std::optional<Revision> upto;
  if (const std::size_t kept = store.history_size(); kept > limits_.events + limits_.events / 8)
    upto = store.history_revision(kept - limits_.events - 1);
  while (!notes_.empty() && notes_.front().second <= store.oldest_known()) notes_.pop_front();
  for (const auto& [at, revision] : notes_) {
    if (at + limits_.age > now) break;
    upto = std::max(upto.value_or(revision), revision);
  }
  return upto;
}

}  // namespace batata::replica
