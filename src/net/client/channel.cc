#include "net/client/channel.h"

#include <algorithm>
#include <random>
#include <utility>

#include "net/egress/address_digits.h"

namespace batata::net {
namespace {

using wire::GrpcCode;

// Many clients that lost one server shall not come back at the same moment.
Duration with_chance(Duration pause) {
  thread_local std::minstd_rand chance{std::random_device{}()};
  return pause + pause / 1000 * std::uniform_int_distribution<int>(0, 200)(chance);
}

Duration pause_after(unsigned failures, const ClientLimits& limits) {
  constexpr unsigned kDoublingsMax = 20;
  const Duration longest = limits.backoff_most;
  const Duration pause = Duration(limits.backoff_first) * (1u << std::min(failures - 1, kDoublingsMax));
  return with_chance(std::min(pause, longest));
}

}  // namespace

Channel::Channel(const House& house, GrpcTarget target, std::shared_ptr<ChannelRef> ref)
    : house_(house), target_(std::move(target)), ref_(std::move(ref)) {
  ref_->channel = this;
}

Channel::~Channel() {
  ref_->channel = nullptr;
  waiting_.clear();
  for (const auto& [key, call] : std::exchange(calls_, {})) {
    if (call->home() == this) call->move_to(nullptr);
    call->finish({.status = {GrpcCode::kCancelled, "the client was closed"}});
  }
  if (connection_ != nullptr) connection_->forsake();
  for (const auto& connection : retiring_) connection->forsake();
}

void Channel::start(std::shared_ptr<ClientCall> call) {
  if (calls_.size() >= house_.limits.calls)
    return call->finish(
        {.status = {GrpcCode::kResourceExhausted, "too many calls of one server"}, .untouched = true});
  calls_[call.get()] = call;
  call->start_clock(house_.thread.timers(), now());
  if (last_ticket_ == INT32_MAX) last_ticket_ = 0;  // so many calls later none of the first still waits
  call->move_to(this, ++last_ticket_);
  waiting_[last_ticket_] = std::move(call);
  serve_waiting();
}

void Channel::leave(ClientCall& call, bool) {
  waiting_.erase(call.stream());
}

void Channel::serve_waiting() {
  if (connection_ != nullptr && !connecting_ && connection_->session()->going_away()) retire();
  while (!waiting_.empty() && connection_ != nullptr && !connecting_ && connection_->session()->has_room()) {
    const auto next = waiting_.begin();
    if (!connection_->session()->start(next->second)) {
      retire();
      break;
    }
    waiting_.erase(next);
  }
  if (!waiting_.empty() && connection_ == nullptr && !connecting_) connect();
}

// It finishes the calls that it has.
void Channel::retire() {
  const std::string& failure = connection_->session()->failure();
  note_use(*connection_, failure.empty() ? "the server takes no calls" : failure);
  retiring_.push_back(std::exchange(connection_, nullptr));
}

void Channel::connect() {
  if (now() < not_before_)
    return fail_waiting(GrpcCode::kUnavailable, last_failure_ + " (not tried again yet)");
  connecting_ = true;
  give_up_ = now() + house_.limits.connect_timeout;
  house_.thread.timers().set(*this, give_up_);
  const std::uint64_t attempt = ++attempt_;
  house_.resolver.resolve(target_.host, target_.port,
                          [ref = ref_, attempt](Result<std::vector<SocketAddress>> addresses) {
                            ref->door->run([ref, attempt, addresses = std::move(addresses)]() mutable {
                              if (ref->channel != nullptr)
                                ref->channel->resolved(attempt, std::move(addresses));
                            });
                          });
}

void Channel::resolved(std::uint64_t attempt, Result<std::vector<SocketAddress>> addresses) {
  if (!connecting_ || attempt != attempt_) return;  // it took too long
  if (!addresses) return attempt_failed(GrpcCode::kUnavailable, addresses.error().message);
  const auto is_barred = [this](const SocketAddress& address) {
    return !house_.policy.allows(address_digits(*address.get()));
  };
  std::erase_if(*addresses, is_barred);
  if (addresses->empty())
    return attempt_failed(GrpcCode::kPermissionDenied,
                          target_.host + " has no address that this server may call");
  addresses_ = std::move(*addresses);
  std::ranges::reverse(addresses_);
  try_next({});
}

// An address that says nothing leaves time for those behind it.
SteadyTime Channel::share_of_time() const {
  const auto tries = static_cast<std::int64_t>(addresses_.size()) + 1;
  return now() + (give_up_ - now()) / tries;
}

void Channel::try_next(std::string why) {
  while (!addresses_.empty()) {
    const SocketAddress address = addresses_.back();
    addresses_.pop_back();
    connection_ = std::make_shared<ClientConnection>(
        house_.thread, static_cast<ClientConnection::Owner&>(*this), target_, house_.limits);
    const Status begun = connection_->begin(address);
    if (begun) return house_.thread.timers().set(*this, share_of_time());
    why = begun.error().message;
    connection_ = nullptr;
  }
  attempt_failed(GrpcCode::kUnavailable, why);
}

void Channel::expired() {
  if (!connecting_) return;
  const std::string why = "no connection to " + target_.host + " in time";
  if (addresses_.empty()) return attempt_failed(GrpcCode::kUnavailable, why);
  std::exchange(connection_, nullptr)->forsake();
  try_next(why);
}

void Channel::attempt_failed(GrpcCode code, const std::string& why) {
  connecting_ = false;
  addresses_.clear();
  cancel();
  if (const auto connection = std::exchange(connection_, nullptr)) connection->forsake();
  ++failures_;
  not_before_ = now() + pause_after(failures_, house_.limits);
  last_failure_ = why;
  fail_waiting(code, why);
}

void Channel::fail_waiting(GrpcCode code, const std::string& why) {
  for (const auto& [ticket, call] : std::exchange(waiting_, {})) {
    call->move_to(nullptr);
    call->finish({.status = {code, why}, .untouched = true});
  }
}

// A server that lets clients in and never answers one is no better than one that lets none in. Of one that
// nobody wanted anything of, nothing is known.
void Channel::note_use(ClientConnection& connection, const std::string& why) {
  if (connection.session()->answered()) failures_ = 0;
  const bool was_wanted = connection.session()->asked() || !waiting_.empty();
  if (connection.session()->answered() || !was_wanted) return;
  ++failures_;
  not_before_ = now() + pause_after(failures_, house_.limits);
  last_failure_ = why;
}

void Channel::connection_changed(ClientConnection& connection) {
  if (&connection != connection_.get()) return;
  if (connecting_ && connection.session()->greeted()) {
    connecting_ = false;
    addresses_.clear();
    cancel();
  }
  if (!connecting_) serve_waiting();
}

void Channel::connection_ended(ClientConnection& connection, const std::string& why) {
  std::erase_if(retiring_, [&](const auto& each) { return each.get() == &connection; });
  if (&connection != connection_.get()) return;
  const auto ended = std::exchange(connection_, nullptr);
  if (connecting_) return try_next(why);
  note_use(*ended, why);
  serve_waiting();
}

}  // namespace batata::net
