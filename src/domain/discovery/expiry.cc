#include "domain/discovery/expiry.h"

namespace batata::domain {

void Expiry::start(const std::string& key, SteadyTime when) {
  if (when_.try_emplace(key, when).second) order_.emplace(when, key);
}

void Expiry::cancel(const std::string& key) {
  const auto it = when_.find(key);
  if (it == when_.end()) return;
  order_.erase({it->second, key});
  when_.erase(it);
}

std::vector<std::string> Expiry::take_due(SteadyTime now, std::size_t max) {
  std::vector<std::string> due;
  while (!order_.empty() && order_.begin()->first <= now && due.size() < max) {
    due.push_back(order_.begin()->second);
    when_.erase(due.back());
    order_.erase(order_.begin());
  }
  return due;
}

SteadyTime Expiry::next() const {
  return order_.empty() ? SteadyTime::never() : order_.begin()->first;
}

}  // namespace batata::domain
