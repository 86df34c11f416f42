#include "faces/nacos/naming/naming_fuzzy_watch.h"

#include <utility>

#include "base/json.h"

namespace batata::nacos {
namespace {

std::string key_of(const ResourceName& service) {
  return service.space + "@@" + service.group + "@@" + service.name;
}

std::string_view change_type(bool exists) {
  return exists ? "ADD_SERVICE" : "DELETE_SERVICE";
}

std::string sync_members(const FuzzySync& sync) {
  const bool finished = sync.kind == FuzzySync::Kind::kFinished;
  std::string members;
  json::Writer out(members);
  out.member("syncType", sync_type(sync.kind)).member("groupKeyPattern", sync.pattern);
  out.key("contexts").begin_array();
  for (const FuzzyContext& context : sync.contexts) {
    out.begin_object()
        .member("serviceKey", context.key)
        .member("changedType", change_type(context.exists))
        .end_object();
  }
  out.end_array();
  out.member("totalBatch", finished ? 1 : static_cast<std::int64_t>(sync.batches));
  out.member("currentBatch", finished ? 1 : static_cast<std::int64_t>(sync.batch));
  return members;
}

std::string change_members(std::string_view key, bool exists) {
  std::string members;
  json::Writer out(members);
  out.member("syncType", "FUZZY_WATCH_RESOURCE_CHANGED")
      .member("serviceKey", key)
      .member("changedType", change_type(exists));
  return members;
}

constexpr FuzzyDialect kDialect = {.module = "naming",
                                   .sync_type = "NamingFuzzyWatchSyncRequest",
                                   .change_type = "NamingFuzzyWatchChangeNotifyRequest",
                                   .key_of = key_of,
                                   .sync_members = sync_members,
                                   .change_members = change_members};

ResourceName resource_of(const registry::ServiceKey& service) {
  return {service.space, service.group, service.name};
}

}  // namespace

NamingFuzzyWatch::NamingFuzzyWatch(Runtime& runtime, domain::DiscoveryService& services,
                                   Connections& connections, Pushes& pushes, const PushTimes& times,
                                   const FuzzyLimits& limits)
    : services_(services),
      fuzzy_(runtime, connections, pushes, kDialect, limits, times.naming_fuzzy_policy(),
             [this](const std::string& space, const ResourceName* after) { return slice(space, after); }) {
  watching_ = services_.on_change([this](const domain::SnapshotPtr& snapshot) {
    if (fuzzy_.size() != 0) fuzzy_.changed(resource_of(snapshot->key), !snapshot->instances.empty());
  });
}

std::vector<Rpc> NamingFuzzyWatch::rows() {
  std::vector<Rpc> rows;
  rows.push_back(on_loop({.request = "NamingFuzzyWatchRequest",
                          .response = "NamingFuzzyWatchResponse",
                          .failure_members = "",
                          .summary = "Starts or stops pushes of which services appear and go.",
                          .permission = "naming:r",
                          .resources = watched_service_resources},
                         *this, &decode_fuzzy_request, &NamingFuzzyWatch::watch));
  return rows;
}

Task<RpcAnswer> NamingFuzzyWatch::watch(ConnectionPtr connection, FuzzyRequest request) {
  if (!request.watch_type) co_return thrown(500, "");
  const bool begins = *request.watch_type == "WATCH";
  if (!begins && *request.watch_type != "CANCEL_WATCH")
    co_return thrown(400, "Unsupported request type " + *request.watch_type);
  if (!request.pattern) co_return thrown(500, "");
  if (!begins) {
    fuzzy_.cancel(*connection, *request.pattern);
    co_return succeeded();
  }
  const FuzzyOutcome outcome = co_await fuzzy_.watch(std::move(connection), std::move(*request.pattern),
                                                     std::move(request.received), request.initializing);
  co_return fuzzy_answer(outcome);
}

std::vector<ResourceName> NamingFuzzyWatch::slice(const std::string& space, const ResourceName* after) const {
  std::optional<registry::ServiceKey> last;
  if (after != nullptr) last = registry::ServiceKey{after->space, after->group, after->name};
  std::vector<ResourceName> names;
  // A slice without one that has instances is not the end: the next one is looked at then.
  for (;;) {
    const auto services = services_.services_after(space, last, FuzzyWatch::kSliceMax);
    for (const registry::ServiceKey& service : services) {
      const domain::SnapshotPtr snapshot = services_.snapshot(service);
      if (snapshot != nullptr && !snapshot->instances.empty()) names.push_back(resource_of(service));
    }
    if (services.empty() || !names.empty()) return names;
    last = services.back();
  }
}

}  // namespace batata::nacos
