#include "faces/nacos/grpc/fuzzy_watch_rpc.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace batata::nacos {

Result<FuzzyRequest> decode_fuzzy_request(const RpcCall& call) {
  FuzzyRequest request;
  auto pattern = text_member(call.body, "groupKeyPattern");
  if (!pattern) return tl::unexpected(std::move(pattern.error()));
  auto watch_type = text_member(call.body, "watchType");
  if (!watch_type) return tl::unexpected(std::move(watch_type.error()));
  request.pattern = std::move(*pattern);
  request.watch_type = std::move(*watch_type);
  request.initializing = call.body["initializing"].as_bool().value_or(false);
  const json::Value received = call.body["receivedGroupKeys"];
  if (received.present() && !received.is_null() && !received.is_array())
    return fail(Errc::kInvalidArgument, "receivedGroupKeys is no list");
  Status status;
  received.each([&](json::Value key) {
    if (!status) return;
    if (request.received.size() == kReceivedMax) {
      status = fail(Errc::kInvalidArgument, "too many received group keys");
    } else if (auto text = key.as_text()) {
      request.received.push_back(std::move(*text));
    } else if (!key.is_null()) {
      status = fail(Errc::kInvalidArgument, "a received group key is no text");
    }
  });
  if (!status) return tl::unexpected(std::move(status.error()));
  std::ranges::sort(request.received);  // here, where the time is not the loop's
  return request;
}

// Source: upstream's ErrorCode.
RpcAnswer fuzzy_answer(FuzzyOutcome outcome) {
  switch (outcome) {
    case FuzzyOutcome::kWatching:
      return succeeded();
    case FuzzyOutcome::kTooManyPatterns:
      return typed_failure("", 50310, "fuzzy watch pattern over limit");
    case FuzzyOutcome::kPatternTooLong:
      return typed_failure("", 400, "the pattern is too long");
    case FuzzyOutcome::kTooManyReceived:
      return typed_failure("", 400, "too many received group keys");
    case FuzzyOutcome::kTooManyMatches:
      return typed_failure("", 50311, "fuzzy watch pattern matched count over limit");
  }
  BATATA_ASSERT(false);
}

}  // namespace batata::nacos
