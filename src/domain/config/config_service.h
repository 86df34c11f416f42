#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "async/runtime.h"
#include "async/task.h"
#include "async/turns.h"
#include "cluster/context.h"
#include "cluster/latest.h"
#include "cluster/proposer.h"
#include "domain/config/config_id.h"
#include "domain/config/config_record.h"
#include "domain/config/publish.h"

namespace batata::domain {

/// A config as it stood when it was read, kept alive by the handle; nothing is copied. Immutable, any thread.
class Config {
 public:
  Config(store::KeyValuePtr stored, const ConfigView& view) : stored_(std::move(stored)), view_(view) {}
  const ConfigView* operator->() const { return &view_; }
  const ConfigView& operator*() const { return view_; }
  /// What owns the bytes that the view points to.
  [[nodiscard]] const store::KeyValuePtr& stored() const { return stored_; }

 private:
  store::KeyValuePtr stored_;
  ConfigView view_;
};

/// Configs: written through consensus, read from what this node has applied.
///
/// Does not know who listens or how: watchers follow the store. What is not here yet: history, gray releases,
/// search.
class ConfigService {
 public:
  /// All three outlive the service. `store` is the one that the proposer applies to.
  ConfigService(Runtime& runtime, const store::Store& store, cluster::Proposer& proposer,
                const cluster::LatestKeys& latest)
      : runtime_(runtime), store_(store), proposer_(proposer), latest_(latest), turns_(runtime) {}

  /// Writes a config; done when it is durable and visible in this node's reads. Loop only.
  ///
  /// Publishing what is already there writes a new time of change and no new md5.
  /// Publishes of one config are carried out one after the other, in the order in which they came.
  /// Errors: kResourceExhausted when publishes of kWaitingBytesMax are under way; kInvalidArgument; kConflict
  /// (the md5 is not the expected one); kUnavailable also when others than this service were writing the key
  /// so busily that no plan held; those of Proposer::propose.
  Task<Result<Revision>> publish(cluster::Context context, Publish request);

  /// Erases a config; done as `publish`. Success, too, when there is none. Loop only.
  /// Errors: kInvalidArgument; those of Proposer::propose.
  Task<Status> remove(cluster::Context context, ConfigId id);

  /// The config as this node has applied it; nothing when there is none. Any thread.
  [[nodiscard]] std::optional<Config> get(const ConfigId& id) const;

  /// Tries of a plan before the writer is told to come back.
  static constexpr int kPlansMax = 8;
  /// Of publishes under way, those included that wait for their turn. As much as the log takes at a time.
  static constexpr std::size_t kWaitingBytesMax = 128u << 20;

 private:
  Runtime& runtime_;
  const store::Store& store_;
  cluster::Proposer& proposer_;
  const cluster::LatestKeys& latest_;
  Turns turns_;  // to publish a config, by key
  std::size_t waiting_bytes_ = 0;
};

/// The md5 of a stored config; empty when `stored` is null or damaged. A view into it.
[[nodiscard]] std::string_view md5_of(const store::KeyValuePtr& stored);

}  // namespace batata::domain
