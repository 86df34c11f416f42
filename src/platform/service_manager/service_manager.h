#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace batata::platform {

/// Who started this process and wants to know how it does: systemd, for a unit of `Type=notify`, by the
/// datagram socket that NOTIFY_SOCKET names (sd_notify(3)). Immutable; any thread.
class ServiceManager {
 public:
  /// Of `environment`, lines "NAME=value". Where nobody wants to know, nothing is told.
  explicit ServiceManager(const std::vector<std::string>& environment);

  /// Clients are served; `status` is one line for people. Does not block; nothing comes of a failure, as
  /// there is nobody else to tell.
  void ready(std::string_view status) const;
  /// It has begun to stop.
  void stopping() const;

 private:
  void tell(std::string_view state) const;

  std::string socket_;  // path, or '\0' and a name; empty: nobody
};

}  // namespace batata::platform
