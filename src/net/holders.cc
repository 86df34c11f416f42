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
    holder.looked_at_ = false;
    holders_.push_back(&holder);
    if (load_ != nullptr && !is_set()) wheel_.set(*this, now_ + kLook);
    return;
  }
  holders_[holder.index_] = holders_.back();
  holders_.back()->index_ = holder.index_;
  holders_.pop_back();
  holder.index_ = Holder::kNowhere;
  // Nobody may be left to look, and what was told would protect those of other threads for ever.
  if (holders_.empty() && std::exchange(looks_, 0) > 0) all_.tell(thread_, 0);
}

// The first look in a shortage only sees how much each has taken until then, the second tells the other
// threads of the greatest, and from the third on the greatest of all go.
void Holders::expired() {
  const bool is_short = load_->unsent().too_many();
  looks_ = is_short ? std::min(looks_ + 1, 3) : 0;
  const std::vector<Holder*> slow = is_short ? slow_ones() : std::vector<Holder*>();
  all_.tell(thread_, looks_ < 2 ? 0 : greatest_of(slow));
  if (looks_ == 3) {
    shed(slow);
    // Of those that have ended, too, which live on in this turn and have nothing.
    all_.tell(thread_, greatest_of(slow));
  }
  if (!holders_.empty()) wheel_.set(*this, now_ + kLook);
}

std::size_t Holders::greatest_of(const std::vector<Holder*>& holders) {
  std::size_t greatest = 0;
  for (const Holder* const holder : holders) greatest = std::max(greatest, holder->held_);
  return greatest;
}

// Those that are worth it, the greatest first. Who has come since the last look had less than its time.
std::vector<Holder*> Holders::slow_ones() {
  constexpr std::uint64_t kLooks = kSoon / kLook;
  std::vector<Holder*> slow;
  for (Holder* const holder : holders_) {
    const std::uint64_t before = std::exchange(holder->taken_before_, holder->taken());
    if (!std::exchange(holder->looked_at_, true)) continue;
    // It may seem to go back: what is on the way is counted with what TLS adds, what was written without.
    const std::uint64_t taken = holder->taken_before_ - std::min(before, holder->taken_before_);
    if (holder->held_ >= kWorthShedding && taken * kLooks < holder->held_) slow.push_back(holder);
  }
  std::ranges::sort(slow, [](const Holder* a, const Holder* b) { return a->held_ > b->held_; });
  return slow;
}

// Whoever has less than half of what the greatest has is let alone until that one has gone. Any of them may
// have gone, or got less, by what the end of another one did.
void Holders::shed(const std::vector<Holder*>& slow) {
  const std::size_t greatest = all_.of_all();
  for (Holder* const holder : slow) {
    if (holder->index_ == Holder::kNowhere || holder->held_ < greatest / 2) continue;
    if (!shed_if_needed(*holder)) return;
  }
}

// Other threads shed, too: what they have given up is seen in the load, and what they are about to is taken
// off. An end is told after the load is, so that nothing is missed in between.
bool Holders::shed_if_needed(Holder& holder) {
  const wire::HeldBytes& unsent = load_->unsent();
  const std::size_t bytes = holder.held_, room = unsent.most() - unsent.most() / 8;
  const std::size_t going = all_.begin_shedding(bytes);
  const bool needed = unsent.bytes() > room + going;
  if (needed) holder.shed();
  all_.end_shedding(bytes);
  return needed;
}

}  // namespace batata::net
