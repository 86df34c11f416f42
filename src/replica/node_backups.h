#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "async/executor.h"
#include "async/runtime.h"
#include "cluster/backups.h"
#include "replica/node.h"

namespace batata::replica {

/// Backups of a node's state, read from the state storage beside the writes, in the format of
/// replica/backup_file.h. Loop only; what a backup reads from is used and freed on the state's executor.
class NodeBackups final : public cluster::Backups {
 public:
  /// All outlive it, and it outlives the tasks that it has given. `state_executor` is the node's own: between
  /// its writes the parts are read.
  NodeBackups(Runtime& runtime, Node& node, Executor& state_executor)
      : runtime_(runtime), node_(node), executor_(state_executor) {}
  NodeBackups(const NodeBackups&) = delete;
  NodeBackups& operator=(const NodeBackups&) = delete;
  ~NodeBackups() override;

  Task<Result<Begun>> begin() override;
  Task<Result<Part>> part(std::string id, std::uint64_t number) override;
  Status give_up(const std::string& id) override;

  /// A client writes to its disk between two parts, and has a connection to make.
  static constexpr Duration kQuietMax = std::chrono::seconds(10);
  static constexpr Duration kIdleMax = std::chrono::minutes(1);
  static constexpr std::size_t kPartBytes = 4u << 20;  ///< about; a large record makes a larger part
  /// Who ask for a part that is being made: its client, and once more when an answer was late.
  static constexpr std::size_t kAskersMax = 4;

 private:
  struct Copy;
  struct UnderWay;
  class Opening;
  void make_part();
  void part_made(const std::shared_ptr<UnderWay>& of, Result<Part> part);
  [[nodiscard]] bool is_left() const;
  void watch();
  void end(const Error& error);
  void free(std::shared_ptr<Copy> copy);

  Runtime& runtime_;
  Node& node_;
  Executor& executor_;
  std::shared_ptr<UnderWay> under_way_;
  bool beginning_ = false;
  Runtime::TimerId watch_timer_ = 0;  // while one is under way
};

}  // namespace batata::replica
