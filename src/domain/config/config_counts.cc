#include "domain/config/config_counts.h"

#include <algorithm>

#include "async/sleep.h"
#include "base/assert.h"
#include "domain/config/config_id.h"

namespace batata::domain {
namespace {

// "config/<space>NUL", with which the keys of all configs of a namespace begin.
std::string_view space_prefix(std::string_view key) {
  return key.substr(0, key.find('\0') + 1);
}

}  // namespace

std::size_t ConfigCounts::of(std::string_view space) {
  catch_up();
  const auto it = counts_.find(configs_of(space).begin);
  return it == counts_.end() ? 0 : it->second;
}

Task<void> ConfigCounts::follow() {
  for (;;) {
    catch_up();
    cluster::Interest configs{{all_configs()}};
    const auto changed = co_await watches_.changed(std::move(configs), upto_, SteadyTime::never());
    // Up to there nothing has changed; without it the next look finds that history is gone, and counts anew.
    if (changed) upto_ = std::max(upto_, *changed);
    co_await sleep_for(watches_.runtime(), kGather);
  }
}

void ConfigCounts::catch_up() {
  const store::Store& store = watches_.store();
  if (!counted_) return count_all();
  if (store.revision() == upto_) return;
  const auto events = store.events(all_configs(), upto_);
  if (!events) return count_all();
  for (const store::Event& event : *events) {
    const std::string_view prefix = space_prefix(event.key());
    if (event.before == nullptr) {
      ++counts_[std::string(prefix)];
    } else if (event.after == nullptr) {
      const auto it = counts_.find(prefix);
      BATATA_ASSERT(it != counts_.end());
      if (--it->second == 0) counts_.erase(it);
    }
  }
  upto_ = store.revision();
}

void ConfigCounts::count_all() {
  const store::Store& store = watches_.store();
  counts_.clear();
  for (store::KeyRange left = all_configs();;) {
    const auto slice = store.latest().range(left, kSliceMax);
    for (const store::KeyValuePtr& config : slice) ++counts_[std::string(space_prefix(config->key))];
    if (slice.size() < kSliceMax) break;
    left.begin = slice.back()->key + '\0';
  }
  counted_ = true;
  upto_ = store.revision();
}

}  // namespace batata::domain
