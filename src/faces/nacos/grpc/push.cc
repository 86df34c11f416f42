#include "faces/nacos/grpc/push.h"

#include <utility>

#include "faces/nacos/common/payload.h"
#include "faces/nacos/grpc/connection.h"

namespace batata::nacos {

Pushes::~Pushes() {
  if (timer_ != 0) runtime_.cancel(timer_);
}

Push Pushes::make(std::string_view type, std::string_view members, std::string_view module) {
  Push push;
  push.request_id = ++last_request_id_;
  std::string body = R"({"headers":{},"requestId":")" + std::to_string(push.request_id) + '"';
  if (!members.empty()) body.append(",").append(members);
  body.append(R"(,"module":")").append(module).append("\"}");
  push.message = std::make_shared<const std::string>(encode_payload(type, server_ip_, body));
  return push;
}

void Pushes::send(const std::shared_ptr<Connection>& connection, const Push& push, PushPolicy policy,
                  PushDone done) {
  start(connection, UnackedPush{push, policy, std::move(done), nullptr, 1, false});
}

void Pushes::ask(const std::shared_ptr<Connection>& connection, const Push& push, Duration timeout,
                 AskDone done) {
  const PushPolicy once{.timeout = timeout, .retry_step = {}, .tries_max = 1};
  start(connection, UnackedPush{push, once, {}, std::make_unique<AskDone>(std::move(done)), 1, false});
}

void Pushes::start(const std::shared_ptr<Connection>& connection, UnackedPush push) {
  if (connection->stream == nullptr) {
    runtime_.post([push = std::move(push)]() mutable { end(std::move(push), PushOutcome::kGone); });
    return;
  }
  connection->stream->send(push.push.message);
  const std::uint64_t request_id = push.push.request_id;
  const Duration timeout = push.policy.timeout;
  connection->unacked.insert_or_assign(request_id, std::move(push));
  schedule(timeout, {connection, request_id, 1, false});
}

void Pushes::end(UnackedPush push, PushOutcome outcome, std::string answer) {
  if (push.asked != nullptr) {
    (*push.asked)(outcome, std::move(answer));
  } else {
    push.done(outcome);
  }
}

void Pushes::acknowledged(Connection& connection, std::uint64_t request_id, bool success,
                          std::string answer) {
  const auto it = connection.unacked.find(request_id);
  if (it == connection.unacked.end()) return;
  if (UnackedPush& push = it->second; !success && push.tries < push.policy.tries_max) {
    if (push.resend_due) return;
    push.resend_due = true;
    // As if it had not been answered, but without waiting for the timeout, which finds a later try then.
    schedule(push.policy.retry_step * push.tries,
             {connection.weak_from_this(), request_id, push.tries, true});
    return;
  }
  UnackedPush push = std::move(it->second);
  connection.unacked.erase(it);
  end(std::move(push), success ? PushOutcome::kAcknowledged : PushOutcome::kRefused, std::move(answer));
}

void Pushes::abandon(Connection& connection) {
  // Callbacks may push anew; what they add to a connection without a stream is answered by a job of its own.
  auto unacked = std::move(connection.unacked);
  connection.unacked.clear();
  for (auto& [id, push] : unacked) end(std::move(push), PushOutcome::kGone);
}

std::size_t Pushes::waiting() const {
  std::size_t count = 0;
  for (const auto& [tick, dues] : due_) count += dues.size();
  return count;
}

void Pushes::schedule(Duration after, Due due) {
  const std::int64_t tick = (runtime_.now() + after).ns / kTick.count() + 1;
  due_[tick].push_back(std::move(due));
  arm();
}

void Pushes::arm() {
  if (due_.empty()) return;
  const std::int64_t tick = due_.begin()->first;
  if (timer_ != 0) {
    if (timer_tick_ <= tick) return;
    runtime_.cancel(timer_);
  }
  timer_tick_ = tick;
  timer_ = runtime_.at(SteadyTime{tick * kTick.count()}, [this] {
    timer_ = 0;
    fire();
  });
}

void Pushes::fire() {
  const std::int64_t present = runtime_.now().ns / kTick.count();
  while (!due_.empty() && due_.begin()->first <= present) {
    const auto node = due_.extract(due_.begin());
    for (const Due& due : node.mapped()) handle(due);
  }
  arm();
}

void Pushes::handle(const Due& due) {
  const auto connection = due.connection.lock();
  if (connection == nullptr) return;
  const auto it = connection->unacked.find(due.request_id);
  if (it == connection->unacked.end() || it->second.tries != due.tries) return;
  UnackedPush& push = it->second;
  if (due.resend) {
    ++push.tries;
    push.resend_due = false;
    if (connection->stream != nullptr) connection->stream->send(push.push.message);
    schedule(push.policy.timeout, {connection, due.request_id, push.tries, false});
  } else if (push.tries < push.policy.tries_max) {
    if (std::exchange(push.resend_due, true)) return;
    schedule(push.policy.retry_step * push.tries, {connection, due.request_id, push.tries, true});
  } else {
    UnackedPush unanswered = std::move(push);
    connection->unacked.erase(it);
    end(std::move(unanswered), PushOutcome::kUnanswered);
  }
}

}  // namespace batata::nacos
