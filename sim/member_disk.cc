#include "sim/member_disk.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace batata::sim {

bool MemberDisk::has(const raft::Entry& entry) const {
  return entry.index.value <= log_.size() && log_[entry.index.value - 1].term == entry.term;
}

void MemberDisk::save(raft::HardState hard_state, Saved saved) {
  BATATA_ASSERT(!saving_);
  saving_ = hard_state;
  if (!step()) return;
  runtime_.at(runtime_.now() + latency(), [this, life = life_, saved = std::move(saved)] {
    if (life != life_) return;
    hard_state_ = *std::exchange(saving_, std::nullopt);
    if (step()) saved();
  });
}

void MemberDisk::append(const std::vector<raft::Entry>& entries) {
  for (const raft::Entry& entry : entries) writing_.push_back(entry);
  if (step()) begin_sync();
}

void MemberDisk::begin_sync() {
  if (syncing_ || writing_.empty() || allowed_ == 0) return;
  syncing_ = true;
  // Mostly all that waits shares a sync; sometimes it is cut, so that a crash finds a part of it.
  std::uint64_t count = writing_.size();
  if (allowed_ != kUnlimited) {
    count = 1;
  } else if (runtime_.random() % 4 == 0) {
    count = 1 + runtime_.random() % count;
  }
  runtime_.at(runtime_.now() + latency(), [this, life = life_, count] {
    if (life == life_) end_sync(count);
  });
}

void MemberDisk::end_sync(std::uint64_t count) {
  syncing_ = false;
  if (allowed_ != kUnlimited) allowed_ -= count;
  for (std::uint64_t i = 0; i < count; ++i) {
    put(std::move(writing_.front()));
    writing_.pop_front();
  }
  const LogIndex index = log_.back().index;
  const Term term = log_.back().term;
  if (!step()) return;
  begin_sync();
  persisted_(index, term);
}

void MemberDisk::put(raft::Entry entry) {
  BATATA_ASSERT(entry.index.value <= log_.size() + 1);
  log_.resize(entry.index.value - 1);
  log_.push_back(std::move(entry));
}

void MemberDisk::crash() {
  ++life_;
  trip_steps_ = 0;
  syncing_ = false;
  if (const auto under_way = std::exchange(saving_, std::nullopt); under_way && runtime_.random() % 2 == 0)
    hard_state_ = *under_way;
  const bool hangs = std::exchange(allowed_, kUnlimited) != kUnlimited;
  const std::uint64_t kept = hangs ? 0 : runtime_.random() % (writing_.size() + 1);
  for (std::uint64_t i = 0; i < kept; ++i) put(std::move(writing_[i]));
  writing_.clear();
}

void MemberDisk::resume() {
  allowed_ = kUnlimited;
  begin_sync();
}

bool MemberDisk::step() {
  if (trip_steps_ == 0 || --trip_steps_ > 0) return true;
  const auto life = life_;
  std::exchange(trip_, {})();
  return life == life_;
}

Duration MemberDisk::latency() {
  const auto spread = static_cast<std::uint64_t>((longest_ - shortest_).count()) + 1;
  return shortest_ + Duration(static_cast<std::int64_t>(runtime_.random() % spread));
}

}  // namespace batata::sim
