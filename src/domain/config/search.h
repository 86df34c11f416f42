#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "async/executor.h"
#include "async/runtime.h"
#include "async/task.h"
#include "base/result.h"
#include "domain/config/config_id.h"
#include "domain/config/config_service.h"
#include "store/store.h"

namespace batata::domain {

/// Whether whoever asks may see a config; empty: all of them. Others are as if they were not there, in counts
/// too. Any thread.
using Sight = std::function<bool(const ConfigId& id)>;

/// What to look for among the configs of one namespace, and which page of what is found. Empty texts and
/// lists are not looked at.
struct ConfigQuery {
  std::string space = {};  ///< canonical
  std::string group = {}, data_id = {}, app = {};
  std::string content = {};
  std::vector<std::string> tags = {}, types = {};  ///< any of them
  bool blur = false;                               ///< names, content and tags are patterns (like.h)
  std::int64_t page = 1, size = 1;                 ///< from 1
  bool shows_content = false;                      ///< the page is bounded by what its contents come to
  bool is_limited = false;  ///< counts against SearchLimits, as upstream's content search does
  Sight sees = nullptr;
};

/// A page of what was found.
struct FoundPage {
  std::int64_t total = 0, pages = 0;
  std::vector<Found> items;
};

/// The page of `configs` (all of the namespace, in the order of keys) that the query asks for. Pure, any
/// thread, and as slow as there are configs: not for the loop.
///
/// In the order in which configs came into being; by dataId and group where a pattern for the dataId is
/// given. A config is found once for each of its tags that is asked for. All as upstream's database gives it.
/// Errors: kResourceExhausted when matching takes more than kMatchStepsMax, or the page has more content than
/// kPageContentMax.
[[nodiscard]] Result<FoundPage> select_page(const std::vector<store::KeyValuePtr>& configs,
                                            const ConfigQuery& query);

constexpr std::uint64_t kMatchStepsMax = 2'000'000'000;  ///< some seconds of one thread
constexpr std::size_t kPageContentMax = 64u << 20;       ///< of one answer, which is in memory as a whole

/// How many searches there may be.
/// Source: upstream's nacos.config.search.*.
struct SearchLimits {
  std::size_t queued = 4, running = 2;                       ///< together: limited searches under way
  std::chrono::milliseconds wait = std::chrono::seconds(8);  ///< from asking to being looked at
};

/// Searches the configs that this node has applied. Keys are gathered on the loop, a slice at a time;
/// matching and writing the answer happen elsewhere. Loop only.
class ConfigSearch {
 public:
  /// All three outlive the search.
  ConfigSearch(Runtime& runtime, const store::Store& store, Executor& executor,
               const SearchLimits& limits = {})
      : limits_(limits), runtime_(runtime), store_(store), executor_(executor) {}

  /// Writes a page down. Called elsewhere than on the loop: reads what it is given and nothing else.
  using Render = std::function<std::string(const ConfigQuery& query, const FoundPage& page)>;

  /// What `render` makes of the page that is found.
  /// Errors: kResourceExhausted, "server limit match.", when too many searches are under way or this one
  /// would wait too long; those of `select_page`.
  Task<Result<std::string>> find(ConfigQuery query, Render render);

  /// Searches under way that no setting limits: lists of v1. A few megabytes each at 100,000 configs.
  static constexpr std::size_t kUnderWayMax = 64;

 private:
  const SearchLimits limits_;
  Runtime& runtime_;
  const store::Store& store_;
  Executor& executor_;
  std::size_t under_way_ = 0, limited_under_way_ = 0;
};

/// The keys of `range` as they stand while they are gathered, in slices between which others get the loop.
/// `store` outlives the task. Loop only.
[[nodiscard]] Task<std::vector<store::KeyValuePtr>> gather(Runtime& runtime, const store::Store& store,
                                                           store::KeyRange range);

}  // namespace batata::domain
