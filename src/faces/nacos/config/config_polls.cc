#include "faces/nacos/config/config_polls.h"

#include "async/next_turn.h"

namespace batata::nacos {

domain::ConfigId config_of(const Listening& one) {
  return {domain::canonical_space(one.tenant), one.group, one.data_id};
}

Task<void> ConfigPolls::each(std::string address, Visit visit) const {
  std::size_t visited = 0;
  const auto& polls = polls_->by_number;
  for (auto it = polls.begin(); it != polls.end();) {
    const std::uint64_t number = it->first;
    const Poll& poll = it->second;
    ++visited;
    if (address.empty() || poll.address == address) {
      for (const Listening& one : *poll.listenings) visit(poll.address, one);
      visited += poll.listenings->size();
    }
    if (visited >= kSliceMax) {
      visited = 0;
      co_await next_turn(runtime_);
    }
    it = polls.upper_bound(number);  // that one may have ended meanwhile
  }
}

}  // namespace batata::nacos
