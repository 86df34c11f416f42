#include "cli/directories/doctor.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "cli/directories/warnings.h"
#include "platform/runtime/asio_runtime.h"
#include "platform/storage/posix_disk.h"
#include "platform/storage/rocks_state.h"
#include "platform/storage/thread_executor.h"
#include "replica/node.h"
#include "replica/unchanging_disk.h"

namespace batata::cli {
namespace {

namespace fs = std::filesystem;

Result<Diagnosis> try_start(platform::AsioRuntime& runtime, replica::Disk& disk,
                            const std::string& state_path) {
  replica::UnchangingDisk unchanging(disk);
  platform::RocksState state(state_path, platform::RocksState::Access::kLookOnly);
  platform::ThreadExecutor log_executor(runtime, "log"), state_executor(runtime, "state");
  replica::Node node(runtime, unchanging, log_executor, state, state_executor, {});
  Diagnosis diagnosis;
  const HeardWarnings heard;
  if (auto opened = node.open(); !opened) return tl::unexpected(std::move(opened.error()));
  const replica::NodeStatus status = node.status();
  diagnosis.term = status.term.value - 1;  // each start has a term of its own
  diagnosis.applied = status.applied.value;
  diagnosis.log_first = status.log_first.value;
  diagnosis.revision = node.store().revision().value;
  diagnosis.keys = node.store().size();
  diagnosis.warnings = heard.lines();
  return diagnosis;
}

bool has_state(const std::string& data_directory) {
  const fs::path state = fs::path(data_directory) / "state";
  std::error_code none;
  return fs::exists(state, none) && !fs::is_empty(state, none);
}

}  // namespace

Status check_is_data_directory(const std::string& data_directory) {
  std::error_code none;
  if (fs::is_directory(data_directory + "/raft", none) || has_state(data_directory)) return {};
  return fail(Errc::kNotFound,
              data_directory + " is not the data directory of a server: it has no folder raft");
}

Result<Diagnosis> diagnose(const std::string& data_directory) {
  if (auto good = check_is_data_directory(data_directory); !good)
    return tl::unexpected(std::move(good.error()));
  const std::string log_path = data_directory + "/raft";
  std::error_code none;
  if (!fs::is_directory(log_path, none))
    return fail(Errc::kDamaged, "damaged directory: there is a state, but the log is missing");
  auto disk = platform::PosixDisk::open_directory(log_path);
  if (!disk) return tl::unexpected(std::move(disk.error()));
  if (auto unlocked = (*disk)->lock_without_traces(); !unlocked)
    return tl::unexpected(std::move(unlocked.error()));
  return diagnose_locked(**disk, data_directory);
}

Result<Diagnosis> diagnose_locked(replica::Disk& disk, const std::string& data_directory) {
  const auto names = disk.list();
  if (!names) return tl::unexpected(names.error());
  const bool founded = std::ranges::any_of(
      *names, [](const std::string& name) { return name.starts_with("log-") || name == "hard_state"; });
  if (!founded && !has_state(data_directory))
    return fail(Errc::kNotFound, data_directory + " holds nothing: a start would found a new cluster");
  platform::AsioRuntime runtime;
  Result<Diagnosis> result = fail(Errc::kInternal, "the start was not tried");
  runtime.post([&] {
    result = try_start(runtime, disk, data_directory + "/state");
    runtime.stop();
  });
  runtime.run();
  return result;
}

}  // namespace batata::cli
