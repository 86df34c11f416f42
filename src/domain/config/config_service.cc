#include "domain/config/config_service.h"

#include "base/hash.h"
#include "base/log.h"

namespace batata::domain {

namespace {

constexpr std::size_t kPublishOverhead = 1024;  // what waits for its turn costs without its content, about

// Counts a publish from its beginning to its end.
class Waiting {
 public:
  Waiting(std::size_t& total, std::size_t bytes) : total_(total), bytes_(bytes) { total_ += bytes_; }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() { total_ -= bytes_; }

 private:
  std::size_t& total_;
  const std::size_t bytes_;
};

}  // namespace

Task<Result<Revision>> ConfigService::publish(cluster::Context context, Publish request) {
  if (auto content = check_content(request.id, request.content); !content) {
    co_return tl::unexpected(std::move(content.error()));
  }
  if (auto details = check_details(request); !details) co_return tl::unexpected(std::move(details.error()));
  const std::string md5 = md5_hex(request.content);
  const std::string key = config_key(request.id);
  const Waiting waiting(waiting_bytes_, request.content.size() + kPublishOverhead);
  if (waiting_bytes_ > kWaitingBytesMax)
    co_return fail(Errc::kResourceExhausted, "too many publishes are waiting");
  // One plan at a time for each config: of several made from the same state all but one would be written for
  // nothing.
  const auto turn = co_await turns_.take(key);
  for (int plans = 0; plans < kPlansMax; ++plans) {
    auto txn = plan_publish(latest_.find(key), store_.revision(), request, md5, runtime_.wall_now());
    if (!txn) co_return tl::unexpected(std::move(txn.error()));
    auto done = co_await proposer_.propose(context, std::move(*txn));
    if (!done) co_return fail(std::move(done.error()), "publish " + request.id.data_id);
    if (done->applied) co_return done->revision;
  }
  co_return fail(Errc::kUnavailable, "publish " + request.id.data_id + ": others write it too often");
}

Task<Status> ConfigService::remove(cluster::Context context, ConfigId id) {
  if (auto named = check_config_id(id); !named) co_return tl::unexpected(std::move(named.error()));
  auto txn = plan_remove(store_.latest(), id);
  if (!txn) co_return Status{};
  // The plan compares nothing, so that it is always applied.
  auto done = co_await proposer_.propose(std::move(context), std::move(*txn));
  if (!done) co_return fail(std::move(done.error()), "remove " + id.data_id);
  co_return Status{};
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

std::string_view md5_of(const store::KeyValuePtr& stored) {
  if (stored == nullptr) return {};
  const auto view = decode_config(stored->value);
  return view ? view->md5 : std::string_view{};
}

}  // namespace batata::domain
