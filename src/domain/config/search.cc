#include "domain/config/search.h"

#include <algorithm>
#include <tuple>

#include "async/next_turn.h"
#include "base/counted.h"
#include "domain/config/like.h"
#include "store/slices.h"

namespace batata::domain {
namespace {

constexpr std::string_view kTooMany = "server limit match.";

// One query against one config after the other.
class Matcher {
 public:
  explicit Matcher(const ConfigQuery& query) : query_(query) {}

  // How often the config is found.
  std::size_t times(const ConfigId& id, const ConfigView& config) {
    if (!fits(query_.data_id, id.data_id) || !fits(query_.group, id.group)) return 0;
    if (!query_.app.empty() && query_.app != config.app) return 0;
    if (!query_.types.empty() && std::ranges::find(query_.types, config.type) == query_.types.end()) return 0;
    if (!fits(query_.content, config.content)) return 0;
    return query_.tags.empty() ? 1 : tags_found(config.tags);
  }
  [[nodiscard]] bool is_spent() const { return budget_.is_spent(); }

 private:
  bool fits(const std::string& wanted, std::string_view text) {
    return wanted.empty() || (query_.blur ? is_like(wanted, text, budget_) : wanted == text);
  }
  std::size_t tags_found(std::string_view tags) {
    std::size_t found = 0;
    while (!tags.empty()) {
      const auto tag = tags.substr(0, tags.find(','));
      tags.remove_prefix(std::min(tags.size(), tag.size() + 1));
      const auto wanted = [&](const std::string& one) { return fits(one, tag); };
      if (!tag.empty() && std::ranges::any_of(query_.tags, wanted)) ++found;
    }
    return found;
  }

  const ConfigQuery& query_;
  MatchBudget budget_{kMatchStepsMax};
};

bool is_ordered_by_name(const ConfigQuery& query) {
  return query.blur && !query.data_id.empty();
}

void sort(std::vector<Found>& found, const ConfigQuery& query) {
  if (is_ordered_by_name(query)) {
    std::ranges::sort(found, {}, [](const Found& f) { return std::tie(f.id.data_id, f.id.group); });
  } else {
    sort_by_age(found);
  }
}

Result<std::vector<Found>> find_all(const std::vector<store::KeyValuePtr>& configs,
                                    const ConfigQuery& query) {
  Matcher matcher(query);
  std::vector<Found> found;
  for (const auto& stored : configs) {
    const auto id = config_id(stored->key);
    const auto config = decode_config(stored->value);
    if (!id || !config) continue;
    const std::size_t times = matcher.times(*id, *config);
    if (matcher.is_spent())
      return fail(Errc::kResourceExhausted, "the search takes too long: ask with fewer stars");
    if (times > 0 && query.sees && !query.sees(*id)) continue;
    for (std::size_t i = 0; i < times; ++i) found.push_back({*id, Config(stored, *config)});
  }
  return found;
}

// The keys that can be found at all.
store::KeyRange range_of(const ConfigQuery& query) {
  if (query.blur || query.group.empty()) return configs_of(query.space);
  if (query.data_id.empty()) return configs_in(query.space, query.group);
  return store::KeyRange::one(config_key({query.space, query.group, query.data_id}));
}

}  // namespace

Result<FoundPage> select_page(const std::vector<store::KeyValuePtr>& configs, const ConfigQuery& query) {
  auto found = find_all(configs, query);
  if (!found) return tl::unexpected(std::move(found.error()));
  sort(*found, query);
  FoundPage page;
  page.total = static_cast<std::int64_t>(found->size());
  // Divisions, so that no product of page and size can overflow.
  page.pages = page.total / query.size + (page.total % query.size != 0 ? 1 : 0);
  if (query.page > page.pages) return page;
  const auto first = (query.page - 1) * query.size;
  const auto last = first + std::min(query.size, page.total - first);
  page.items.assign(std::make_move_iterator(found->begin() + first),
                    std::make_move_iterator(found->begin() + last));
  if (!query.shows_content) return page;
  std::size_t bytes = 0;
  for (const Found& one : page.items) bytes += one.config->content.size();
  if (bytes > kPageContentMax)
    return fail(Errc::kResourceExhausted, "the page has more than 64 MiB of content: ask for fewer configs");
  return page;
}

Task<Result<std::string>> ConfigSearch::find(ConfigQuery query, Render render) {
  const std::size_t limited_max = limits_.queued + limits_.running;
  if (under_way_ >= kUnderWayMax || (query.is_limited && limited_under_way_ >= limited_max))
    co_return fail(Errc::kResourceExhausted, std::string(kTooMany));
  std::size_t uncounted = 0;
  const Counted counted(under_way_);
  const Counted limited(query.is_limited ? limited_under_way_ : uncounted);
  const SteadyTime latest = runtime_.now() + limits_.wait;
  auto range = range_of(query);
  auto configs = co_await gather(runtime_, store_, std::move(range));
  UniqueFunction<Result<std::string>()> job = [&runtime = runtime_, latest, query = std::move(query),
                                               render = std::move(render),
                                               configs = std::move(configs)]() -> Result<std::string> {
    if (runtime.now() > latest) return fail(Errc::kResourceExhausted, std::string(kTooMany));
    auto page = select_page(configs, query);
    if (!page) return tl::unexpected(std::move(page.error()));
    return render(query, *page);
  };
  co_return co_await run_elsewhere<Result<std::string>>(runtime_, executor_, std::move(job));
}

Task<std::vector<store::KeyValuePtr>> gather(Runtime& runtime, const store::Store& store,
                                             store::KeyRange range) {
  std::vector<store::KeyValuePtr> keys;
  for (store::Slices slices(store, std::move(range), ConfigService::kSliceMax); !slices.done();) {
    auto slice = slices.next();
    keys.insert(keys.end(), std::make_move_iterator(slice.begin()), std::make_move_iterator(slice.end()));
    if (!slices.done()) co_await next_turn(runtime);
  }
  co_return keys;
}

}  // namespace batata::domain
