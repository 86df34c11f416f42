#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "async/turns.h"
#include "cluster/context.h"
#include "cluster/latest.h"
#include "cluster/proposer.h"
#include "domain/config/capacity.h"
#include "domain/config/config_history.h"
#include "domain/config/config_id.h"
#include "domain/config/config_record.h"
#include "domain/config/gray.h"
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

/// A config that was found. Immutable, any thread.
struct Found {
  ConfigId id;
  Config config;
};
/// The oldest first, as upstream's ascending ids.
void sort_by_age(std::vector<Found>& found);

/// A config as one reader gets it: the value for everybody, or a gray release. Any thread.
struct Reading {
  Config config;
  std::string gray_name;  ///< empty: for everybody
  GrayRule rule;          ///< of the release
  [[nodiscard]] bool is_beta() const { return rule.type == kBetaType; }
  [[nodiscard]] bool is_tagged() const { return rule.type == kTagType; }
};

/// What an operator can decide.
struct ConfigOptions {
  std::chrono::milliseconds history_retention = std::chrono::days(30);
  std::size_t grays_max = 10;  ///< of one config; at most kGraysMax
};

/// Configs: written through consensus, read from what this node has applied.
///
/// Does not know who listens or how: watchers follow the store.
class ConfigService {
 public:
  /// All outlive the service. `store` is the one that the proposer applies to. Without `capacities` there are
  /// no quotas.
  ConfigService(Runtime& runtime, const store::Store& store, cluster::Proposer& proposer,
                const cluster::LatestKeys& latest, const ConfigOptions& options = {},
                Capacities* capacities = nullptr)
      : options_(options),
        capacities_(capacities),
        runtime_(runtime),
        store_(store),
        proposer_(proposer),
        latest_(latest),
        history_(runtime, store, proposer, options.history_retention),
        turns_(runtime) {}

  /// Writes a config, or the gray release that the request names; done when it is durable and visible in this
  /// node's reads. Its entry in the history is written with it. Loop only.
  ///
  /// Publishing what is already there writes a new time of change and no new md5.
  /// Changes of one config are carried out one after the other, in the order in which they came.
  /// Errors: kResourceExhausted when changes of kWaitingBytesMax are under way, and, with a CapacityLimit
  /// as detail, above a quota; kInvalidArgument; kConflict (the md5 is not the expected one, or only a new
  /// config is wanted); kUnavailable also when others than this service were writing the key so busily that
  /// no plan held; those of Proposer::propose.
  Task<Result<Revision>> publish(cluster::Context context, Publish request);

  /// Erases a config or one of its gray releases; done as `publish`. Success, too, when there is no config.
  /// Loop only.
  /// Errors: kInvalidArgument; kNotFound when there is no such gray release; kResourceExhausted and
  /// kUnavailable as `publish`; those of Proposer::propose.
  Task<Status> remove(cluster::Context context, Removal request);
  /// Erases the configs that have these numbers, several at a time; `address` is where the caller asks from.
  /// Not all or nothing. Each has kWriteTimeout of its own, whatever the context says. Loop only.
  /// Errors: of `remove`, of the first that failed; what came before it is erased.
  Task<Status> remove_numbered(cluster::Context context, std::vector<std::uint64_t> numbers,
                               std::string address);

  /// The config as this node has applied it, for everybody; nothing when there is none. Any thread.
  [[nodiscard]] std::optional<Config> get(const ConfigId& id) const;

  /// True when a config has gray releases, so that readers may get different values. Any thread.
  [[nodiscard]] bool has_grays(const ConfigId& id) const;
  /// The config as `reader` gets it: the gray release of the highest priority that is for it, else the value
  /// for everybody. One look-up more than `get` when there are no releases. Any thread.
  [[nodiscard]] std::optional<Reading> read(const ConfigId& id, const Reader& reader) const;
  /// A gray release by its name. Any thread.
  [[nodiscard]] std::optional<Reading> gray(const ConfigId& id, std::string_view name) const;
  /// True when `md5` is that of the config as `reader` gets it, "" when there is none; `only_tag` does not
  /// count. Any thread.
  [[nodiscard]] bool is_current(const ConfigId& id, const Reader& reader, std::string_view md5) const;
  /// False when a gray release of that name would be one too many: `publish` says so too, as a
  /// kInvalidArgument among others. Any thread.
  [[nodiscard]] bool has_room_for(const ConfigId& id, std::string_view gray_name) const;

  /// The configs that have these numbers (numeric_id), in no order. Goes through all configs in slices: some
  /// 0.1 us a config, during which others get the loop. Loop only.
  Task<std::vector<ConfigId>> numbered(std::vector<std::uint64_t> numbers);

  /// The configs of a (canonical) namespace, the oldest first. In slices, as `numbered`. Loop only.
  Task<std::vector<Found>> of_space(std::string space);

  /// Whether a config may be refused for a quota.
  [[nodiscard]] bool has_quotas() const { return capacities_ != nullptr && capacities_->is_checked(); }
  /// How many times `publish` has written something. Loop only.
  [[nodiscard]] std::uint64_t published() const { return published_; }
  [[nodiscard]] ConfigHistory& history() { return history_; }
  [[nodiscard]] const ConfigOptions& options() const { return options_; }

  /// Of changes under way, those included that wait for their turn: what is published, and what is erased.
  /// With what was there before, for the history, it is as much as the log takes at a time.
  static constexpr std::size_t kWaitingBytesMax = 128u << 20;
  static constexpr Duration kWriteTimeout = std::chrono::seconds(10);  ///< of each of many configs
  static constexpr std::size_t kSliceMax = 1000;  ///< keys between which others get the loop

 private:
  Result<store::Txn> plan(const std::string& key, const Publish& request, const std::string& md5);
  Result<std::optional<store::Txn>> plan(const std::string& key, const Removal& request);
  void trim_history(const ConfigId& id, const std::string& key, store::Txn& txn);
  [[nodiscard]] std::optional<Reading> release(const ConfigId& id, const GrayView& gray) const;

  [[nodiscard]] bool checks_capacity(const Publish& request) const;

  const ConfigOptions options_;
  Capacities* const capacities_;
  Runtime& runtime_;
  const store::Store& store_;
  cluster::Proposer& proposer_;
  const cluster::LatestKeys& latest_;
  ConfigHistory history_;
  Turns turns_;  // to change a config, by key
  std::size_t waiting_bytes_ = 0;
  std::uint64_t published_ = 0;
};

/// The md5 of a stored config; empty when `stored` is null or damaged. A view into it.
[[nodiscard]] std::string_view md5_of(const store::KeyValuePtr& stored);

}  // namespace batata::domain
