#include "domain/config/config_service.h"

#include <algorithm>
#include <tuple>

#include "async/next_turn.h"
#include "async/together.h"
#include "base/counted.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "cluster/planned_write.h"
#include "domain/config/gray_publish.h"
#include "domain/config/wave.h"
#include "store/slices.h"

namespace batata::domain {

namespace {

constexpr std::size_t kOverhead = 1024;  // what waits for its turn costs without its text, about

// The bytes of a stored value, which go into the history when it is erased.
std::size_t size_of(const store::KeyValuePtr& stored) {
  return stored == nullptr ? 0 : stored->value.size();
}

Task<void> keep(Task<Status> task, Status& out) {
  out = co_await task;
}

}  // namespace

Task<Result<Revision>> ConfigService::publish(cluster::Context context, Publish request) {
  if (auto content = check_content(request.id, request.content); !content) {
    co_return tl::unexpected(std::move(content.error()));
  }
  if (auto details = check_details(request); !details) co_return tl::unexpected(std::move(details.error()));
  const std::string md5 = md5_hex(request.content);
  const std::string key = config_key(request.id);
  const Counted waiting(waiting_bytes_, size_of(request) + kOverhead);
  if (waiting_bytes_ > kWaitingBytesMax)
    co_return fail(Errc::kResourceExhausted, "too many publishes are waiting");
  // One plan at a time for each config: of several made from the same state all but one would be written for
  // nothing.
  const auto turn = co_await turns_.take(key);
  std::optional<Turns::Turn> creating;  // held until the new config is counted
  // As cluster::write_planned, but for a plan that may have to wait for its turn.
  for (int plans = 0; plans < cluster::kPlansMax; ++plans) {
    if (!creating && checks_capacity(request) && latest_.find(key) == nullptr) {
      auto turn_to_create = co_await capacities_->turn_to_create();
      creating.emplace(std::move(turn_to_create));
    }
    auto txn = plan(key, request, md5);
    if (!txn) co_return tl::unexpected(std::move(txn.error()));
    auto done = co_await proposer_.propose(context, std::move(*txn));
    if (!done) co_return fail(std::move(done.error()), "publish " + request.id.data_id);
    if (!done->applied) continue;
    ++published_;
    co_return done->revision;
  }
  co_return fail(Errc::kUnavailable, "publish " + request.id.data_id + ": others write it too often");
}

Task<Status> ConfigService::remove(cluster::Context context, Removal request) {
  if (auto named = check_config_id(request.id); !named) co_return tl::unexpected(std::move(named.error()));
  const std::string key = config_key(request.id);
  const std::string erased = is_blank(request.gray) ? key : gray_key(request.id, request.gray);
  const Counted waiting(waiting_bytes_, size_of(latest_.find(erased)) + kOverhead);
  if (waiting_bytes_ > kWaitingBytesMax)
    co_return fail(Errc::kResourceExhausted, "too many changes are waiting");
  const auto turn = co_await turns_.take(key);
  auto done = co_await cluster::write_planned(proposer_, std::move(context), "remove " + request.id.data_id,
                                              [&] { return plan(key, request); });
  if (!done) co_return tl::unexpected(std::move(done.error()));
  co_return Status{};
}

Task<Status> ConfigService::remove_numbered(cluster::Context context, std::vector<std::uint64_t> numbers,
                                            std::string address) {
  const auto ids = co_await numbered(std::move(numbers));
  for (std::size_t next = 0; next < ids.size();) {
    const std::size_t first = next;
    for (Wave wave; next < ids.size() && wave.takes(size_of(latest_.find(config_key(ids[next]))));) ++next;
    context.deadline = runtime_.now() + kWriteTimeout;
    std::vector<Status> done(next - first);
    std::vector<Task<void>> tasks;
    for (std::size_t i = first; i < next; ++i) {
      Removal removal{ids[i], {}, context.principal, address};
      tasks.push_back(keep(remove(context, std::move(removal)), done[i - first]));
    }
    co_await together(runtime_, std::move(tasks));
    for (Status& one : done)
      if (!one) co_return std::move(one);
  }
  co_return Status{};
}

bool ConfigService::checks_capacity(const Publish& request) const {
  return has_quotas() && !request.gray;
}

Result<store::Txn> ConfigService::plan(const std::string& key, const Publish& request,
                                       const std::string& md5) {
  const Revision at = store_.revision();
  const WallTime now = runtime_.wall_now();
  auto txn = request.gray ? plan_gray_publish(latest_.find(grays_key(request.id)),
                                              latest_.find(gray_key(request.id, request.gray->name)), at,
                                              request, md5, now, std::min(options_.grays_max, kGraysMax))
                          : plan_publish(latest_.find(key), at, request, md5, now);
  if (txn && checks_capacity(request)) {
    const bool is_new = latest_.find(key) == nullptr;
    auto admitted = capacities_->admit(request.id, request.content.size(), is_new, *txn);
    if (!admitted) return tl::unexpected(std::move(admitted.error()));
  }
  if (txn) trim_history(request.id, key, *txn);
  return txn;
}

Result<std::optional<store::Txn>> ConfigService::plan(const std::string& key, const Removal& request) {
  const Revision at = store_.revision();
  const WallTime now = runtime_.wall_now();
  std::optional<store::Txn> txn;
  if (is_blank(request.gray)) {
    txn = plan_remove(latest_.find(key), at, request, now);
  } else {
    auto planned = plan_gray_remove(latest_.find(grays_key(request.id)),
                                    latest_.find(gray_key(request.id, request.gray)), at, request, now);
    if (!planned) return tl::unexpected(std::move(planned.error()));
    txn = std::move(*planned);
  }
  if (txn) trim_history(request.id, key, *txn);
  return txn;
}

void ConfigService::trim_history(const ConfigId& id, const std::string& key, store::Txn& txn) {
  std::size_t bytes = 0;
  for (const store::Op& op : txn.then) {
    if (const auto* put = std::get_if<store::Put>(&op)) bytes = std::max(bytes, put->value.size());
    const auto* copy = std::get_if<store::PutCopy>(&op);
    const auto kept = copy == nullptr ? nullptr : latest_.find(copy->source);
    if (kept != nullptr) bytes = std::max(bytes, copy->head.size() + kept->value.size());
  }
  if (auto surplus = history_.surplus(id, key, bytes))
    txn.then.emplace_back(store::Erase{std::move(*surplus)});
}

std::optional<Config> ConfigService::get(const ConfigId& id) const {
  store::KeyValuePtr stored = latest_.find(config_key(id));
  if (stored == nullptr) return std::nullopt;
  const auto view = decode_config(stored->value);
  if (!view) {
    log::error("config unreadable key={} error={}", stored->key, view.error().message);
    return std::nullopt;
  }
  return Config(std::move(stored), *view);
}

bool ConfigService::has_grays(const ConfigId& id) const {
  return latest_.find(grays_key(id)) != nullptr;
}

std::optional<Reading> ConfigService::release(const ConfigId& id, const GrayView& gray) const {
  store::KeyValuePtr stored = latest_.find(gray_key(id, gray.name));
  if (stored == nullptr) return std::nullopt;  // erased since the index was read
  const auto view = decode_config(stored->value);
  if (!view) {
    log::error("gray release unreadable key={} error={}", stored->key, view.error().message);
    return std::nullopt;
  }
  const GrayRuleView& rule = gray.rule;
  return Reading{Config(std::move(stored), *view), std::string(gray.name),
                 GrayRule{std::string(rule.type), std::string(rule.version), std::string(rule.expression),
                          rule.priority}};
}

std::optional<Reading> ConfigService::read(const ConfigId& id, const Reader& reader) const {
  if (const auto index = latest_.find(grays_key(id))) {
    const auto grays = decode_grays(index->value);
    if (!grays) log::error("gray releases unreadable key={} error={}", index->key, grays.error().message);
    const GrayView* gray = grays ? match(*grays, reader) : nullptr;
    if (gray != nullptr)
      if (auto reading = release(id, *gray)) return reading;
  }
  if (reader.only_tag) return std::nullopt;
  auto config = get(id);
  if (!config) return std::nullopt;
  return Reading{std::move(*config), {}, {}};
}

std::optional<Reading> ConfigService::gray(const ConfigId& id, std::string_view name) const {
  const auto index = latest_.find(grays_key(id));
  if (index == nullptr) return std::nullopt;
  const auto grays = decode_grays(index->value);
  if (!grays) return std::nullopt;
  const auto found = std::ranges::find(*grays, name, &GrayView::name);
  return found == grays->end() ? std::nullopt : release(id, *found);
}

bool ConfigService::is_current(const ConfigId& id, const Reader& reader, std::string_view md5) const {
  if (const auto index = latest_.find(grays_key(id))) {
    const auto grays = decode_grays(index->value);
    const GrayView* gray = grays ? match(*grays, reader) : nullptr;
    if (gray != nullptr) return gray->md5 == md5;
  }
  const auto stored = latest_.find(config_key(id));
  return md5_of(stored) == md5;
}

bool ConfigService::has_room_for(const ConfigId& id, std::string_view gray_name) const {
  const auto index = latest_.find(grays_key(id));
  const auto grays = index == nullptr ? Result<std::vector<GrayView>>() : decode_grays(index->value);
  if (!grays || grays->size() < std::min(options_.grays_max, kGraysMax)) return true;
  return std::ranges::find(*grays, gray_name, &GrayView::name) != grays->end();
}

Task<std::vector<ConfigId>> ConfigService::numbered(std::vector<std::uint64_t> numbers) {
  std::vector<ConfigId> found;
  if (numbers.empty()) co_return found;
  std::ranges::sort(numbers);
  for (store::Slices slices(store_, all_configs(), kSliceMax); !slices.done();) {
    for (const auto& stored : slices.next()) {
      if (!std::ranges::binary_search(numbers, numeric_id_of_key(stored->key))) continue;
      if (auto id = config_id(stored->key)) found.push_back(std::move(*id));
    }
    if (!slices.done()) co_await next_turn(runtime_);
  }
  co_return found;
}

Task<std::vector<Found>> ConfigService::of_space(std::string space) {
  std::vector<Found> found;
  for (store::Slices slices(store_, configs_of(space), kSliceMax); !slices.done();) {
    for (const auto& stored : slices.next()) {
      auto id = config_id(stored->key);
      const auto config = decode_config(stored->value);
      if (id && config) found.push_back({std::move(*id), Config(stored, *config)});
    }
    if (!slices.done()) co_await next_turn(runtime_);
  }
  sort_by_age(found);
  co_return found;
}

void sort_by_age(std::vector<Found>& found) {
  std::ranges::sort(found, {}, [](const Found& f) {
    const store::KeyValue& stored = *f.config.stored();
    return std::tie(stored.created, stored.key);  // several may have come in one transaction
  });
}

std::string_view md5_of(const store::KeyValuePtr& stored) {
  if (stored == nullptr) return {};
  const auto view = decode_config(stored->value);
  return view ? view->md5 : std::string_view{};
}

}  // namespace batata::domain
