#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/client/client_session.h"
#include "net/fake_carrier.h"

namespace batata::net {

/// What a call has heard. For tests.
struct HeardCall final : CallEvents {
  void message(std::string bytes) override {
    messages.push_back(std::move(bytes));
    if (reads) call->consumed(messages.back().size());
    if (cancels) call->finish({.status = {wire::GrpcCode::kCancelled, "enough"}});
  }
  void sent(std::size_t bytes) override { sent_bytes += bytes; }
  void done(CallOutcome what) override {
    ++ends;
    outcome = std::move(what);
    if (drops) call.reset();
  }
  [[nodiscard]] std::string said() const {
    return ends == 0 ? "open"
                     : std::to_string(static_cast<int>(outcome.status.code)) + " " + outcome.status.message;
  }

  std::shared_ptr<ClientCall> call;
  std::vector<std::string> messages;
  std::size_t sent_bytes = 0;
  int ends = 0;
  bool reads = true, cancels = false, drops = false;
  CallOutcome outcome;
};

/// A client's session in memory, and who makes calls on it. For tests and fuzzing.
class ClientSide {
 public:
  explicit ClientSide(ClientLimits wanted = {}) : limits(wanted) {}

  std::shared_ptr<ClientCall> make(HeardCall& heard, CallWishes wishes = {.path = "/a"}) {
    heard.call = std::make_shared<ClientCall>(std::move(wishes), limits, heard);
    heard.call->start_clock(line.timers(), line.now());
    return heard.call;
  }
  /// A call with one message.
  void ask(HeardCall& heard, std::string message, CallWishes wishes = {.path = "/a"}) {
    make(heard, std::move(wishes));
    heard.call->send(std::make_shared<const std::string>(std::move(message)));
    heard.call->end_sending();
    (void)session.start(heard.call);
  }
  std::string feed(std::string_view bytes) { return line.feed(session, bytes); }
  std::string collect() { return line.collect(session); }

  ClientLimits limits;
  FakeCarrier line;
  ClientSession session{line, limits, "server.test:1", false};
};

}  // namespace batata::net
