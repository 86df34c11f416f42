#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "async/executor.h"
#include "async/runtime.h"
#include "async/task.h"
#include "cluster/context.h"
#include "domain/config/config_service.h"
#include "domain/config/transfer.h"

namespace batata::domain {

/// What to do with a config that is there already.
enum class SamePolicy : std::uint8_t {
  kAbort,      ///< stop at the first one: it has failed, what follows is skipped
  kSkip,       ///< leave it as it is
  kOverwrite,  ///< publish all the same
};
/// "ABORT", "SKIP", "OVERWRITE"; nothing for other words.
[[nodiscard]] std::optional<SamePolicy> policy_named(std::string_view word);

/// What became of configs that were to be published together.
struct TransferOutcome {
  std::size_t published = 0;
  std::vector<ConfigId> skipped, failed;
};

/// What became of an archive.
struct Imported {
  TransferOutcome outcome;
  std::vector<Unrecognized> unrecognized;
};
/// Why there is no such outcome: the archive is no import, or the server could not do it.
using ImportError = std::variant<ImportFault, Error>;

/// A config to copy: its number, and new names where they are to be others.
struct CloneWish {
  std::uint64_t number = 0;
  std::string group, data_id;  ///< blank: as before
};

/// Exports, imports and copies configs. Reading and writing archives happens elsewhere, publishing on the
/// loop. Loop only.
///
/// Publishing is not all or nothing: what is published stays when a later one fails. A config that is refused
/// for what it is (kInvalidArgument, a quota) has failed, and ends it under kAbort. Several are under way at
/// a time, and appear in no order; under kAbort only those that nothing speaks against before they begin, so
/// that none is published behind one that fails, unless another writer is faster just then. Each has
/// ConfigService::kWriteTimeout of its own, whatever the context says.
class ConfigTransfer {
 public:
  /// All four outlive the transfers. `store` is the one that `configs` writes to.
  ConfigTransfer(Runtime& runtime, const store::Store& store, ConfigService& configs, Executor& executor)
      : runtime_(runtime), store_(store), configs_(configs), executor_(executor) {}

  /// The archive of the configs that the query names.
  /// Errors: kResourceExhausted when kUnderWayMax transfers are under way; those of `export_configs`.
  Task<Result<std::string>> export_archive(ExportQuery query);

  /// Reads an archive that somebody sent, and publishes what is in it.
  /// Errors: an ImportFault; kResourceExhausted when kUnderWayMax transfers are under way; kInvalidArgument
  /// for a user that no config may have; those of `ConfigService::publish` that are no fault of the config.
  Task<tl::expected<Imported, ImportError>> import_archive(cluster::Context context, std::string bytes,
                                                           ImportTarget target, SamePolicy policy);

  /// Publishes copies of the configs of `wishes`, in that order, each as it is when its turn comes; those
  /// without a config are left out, and of several wishes for one number all but the first, as in upstream.
  /// Errors: kNotFound when there is none of the configs; kResourceExhausted, kInvalidArgument and others as
  /// `import_archive`.
  Task<Result<TransferOutcome>> copy(cluster::Context context, std::vector<CloneWish> wishes,
                                     ImportTarget target, SamePolicy policy);

  static constexpr std::size_t kUnderWayMax = 4;  ///< some 300 MB each at worst, until all is published

 private:
  /// A config to publish. What a copy is of is read when its turn comes, so that few contents are held.
  struct Item {
    Publish publish;
    std::optional<ConfigId> source = {};
  };
  enum class Fate : std::uint8_t { kPublished, kSkipped, kFailed, kGone };

  Task<Result<TransferOutcome>> publish(cluster::Context context, std::vector<Item> items, SamePolicy policy);
  Task<Result<Fate>> publish_one(cluster::Context context, Item item, SamePolicy policy);
  static Task<void> keep(Task<Result<Fate>> task, Result<Fate>& out);
  static void note(Fate fate, ConfigId id, TransferOutcome& outcome);
  [[nodiscard]] std::size_t wave_end(const std::vector<Item>& items, std::size_t first,
                                     SamePolicy policy) const;
  [[nodiscard]] bool is_welcome(const Item& item) const;
  [[nodiscard]] std::size_t size_of(const Item& item) const;
  [[nodiscard]] bool fill(Item& item) const;
  Task<std::vector<Item>> items_of(std::vector<CloneWish> wishes, ImportTarget target);

  Runtime& runtime_;
  const store::Store& store_;
  ConfigService& configs_;
  Executor& executor_;
  std::size_t under_way_ = 0;
};

}  // namespace batata::domain
