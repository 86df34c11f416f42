#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
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

/// A config to copy: its number, and new names where they are to be others.
struct CloneWish {
  std::uint64_t number = 0;
  std::string group, data_id;  ///< blank: as before
};

/// Exports, imports and copies configs. Reading and writing archives happens elsewhere, publishing on the
/// loop. Loop only.
class ConfigTransfer {
 public:
  /// All four outlive the transfers. `store` is the one that `configs` writes to.
  ConfigTransfer(Runtime& runtime, const store::Store& store, ConfigService& configs, Executor& executor)
      : runtime_(runtime), store_(store), configs_(configs), executor_(executor) {}

  /// The archive of the configs that the query names.
  /// Errors: kResourceExhausted when kUnderWayMax transfers are under way; those of `export_configs`.
  Task<Result<std::string>> export_archive(ExportQuery query);

  /// Reads an archive that somebody sent. ImportFault::kUnreadable also when kUnderWayMax are under way.
  Task<tl::expected<Import, ImportFault>> read(std::string bytes, ImportTarget target);

  /// The configs of `wishes` as they are to be published, in that order; those without a config are left out.
  Task<std::vector<Publish>> clones(std::vector<CloneWish> wishes, ImportTarget target);

  /// Publishes one after the other. Not all or nothing: what is published stays when a later one fails. A
  /// config that is refused for what it is (kInvalidArgument, a quota) has failed, and ends it under kAbort.
  /// Errors: the other ones of `ConfigService::publish`.
  Task<Result<TransferOutcome>> publish(cluster::Context context, std::vector<Publish> configs,
                                        SamePolicy policy);

  static constexpr std::size_t kUnderWayMax = 4;                   ///< some 300 MB each at worst
  static constexpr auto kWriteTimeout = std::chrono::seconds(10);  ///< of each config

 private:
  Runtime& runtime_;
  const store::Store& store_;
  ConfigService& configs_;
  Executor& executor_;
  std::size_t under_way_ = 0;
};

}  // namespace batata::domain
