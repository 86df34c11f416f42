#pragma once
#include <cstdint>
#include <memory>

#include "async/executor.h"
#include "async/runtime.h"
#include "replica/disk.h"

namespace batata::replica {

/// Looks every kPeriod whether the log's disk still has as much free space as it must, so that writes can be
/// refused while reads and an orderly end are still possible: a write that does not fit any more ends the
/// process. Loop only.
class FreeSpace {
 public:
  /// `floor`: bytes; 0: nothing is ever looked at. The executor may be one that has other work, too.
  FreeSpace(Runtime& runtime, Disk& disk, Executor& executor, std::uint64_t floor)
      : runtime_(runtime), disk_(disk), executor_(executor), floor_(floor) {}
  FreeSpace(const FreeSpace&) = delete;
  FreeSpace& operator=(const FreeSpace&) = delete;
  ~FreeSpace();

  /// Looks at once, blocking, and from then on.
  void start();
  /// Less is free than there must be.
  [[nodiscard]] bool is_low() const { return low_; }
  /// Why a write is refused then, for people.
  [[nodiscard]] std::string reason() const;

  static constexpr Duration kPeriod = std::chrono::seconds(1);

 private:
  void take(const Result<std::uint64_t>& free);
  void look_later();

  Runtime& runtime_;
  Disk& disk_;
  Executor& executor_;
  const std::uint64_t floor_;
  bool low_ = false;
  Runtime::TimerId timer_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace batata::replica
