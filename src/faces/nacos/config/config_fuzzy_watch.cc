#include "faces/nacos/config/config_fuzzy_watch.h"

#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "cluster/cursor.h"
#include "faces/nacos/common/param_check.h"
#include "faces/nacos/config/config_group_key.h"

namespace batata::nacos {
namespace {

std::string key_of(const ResourceName& config) {
  return config_group_key(config.name, config.group, config.space);
}

std::string sync_members(const FuzzySync& sync) {
  const bool finished = sync.kind == FuzzySync::Kind::kFinished;
  std::string members;
  json::Writer out(members);
  out.member("groupKeyPattern", sync.pattern);
  if (!finished) {
    out.key("contexts").begin_array();
    for (const FuzzyContext& context : sync.contexts) {
      out.begin_object()
          .member("groupKey", context.key)
          .member("changedType", context.exists ? "ADD_CONFIG" : "DELETE_CONFIG")
          .end_object();
    }
    out.end_array();
  }
  out.member("syncType", sync_type(sync.kind));
  out.member("totalBatch", finished ? 0 : static_cast<std::int64_t>(sync.batches));
  out.member("currentBatch", finished ? 0 : static_cast<std::int64_t>(sync.batch));
  return members;
}

std::string change_members(std::string_view key, bool exists) {
  std::string members;
  json::Writer out(members);
  out.member("groupKey", key).member("changeType", exists ? "CONFIG_CHANGED" : "DELETE_CONFIG");
  return members;
}

constexpr FuzzyDialect kDialect = {.module = "config",
                                   .sync_type = "ConfigFuzzyWatchSyncRequest",
                                   .change_type = "ConfigFuzzyWatchChangeNotifyRequest",
                                   .key_of = key_of,
                                   .sync_members = sync_members,
                                   .change_members = change_members};

Refusal check_pattern(json::Value body) {
  return check_namespace(FuzzyPattern::space_in(body["groupKeyPattern"].as_string().value_or("")));
}

ResourceName resource_of(domain::ConfigId id) {
  return {std::move(id.space), std::move(id.group), std::move(id.data_id)};
}

}  // namespace

ConfigFuzzyWatch::ConfigFuzzyWatch(cluster::Watches& watches, Connections& connections, Pushes& pushes,
                                   const PushTimes& times, const FuzzyLimits& limits)
    : watches_(watches),
      fuzzy_(watches.runtime(), connections, pushes, kDialect, limits, times.config_policy(),
             [this](const std::string& space, const ResourceName* after) { return slice(space, after); }) {}

std::vector<Rpc> ConfigFuzzyWatch::rows() {
  std::vector<Rpc> rows;
  rows.push_back(on_loop({.request = "ConfigFuzzyWatchRequest",
                          .response = "ConfigFuzzyWatchResponse",
                          .failure_members = "",
                          .summary = "Starts or stops pushes of which configs appear and go.",
                          .check = check_pattern,
                          .permission = "config:r",
                          .resources = watched_config_resources},
                         *this, &decode_fuzzy_request, &ConfigFuzzyWatch::watch));
  return rows;
}

Task<RpcAnswer> ConfigFuzzyWatch::watch(ConnectionPtr connection, FuzzyRequest request) {
  if (!request.pattern) co_return thrown(500, "");
  if (request.watch_type == "CANCEL_WATCH") fuzzy_.cancel(*connection, *request.pattern);
  if (request.watch_type != "WATCH") co_return succeeded();  // also for types that nobody knows
  // From before the first look: what changes from here on is either seen by it or told by the cursor.
  const Revision since = watches_.store().revision();
  begun_.set(since);
  const FuzzyOutcome outcome = co_await fuzzy_.watch(std::move(connection), std::move(*request.pattern),
                                                     std::move(request.received), request.initializing);
  begun_.set(since);  // should the cursor have come to rest while this waited for its turn
  co_return fuzzy_answer(outcome);
}

Task<void> ConfigFuzzyWatch::run() {
  for (;;) {
    OneShot<Revision> begun(watches_.runtime());
    begun_ = begun.setter();
    co_await follow(co_await begun);
  }
}

// Until nobody watches any more.
Task<void> ConfigFuzzyWatch::follow(Revision since) {
  for (bool behind = false;; behind = true) {
    cluster::Cursor cursor(watches_, domain::all_configs(), behind ? watches_.store().revision() : since);
    if (behind) co_await fuzzy_.look_again();
    for (;;) {
      auto batch = co_await cursor.next(SteadyTime::never());
      if (fuzzy_.size() == 0) co_return;
      if (!batch) {
        log::warn("nacos config fuzzy watch fell behind error={}", batch.error().message);
        break;
      }
      for (const store::Event& event : batch->events) {
        if ((event.before == nullptr) == (event.after == nullptr)) continue;  // neither appeared nor gone
        if (auto id = domain::config_id(event.key()))
          fuzzy_.changed(resource_of(std::move(*id)), event.after != nullptr);
      }
    }
  }
}

std::vector<ResourceName> ConfigFuzzyWatch::slice(const std::string& space, const ResourceName* after) const {
  store::KeyRange range = domain::configs_of(space);
  if (after != nullptr) {
    range.begin = domain::config_key({after->space, after->group, after->name});
    range.begin += '\0';  // the next key there can be
  }
  std::vector<ResourceName> names;
  for (const store::KeyValuePtr& kv : watches_.store().latest().range(range, FuzzyWatch::kSliceMax))
    if (auto id = domain::config_id(kv->key)) names.push_back(resource_of(std::move(*id)));
  return names;
}

}  // namespace batata::nacos
