#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "faces/nacos/grpc/fuzzy_watch.h"
#include "faces/nacos/grpc/rpc.h"

namespace batata::nacos {

/// What the requests that begin and end watching by a pattern have in common, of configs and of services.
struct FuzzyRequest {
  std::optional<std::string> pattern, watch_type;  ///< "WATCH", "CANCEL_WATCH"
  std::vector<std::string> received;               ///< keys that the client knows, sorted
  bool initializing = false;
};
/// Errors: kInvalidArgument for members of the wrong kind, and for more than kReceivedMax keys.
[[nodiscard]] Result<FuzzyRequest> decode_fuzzy_request(const RpcCall& call);

/// Keys that are read at all: what FuzzyLimits::received lets pass at the highest setting.
constexpr std::size_t kReceivedMax = 200'000;

/// A failure tells the limit that was reached.
[[nodiscard]] RpcAnswer fuzzy_answer(FuzzyOutcome outcome);

}  // namespace batata::nacos
