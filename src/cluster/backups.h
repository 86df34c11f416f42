#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "async/task.h"
#include "base/result.h"
#include "base/types.h"

namespace batata::cluster {

/// Copies of the whole replicated state, taken while it goes on changing. A copy is handed out in parts, so
/// that neither side ever holds all of it. Loop only.
class Backups {
 public:
  struct Begun {
    std::string id;
    Revision revision;  ///< everything up to here is in it, at least
  };
  struct Part {
    /// Whoever holds them is sending them: meanwhile the copy counts as asked for.
    std::shared_ptr<const std::string> bytes;
    bool last = false;
  };
  virtual ~Backups() = default;

  /// Begins a copy of what has been acknowledged until now. One at a time: one whose parts have all been
  /// made, and one that has been left, make room for the next. A copy is left when nobody has asked for a
  /// part for ten seconds, or who asked has gone away before it came; after a minute it is forgotten in any
  /// case. A caller that is cancelled leaves nothing. Errors: kUnavailable when another one is under way, or
  /// this node does not lead.
  virtual Task<Result<Begun>> begin() = 0;
  /// Part `number`, from 0: the next one, or the one before it once more. The parts one behind the other are
  /// the backup. Errors: kNotFound when there is no such backup (any more); kInvalidArgument for another
  /// number; kUnavailable when too many ask for the same part; kDamaged and kInternal when the state cannot
  /// be read, which ends the backup.
  virtual Task<Result<Part>> part(std::string id, std::uint64_t number) = 0;
  /// Ends a copy that nobody wants any longer. Errors: kNotFound when there is no such backup.
  virtual Status give_up(const std::string& id) = 0;
};

}  // namespace batata::cluster
