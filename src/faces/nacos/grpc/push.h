#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/runtime.h"
#include "base/types.h"
#include "base/unique_function.h"

namespace batata::nacos {

class Connection;

/// One request of the server to clients, serialised once: the same bytes and the same request id go to every
/// connection that is to get them. Immutable, shared.
struct Push {
  std::uint64_t request_id = 0;
  std::shared_ptr<const std::string> message;
};

/// How long to wait for an acknowledgement and how often to send. After the n-th unanswered try the next one
/// follows `retry_step` * n later.
struct PushPolicy {
  Duration timeout;
  Duration retry_step;
  int tries_max = 1;
};

enum class PushOutcome : std::uint8_t {
  kAcknowledged,
  kRefused,     ///< the client answered the last try with a failure
  kUnanswered,  ///< after all the tries
  kGone,        ///< the connection ended first
};
using PushDone = UniqueFunction<void(PushOutcome)>;
/// `answer` is the JSON of the client's answer where it was acknowledged or refused, else empty.
using AskDone = UniqueFunction<void(PushOutcome, std::string answer)>;

/// A push on one connection that has no answer yet. Belongs to Pushes.
struct UnackedPush {
  Push push;
  PushPolicy policy;
  PushDone done;
  std::unique_ptr<AskDone> asked;  ///< instead of `done`, of the few pushes whose answer is read
  int tries = 0;
  bool resend_due = false;  ///< the next try is waited for: what the client says meanwhile changes nothing
};

/// Sends pushes and waits for their acknowledgements. One per face. Loop only.
///
/// Costs one hash entry for a push and connection; all timeouts share one timer.
class Pushes {
 public:
  Pushes(Runtime& runtime, std::string server_ip) : runtime_(runtime), server_ip_(std::move(server_ip)) {}
  Pushes(const Pushes&) = delete;
  Pushes& operator=(const Pushes&) = delete;
  ~Pushes();

  /// A push of type `type` with the next request id. `members` is JSON between the request id and the module,
  /// without a comma at either end, and may be empty: `"dataId":"a","group":"g"`.
  [[nodiscard]] Push make(std::string_view type, std::string_view members, std::string_view module);

  /// Sends `push` and calls `done` once, later, on the loop. Several pushes may be under way on one
  /// connection.
  void send(const std::shared_ptr<Connection>& connection, const Push& push, PushPolicy policy,
            PushDone done);
  /// Sends `push` once, to learn what the client says to it. `done` as in `send`.
  void ask(const std::shared_ptr<Connection>& connection, const Push& push, Duration timeout, AskDone done);

  /// A client's answer. `answer` is its JSON where the type of push may want it, else empty. Any type of
  /// answer counts: Python answers every push with a NotifySubscriberResponse. After a failure the push is
  /// tried again like one that was not answered.
  void acknowledged(Connection& connection, std::uint64_t request_id, bool success, std::string answer = {});
  /// Ends everything under way on a connection that is no more.
  void abandon(Connection& connection);

  /// Times that are waited for: two at most for each push that is under way.
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Due {
    std::weak_ptr<Connection> connection;
    std::uint64_t request_id;
    int tries;  // the try this is about; an older one means nothing
    bool resend;
  };
  static void end(UnackedPush push, PushOutcome outcome, std::string answer = {});
  void start(const std::shared_ptr<Connection>& connection, UnackedPush push);
  void schedule(Duration after, Due due);
  void arm();
  void fire();
  void handle(const Due& due);

  Runtime& runtime_;
  const std::string server_ip_;
  std::uint64_t last_request_id_ = 0;
  std::map<std::int64_t, std::vector<Due>> due_;  // by tick of kTick since the start of the steady clock
  Runtime::TimerId timer_ = 0;
  std::int64_t timer_tick_ = 0;

  static constexpr Duration kTick = std::chrono::milliseconds(50);  // a timeout may come this much late
};

}  // namespace batata::nacos
