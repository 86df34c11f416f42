#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/discovery/health_probes.h"

namespace batata::platform {

/// The request of an HTTP check, in the bytes that go to the instance. Nothing when path or headers hold what
/// cannot stand in a request. Headers that would change what the request is (its length, its connection) are
/// left out.
[[nodiscard]] std::optional<std::string> http_request(std::string_view host, std::uint16_t port,
                                                      const domain::HealthCheck& check);

/// The status code in an answer's first line; nothing for a line that is none.
[[nodiscard]] std::optional<int> status_code(std::string_view line);

/// What the answer's code means. A redirect is not followed: it is just another code.
/// Source: upstream's HttpHealthCheckProcessor.
[[nodiscard]] domain::Probe judge_code(int code, std::int32_t expected);

}  // namespace batata::platform
