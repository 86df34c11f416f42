#include "domain/config/config_counts.h"

#include <algorithm>

#include "async/sleep.h"
#include "base/assert.h"
#include "domain/config/config_id.h"
#include "store/slices.h"

namespace batata::domain {
namespace {

using Counts = std::map<std::string, std::size_t, std::less<>>;

void add(Counts& counts, std::string_view prefix, bool is_more) {
  auto it = counts.find(prefix);
  if (is_more) {
    if (it == counts.end()) it = counts.emplace(prefix, 0).first;
    ++it->second;
    return;
  }
  BATATA_ASSERT(it != counts.end());
  if (--it->second == 0) counts.erase(it);
}

std::size_t count_of(const Counts& counts, const std::string& prefix) {
  const auto it = counts.find(prefix);
  return it == counts.end() ? 0 : it->second;
}

}  // namespace

ConfigCounts::ConfigCounts(const store::Store& store) : store_(store), public_(configs_of("public").begin) {}

std::size_t ConfigCounts::all() {
  catch_up();
  return all_;
}

std::size_t ConfigCounts::of(std::string_view space) {
  catch_up();
  return count_of(spaces_, configs_of(space).begin);
}

std::map<std::string, std::size_t> ConfigCounts::of_each_space() {
  catch_up();
  const std::size_t before = all_configs().begin.size();
  std::map<std::string, std::size_t> counts;  // the prefix ends with a NUL
  for (const auto& [prefix, count] : spaces_)
    counts.emplace(prefix.substr(before, prefix.size() - before - 1), count);
  return counts;
}

std::size_t ConfigCounts::of_group(std::string_view group) {
  catch_up();
  return count_of(groups_, configs_in("public", group).begin);
}

Task<void> ConfigCounts::follow(cluster::Watches& watches) {
  for (;;) {
    catch_up();
    cluster::Interest configs{{all_configs()}};
    const auto changed = co_await watches.changed(std::move(configs), upto_, SteadyTime::never());
    // Up to there nothing has changed; without it the next look finds that history is gone, and counts anew.
    if (changed) upto_ = std::max(upto_, *changed);
    co_await sleep_for(watches.runtime(), kGather);
  }
}

void ConfigCounts::catch_up() {
  if (!counted_) return count_all();
  if (store_.revision() == upto_) return;
  const auto events = store_.events(all_configs(), upto_);
  if (!events) return count_all();
  for (const store::Event& event : *events) {
    if (event.before == nullptr) {
      count(event.key(), true);
    } else if (event.after == nullptr) {
      count(event.key(), false);
    }
  }
  upto_ = store_.revision();
}

void ConfigCounts::count_all() {
  all_ = 0;
  spaces_.clear();
  groups_.clear();
  for (store::Slices slices(store_, all_configs(), kSliceMax); !slices.done();)
    for (const store::KeyValuePtr& config : slices.next()) count(config->key, true);
  counted_ = true;
  upto_ = store_.revision();
}

// A key is "config/<space>NUL<group>NUL<dataId>".
void ConfigCounts::count(std::string_view key, bool is_more) {
  is_more ? ++all_ : --all_;
  const std::string_view space = key.substr(0, key.find('\0') + 1);
  add(spaces_, space, is_more);
  if (space == public_) add(groups_, key.substr(0, key.find('\0', space.size()) + 1), is_more);
}

}  // namespace batata::domain
