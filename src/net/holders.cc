#include "net/holders.h"

#include <algorithm>
#include <utility>

namespace batata::net {

std::size_t GreatestHeld::of_all() const {
  std::size_t greatest = 0;
  for (const auto& bytes : bytes_) greatest = std::max(greatest, bytes.load(std::memory_order_relaxed));
  return greatest;
}

void Holders::note(Holder& holder, std::size_t bytes) {
  holder.held_ = bytes;
  const bool is_in = holder.index_ != Holder::kNowhere;
  if (is_in == (bytes > 0)) return;
  if (!is_in) {
    holder.index_ = holders_.size();
    holder.taken_before_ = 0;  // the first look finds what it has taken
    holders_.push_back(&holder);
    if (load_ != nullptr && !is_set()) wheel_.set(*this, now_ + kLook);
    return;
  }
  holders_[holder.index_] = holders_.back();
  holders_.back()->index_ = holder.index_;
  holders_.pop_back();
  holder.index_ = Holder::kNowhere;
}

// The first look in a shortage only sees how much each has taken until then, the second tells the other
// threads of the greatest, and from the third on the greatest of all go.
void Holders::expired() {
  const bool is_short = load_->unsent().too_many();
  looks_ = is_short ? std::min(looks_ + 1, 3) : 0;
  std::vector<Holder*> slow;
  if (is_short) slow = slow_ones();
  all_.tell(thread_, slow.empty() || looks_ < 2 ? 0 : slow.front()->held_);
  if (looks_ == 3) shed(std::move(slow));
  if (!holders_.empty()) wheel_.set(*this, now_ + kLook);
}

// Those that are worth it, the greatest first.
std::vector<Holder*> Holders::slow_ones() {
  constexpr std::uint64_t kLooks = kSoon / kLook;
  std::vector<Holder*> slow;
  for (Holder* const holder : holders_) {
    const std::uint64_t before = std::exchange(holder->taken_before_, holder->taken());
    const std::uint64_t taken = holder->taken_before_ - before;
    if (holder->held_ >= kWorthShedding && taken * kLooks < holder->held_) slow.push_back(holder);
  }
  std::ranges::sort(slow, [](const Holder* a, const Holder* b) { return a->held_ > b->held_; });
  return slow;
}

// Whoever has less than half of what the greatest has is let alone until that one has gone.
void Holders::shed(std::vector<Holder*> slow) const {
  const wire::HeldBytes& unsent = load_->unsent();
  const std::size_t greatest = all_.of_all(), room = unsent.most() - unsent.most() / 8;
  const std::size_t held = unsent.bytes();
  std::size_t excess = held > room ? held - room : 0;
  for (Holder* const holder : slow) {
    if (excess == 0 || holder->held_ < greatest / 2) return;
    excess -= std::min(excess, holder->held_);
    if (holder->index_ != Holder::kNowhere) holder->shed();
  }
}

}  // namespace batata::net
