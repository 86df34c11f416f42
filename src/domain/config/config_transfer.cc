#include "domain/config/config_transfer.h"

#include <map>
#include <set>

#include "async/next_turn.h"
#include "async/together.h"
#include "base/counted.h"
#include "base/text.h"
#include "domain/config/capacity.h"
#include "domain/config/wave.h"

namespace batata::domain {
namespace {

// Whether a config failed for what it is, so that others may fare better.
bool is_its_own_fault(const Error& error, SamePolicy policy) {
  return error.code == Errc::kInvalidArgument || capacity_limit(error).has_value() ||
         (error.code == Errc::kConflict && policy != SamePolicy::kOverwrite);
}

tl::unexpected<Error> too_many() {
  return fail(Errc::kResourceExhausted, "server limit match.");
}

}  // namespace

std::optional<SamePolicy> policy_named(std::string_view word) {
  if (word == "ABORT") return SamePolicy::kAbort;
  if (word == "SKIP") return SamePolicy::kSkip;
  if (word == "OVERWRITE") return SamePolicy::kOverwrite;
  return std::nullopt;
}

Task<Result<std::string>> ConfigTransfer::export_archive(ExportQuery query) {
  if (under_way_ >= kUnderWayMax) co_return too_many();
  const Counted counted(under_way_);
  auto range = configs_of(query.space);
  auto configs = co_await gather(runtime_, store_, std::move(range));
  UniqueFunction<Result<std::string>()> job = [configs = std::move(configs), query = std::move(query)] {
    return export_configs(configs, query);
  };
  co_return co_await run_elsewhere<Result<std::string>>(runtime_, executor_, std::move(job));
}

Task<tl::expected<Imported, ImportError>> ConfigTransfer::import_archive(cluster::Context context,
                                                                         std::string bytes,
                                                                         ImportTarget target,
                                                                         SamePolicy policy) {
  if (under_way_ >= kUnderWayMax) co_return tl::unexpected<ImportError>(too_many().value());
  if (auto user = check_user(target.user); !user)
    co_return tl::unexpected<ImportError>(std::move(user.error()));
  const Counted counted(under_way_);  // until all is published: what is read is held as long
  UniqueFunction<tl::expected<Import, ImportFault>()> job =
      [bytes = std::move(bytes), target = std::move(target)] { return read_import(bytes, target); };
  auto import =
      co_await run_elsewhere<tl::expected<Import, ImportFault>>(runtime_, executor_, std::move(job));
  if (!import) co_return tl::unexpected<ImportError>(import.error());
  std::vector<Item> items;
  items.reserve(import->configs.size());
  for (Publish& config : import->configs) items.push_back({std::move(config)});
  auto outcome = co_await publish(std::move(context), std::move(items), policy);
  if (!outcome) co_return tl::unexpected<ImportError>(std::move(outcome.error()));
  co_return Imported{std::move(*outcome), std::move(import->unrecognized)};
}

Task<Result<TransferOutcome>> ConfigTransfer::copy(cluster::Context context, std::vector<CloneWish> wishes,
                                                   ImportTarget target, SamePolicy policy) {
  if (under_way_ >= kUnderWayMax) co_return too_many();
  if (auto user = check_user(target.user); !user) co_return tl::unexpected(std::move(user.error()));
  const Counted counted(under_way_);
  auto items = co_await items_of(std::move(wishes), std::move(target));
  if (items.empty()) co_return fail(Errc::kNotFound, "none of the configs is there");
  co_return co_await publish(std::move(context), std::move(items), policy);
}

Task<std::vector<ConfigTransfer::Item>> ConfigTransfer::items_of(std::vector<CloneWish> wishes,
                                                                 ImportTarget target) {
  std::vector<std::uint64_t> numbers;
  for (const CloneWish& wish : wishes) numbers.push_back(wish.number);
  std::map<std::uint64_t, ConfigId> sources;
  auto found = co_await configs_.numbered(std::move(numbers));
  for (ConfigId& id : found) sources.emplace(numeric_id(id), std::move(id));
  std::vector<Item> items;
  for (CloneWish& wish : wishes) {
    auto source = sources.extract(wish.number);
    if (source.empty()) continue;
    Item item;
    item.source = std::move(source.mapped());
    item.publish.id.space = target.space;
    item.publish.id.group = is_blank(wish.group) ? item.source->group : std::move(wish.group);
    item.publish.id.data_id = is_blank(wish.data_id) ? item.source->data_id : std::move(wish.data_id);
    item.publish.user = target.user;
    item.publish.address = target.address;
    items.push_back(std::move(item));
  }
  co_return items;
}

Task<Result<TransferOutcome>> ConfigTransfer::publish(cluster::Context context, std::vector<Item> items,
                                                      SamePolicy policy) {
  TransferOutcome outcome;
  for (std::size_t next = 0; next < items.size();) {
    if (policy == SamePolicy::kAbort && !outcome.failed.empty()) {
      outcome.skipped.push_back(std::move(items[next++].publish.id));
      continue;
    }
    const std::size_t first = next;
    next = wave_end(items, first, policy);
    std::vector<ConfigId> ids;
    std::vector<Result<Fate>> fates(next - first);
    std::vector<Task<void>> tasks;
    for (std::size_t i = first; i < next; ++i) {
      ids.push_back(items[i].publish.id);
      tasks.push_back(keep(publish_one(context, std::move(items[i]), policy), fates[i - first]));
    }
    co_await together(runtime_, std::move(tasks));
    Status broken;
    for (std::size_t i = 0; i < fates.size(); ++i) {
      if (fates[i]) {
        note(*fates[i], std::move(ids[i]), outcome);
      } else {
        broken = tl::unexpected(std::move(fates[i].error()));
      }
    }
    if (!broken) co_return fail(std::move(broken.error()), std::to_string(outcome.published) + " published");
    co_await next_turn(runtime_);  // where all are skipped nothing else has waited
  }
  co_return outcome;
}

void ConfigTransfer::note(Fate fate, ConfigId id, TransferOutcome& outcome) {
  switch (fate) {
    case Fate::kPublished:
      ++outcome.published;
      break;
    case Fate::kSkipped:
      outcome.skipped.push_back(std::move(id));
      break;
    case Fate::kFailed:
      outcome.failed.push_back(std::move(id));
      break;
    case Fate::kGone:
      break;
  }
}

Task<void> ConfigTransfer::keep(Task<Result<Fate>> task, Result<Fate>& out) {
  out = co_await task;
}

Task<Result<ConfigTransfer::Fate>> ConfigTransfer::publish_one(cluster::Context context, Item item,
                                                               SamePolicy policy) {
  if (policy == SamePolicy::kSkip && configs_.get(item.publish.id)) co_return Fate::kSkipped;
  if (!fill(item)) co_return Fate::kGone;
  // Another writer may come between: the plan compares once more.
  item.publish.only_new = policy != SamePolicy::kOverwrite;
  context.deadline = runtime_.now() + ConfigService::kWriteTimeout;
  auto done = co_await configs_.publish(std::move(context), std::move(item.publish));
  if (done) co_return Fate::kPublished;
  if (!is_its_own_fault(done.error(), policy)) co_return tl::unexpected(std::move(done.error()));
  const bool is_there = policy == SamePolicy::kSkip && done.error().code == Errc::kConflict;
  co_return is_there ? Fate::kSkipped : Fate::kFailed;
}

std::size_t ConfigTransfer::wave_end(const std::vector<Item>& items, std::size_t first,
                                     SamePolicy policy) const {
  Wave wave;
  std::set<ConfigId> ids;
  std::size_t end = first;
  while (end < items.size()) {
    // Under kAbort what may fail goes alone, and last: nothing is published behind it.
    const bool alone = policy == SamePolicy::kAbort &&
                       (!is_welcome(items[end]) || !ids.insert(items[end].publish.id).second);
    if ((alone && end > first) || !wave.takes(size_of(items[end]))) break;
    ++end;
    if (alone) break;
  }
  return end;
}

// Whether nothing speaks against publishing it as a new config.
bool ConfigTransfer::is_welcome(const Item& item) const {
  const Publish& publish = item.publish;
  if (configs_.has_quotas() || configs_.get(publish.id)) return false;
  const bool named = item.source ? check_config_id(publish.id).has_value()
                                 : check_content(publish.id, publish.content).has_value();
  return named && check_details(publish).has_value();
}

std::size_t ConfigTransfer::size_of(const Item& item) const {
  if (!item.source) return domain::size_of(item.publish);
  const auto config = configs_.get(*item.source);
  return config ? config->stored()->value.size() : 0;
}

// Reads what a copy is of. False when it is gone.
bool ConfigTransfer::fill(Item& item) const {
  if (!item.source) return true;
  const auto config = configs_.get(*item.source);
  if (!config) return false;
  Publish& publish = item.publish;
  publish.content = (*config)->content;
  publish.type = (*config)->type;
  publish.app = (*config)->app;
  publish.description = (*config)->description;
  publish.encrypted_data_key = (*config)->encrypted_data_key;
  return true;
}

}  // namespace batata::domain
