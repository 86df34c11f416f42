#pragma once
#include <memory>
#include <string>

#include "base/result.h"
#include "platform/settings/settings.h"

namespace batata::app {

/// One running node: every adapter, service and face, built and taken down in one order. The composition
/// root.
///
/// Used by the main thread, which is neither the loop nor an I/O thread: the house starts those itself.
class House {
 public:
  explicit House(const platform::Settings& settings);
  ~House();  ///< stops at once, as a crash would; what was acknowledged stays
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  /// Recovers the data, binds the ports, serves. Returns when the node answers clients.
  /// Errors: a sentence for the operator: a port that is taken, a directory that another process has, damaged
  /// data.
  [[nodiscard]] Status open();
  /// Where it listens, for the ready line: "http 0.0.0.0:8848 grpc 0.0.0.0:9848".
  [[nodiscard]] std::string addresses() const;
  /// Stops accepting, finishes what is under way (for at most the drain time of the settings), flushes the
  /// state.
  void close();

 private:
  struct Rooms;
  std::unique_ptr<Rooms> rooms_;
};

}  // namespace batata::app
