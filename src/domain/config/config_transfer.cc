#include "domain/config/config_transfer.h"

#include <map>

#include "domain/config/capacity.h"
#include "domain/config/names.h"

namespace batata::domain {
namespace {

// Counts a transfer from its beginning to its end.
class UnderWay {
 public:
  explicit UnderWay(std::size_t& count) : count_(count) { ++count_; }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() { --count_; }

 private:
  std::size_t& count_;
};

// Whether a config failed for what it is, so that others may fare better.
bool is_its_own_fault(const Error& error, SamePolicy policy) {
  return error.code == Errc::kInvalidArgument || capacity_limit(error).has_value() ||
         (error.code == Errc::kConflict && policy != SamePolicy::kOverwrite);
}

void skip_rest(std::vector<Publish>& configs, std::size_t from, TransferOutcome& outcome) {
  for (std::size_t i = from; i < configs.size(); ++i) outcome.skipped.push_back(std::move(configs[i].id));
}

Publish clone_of(const Config& config, const ConfigId& source, const CloneWish& wish,
                 const ImportTarget& target) {
  Publish publish;
  publish.id.space = target.space;
  publish.id.group = is_blank(wish.group) ? source.group : wish.group;
  publish.id.data_id = is_blank(wish.data_id) ? source.data_id : wish.data_id;
  publish.content = config->content;
  publish.type = config->type;
  publish.app = config->app;
  publish.description = config->description;
  publish.encrypted_data_key = config->encrypted_data_key;
  publish.user = target.user;
  publish.address = target.address;
  return publish;
}

}  // namespace

std::optional<SamePolicy> policy_named(std::string_view word) {
  if (word == "ABORT") return SamePolicy::kAbort;
  if (word == "SKIP") return SamePolicy::kSkip;
  if (word == "OVERWRITE") return SamePolicy::kOverwrite;
  return std::nullopt;
}

Task<Result<std::string>> ConfigTransfer::export_archive(ExportQuery query) {
  if (under_way_ >= kUnderWayMax) co_return fail(Errc::kResourceExhausted, "server limit match.");
  const UnderWay counted(under_way_);
  auto range = configs_of(query.space);
  auto configs = co_await gather(runtime_, store_, std::move(range));
  UniqueFunction<Result<std::string>()> job = [configs = std::move(configs), query = std::move(query)] {
    return export_configs(configs, query);
  };
  co_return co_await run_elsewhere<Result<std::string>>(runtime_, executor_, std::move(job));
}

Task<tl::expected<Import, ImportFault>> ConfigTransfer::read(std::string bytes, ImportTarget target) {
  if (under_way_ >= kUnderWayMax) co_return tl::unexpected(ImportFault::kUnreadable);
  const UnderWay counted(under_way_);
  UniqueFunction<tl::expected<Import, ImportFault>()> job =
      [bytes = std::move(bytes), target = std::move(target)] { return read_import(bytes, target); };
  co_return co_await run_elsewhere<tl::expected<Import, ImportFault>>(runtime_, executor_, std::move(job));
}

Task<std::vector<Publish>> ConfigTransfer::clones(std::vector<CloneWish> wishes, ImportTarget target) {
  std::vector<std::uint64_t> numbers;
  for (const CloneWish& wish : wishes) numbers.push_back(wish.number);
  std::map<std::uint64_t, ConfigId> sources;
  auto found = co_await configs_.numbered(std::move(numbers));
  for (ConfigId& id : found) sources.emplace(numeric_id(id), std::move(id));
  std::vector<Publish> configs;
  for (const CloneWish& wish : wishes) {
    const auto source = sources.find(wish.number);
    if (source == sources.end()) continue;
    const auto config = configs_.get(source->second);
    if (config) configs.push_back(clone_of(*config, source->second, wish, target));
  }
  co_return configs;
}

Task<Result<TransferOutcome>> ConfigTransfer::publish(cluster::Context context, std::vector<Publish> configs,
                                                      SamePolicy policy) {
  TransferOutcome outcome;
  for (std::size_t i = 0; i < configs.size(); ++i) {
    const ConfigId id = configs[i].id;
    if (policy == SamePolicy::kSkip && configs_.get(id)) {
      outcome.skipped.push_back(id);
      continue;
    }
    // Another writer may come between: the plan compares once more.
    configs[i].only_new = policy != SamePolicy::kOverwrite;
    cluster::Context one = context;
    one.deadline = runtime_.now() + kWriteTimeout;
    const auto done = co_await configs_.publish(std::move(one), std::move(configs[i]));
    if (done) {
      ++outcome.published;
    } else if (!is_its_own_fault(done.error(), policy)) {
      co_return fail(done.error(), std::to_string(outcome.published) + " published");
    } else if (policy == SamePolicy::kSkip && done.error().code == Errc::kConflict) {
      outcome.skipped.push_back(id);
    } else {
      outcome.failed.push_back(id);
      if (policy != SamePolicy::kAbort) continue;
      skip_rest(configs, i + 1, outcome);
      break;
    }
  }
  co_return outcome;
}

}  // namespace batata::domain
