#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "domain/discovery/health_probes.h"

namespace batata::platform {

/// Signs in to a MySQL or MariaDB server at the IP address `ip` and carries out the check's command. Blocks
/// the calling thread, for at most `timeout` each for signing in and for the command. A server that is asked
/// for `read_only` and says ON counts as failed: it is a replica.
///
/// Nothing of this machine is given to the server but user and password; what it answers is read up to the
/// first row. Where this machine lacks MariaDB's client library each probe fails, and says so in the log. Any
/// thread. Source: upstream's MysqlHealthCheckProcessor.
[[nodiscard]] domain::Probe probe_mysql(const std::string& ip, std::uint16_t port,
                                        const domain::HealthCheck& check, std::chrono::milliseconds timeout);

}  // namespace batata::platform
