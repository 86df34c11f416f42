#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace batata::replica {

/// The records of a StateStorage as they stood at one moment, whatever is written meanwhile. Used by one
/// thread at a time, any; may outlive the storage's own use, not the program's.
class StateReader {
 public:
  using Visit = std::function<Status(std::string_view name, std::string_view value)>;
  virtual ~StateReader() = default;
  /// Shows the next records in the order of names, until about `bytes_max` bytes have been shown. Stops at
  /// the first failure of `visit` and returns it.
  [[nodiscard]] virtual Status read(const Visit& visit, std::size_t bytes_max) = 0;
  /// All have been shown; false while there is a failure that `read` has yet to give.
  [[nodiscard]] virtual bool done() const = 0;
};

/// Keeps the records of the state machine across restarts. It needs no log of its own: what it loses is
/// applied again from the replicated log.
///
/// Used by one thread at a time: the caller's until `load` has returned, then that of the state executor.
/// platform/storage/rocks_state.h is the real one; sim/sim_state.h forgets unflushed batches.
/// Errors of every function: kDamaged where what is there does not check, kResourceExhausted for a full disk,
/// else kInternal, with a reason; the caller ends the process.
class StateStorage {
 public:
  using Visit = StateReader::Visit;
  virtual ~StateStorage() = default;

  /// Opens what is there. What is not there is empty, and nothing is made of it before the first `write`: the
  /// log may say that it should have been. The directory is the caller's alone: its log is locked before.
  [[nodiscard]] virtual Status open() = 0;
  /// Shows every record in the order of names. Stops at the first failure of `visit` and returns it.
  [[nodiscard]] virtual Status load(const Visit& visit) = 0;
  /// Takes changes, all of them or none: after a crash a prefix of the batches written is there, and no part
  /// of one.
  [[nodiscard]] virtual Status write(const std::vector<store::Record>& batch) = 0;
  /// Shows what has been written until now, and nothing later.
  [[nodiscard]] virtual std::unique_ptr<StateReader> reader() = 0;
  /// Returns when every batch written before would survive the loss of power.
  [[nodiscard]] virtual Status flush() = 0;
  /// Makes a copy, flushed, that opens as a state of its own, in a directory that does not exist yet.
  /// Nothing but tests asks for one yet: clusters will send it as the snapshot to members that lag too far.
  [[nodiscard]] virtual Status checkpoint(const std::string& directory) = 0;
};

}  // namespace batata::replica
