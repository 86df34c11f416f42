#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "base/unique_function.h"
#include "domain/discovery/service_meta.h"

namespace batata::domain {

/// What one probe of an address has found.
enum class Probe : std::uint8_t {
  kAlive,
  kRefused,  ///< nobody listens there, or what answers says that it does not serve: sick at once
  kFailed,   ///< no answer in time, an odd one, or the address must not be called: sick when it stays so
};

/// The port through which instances are checked. Loop only.
class HealthProbes {
 public:
  virtual ~HealthProbes() = default;

  /// Calls `host`:`port` once as `check` says (never with type NONE) and tells `done` on the loop what came
  /// of it, never during the call. Whatever happens `done` is called, within `timeout` and a moment, until
  /// the port's end. `host` is an IP address or a name.
  using Done = UniqueFunction<void(Probe)>;
  virtual void probe(std::string host, std::uint16_t port, const HealthCheck& check,
                     std::chrono::milliseconds timeout, Done done) = 0;
};

}  // namespace batata::domain
