#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "async/runtime.h"
#include "cluster/backups.h"
#include "replica/executor.h"
#include "replica/node.h"
#include "replica/state_storage.h"

namespace batata::replica {

/// Backups of a node's state, read from the state storage beside the writes, in the format of
/// replica/backup_file.h. Loop only.
class NodeBackups final : public cluster::Backups {
 public:
  /// All outlive it. `state_executor` is the node's own: between its writes the parts are read.
  NodeBackups(Runtime& runtime, Node& node, StateStorage& state, Executor& state_executor)
      : runtime_(runtime), node_(node), state_(state), executor_(state_executor) {}
  NodeBackups(const NodeBackups&) = delete;
  NodeBackups& operator=(const NodeBackups&) = delete;
  ~NodeBackups() override;

  Task<Result<Begun>> begin() override;
  Task<Result<Part>> part(std::string id, std::uint64_t number) override;

  static constexpr Duration kIdleMax = std::chrono::minutes(1);
  static constexpr std::size_t kPartBytes = 4u << 20;  ///< about; a large record makes a larger part

 private:
  struct Copy;
  void asked();

  Runtime& runtime_;
  Node& node_;
  StateStorage& state_;
  Executor& executor_;
  std::shared_ptr<Copy> copy_;  // the one under way
  bool beginning_ = false;
  Runtime::TimerId idle_timer_ = 0;
};

}  // namespace batata::replica
