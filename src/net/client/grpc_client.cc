#include "net/client/grpc_client.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "async/one_shot.h"
#include "net/client/channel.h"

namespace batata::net {

using wire::GrpcCode;

// One call, as both threads know it.
struct GrpcCall::State : CallEvents, std::enable_shared_from_this<GrpcCall::State> {
  State(Runtime& where, std::shared_ptr<ChannelRef> of, std::shared_ptr<std::atomic<std::size_t>> counter)
      : runtime(where), ref(std::move(of)), unsent(std::move(counter)) {}

  // On the loop.
  virtual void over(CallOutcome outcome) = 0;
  virtual void forget_listener() = 0;
  void drop() {
    dropped = true;
    // Later: it may be the listener itself that drops the call. And here: the last to know of a call may be
    // the I/O thread.
    forget_listener();
    on_call(
        [](ClientCall& ended) { ended.finish({.status = {GrpcCode::kCancelled, "the caller gave up"}}); });
  }

  // On the I/O thread.
  void sent(std::size_t bytes) override { unsent->fetch_sub(bytes, std::memory_order_relaxed); }
  void done(CallOutcome outcome) override {
    if (ref->channel != nullptr) ref->channel->forget(*call);
    call.reset();
    say_over(std::move(outcome));
    self.reset();
  }
  // Any thread.
  void say_over(CallOutcome outcome) {
    runtime.post([state = shared_from_this(), outcome = std::move(outcome)]() mutable {
      if (std::exchange(state->is_over, true) || state->dropped) return;
      state->over(std::move(outcome));
    });
  }
  template <class Act>
  void on_call(Act act) {
    ref->door->run([state = shared_from_this(), act = std::move(act)]() mutable {
      if (const auto call = state->call) act(*call);  // which may end in it
    });
  }

  Runtime& runtime;
  const std::shared_ptr<ChannelRef> ref;
  const std::shared_ptr<std::atomic<std::size_t>> unsent;
  ClientLimits limits;
  bool is_over = false, dropped = false;  // on the loop
  std::shared_ptr<ClientCall> call;       // on the I/O thread; null: not begun, or over
  std::shared_ptr<State> self;            // on the I/O thread, while there is a call
};

namespace {

bool is_name(std::string_view name) {
  constexpr std::string_view kOurs[] = {"te", "content-type", "user-agent", "connection", "host"};
  if (name.empty() || name.starts_with("grpc-") || std::ranges::find(kOurs, name) != std::end(kOurs))
    return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}

bool sound(const CallWishes& wishes) {
  const bool has_path =
      wishes.path.starts_with('/') && is_printable(wishes.path) && wishes.path.find(' ') == wishes.path.npos;
  return has_path && std::ranges::all_of(wishes.metadata, [](const auto& field) {
           return is_name(field.first) && is_printable(field.second);
         });
}

// Counts a message that is to be sent; an error when it is too much.
Status take_in(const ClientLimits& limits, std::atomic<std::size_t>& unsent, std::size_t bytes) {
  if (bytes > limits.message_bytes)
    return fail(Errc::kResourceExhausted, "the message has " + std::to_string(bytes) +
                                              " bytes; the limit is " + std::to_string(limits.message_bytes));
  if (unsent.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limits.unsent_bytes) return {};
  unsent.fetch_sub(bytes, std::memory_order_relaxed);
  return fail(Errc::kResourceExhausted, "the server takes its messages too slowly");
}

}  // namespace

// A call with one message each way.
struct GrpcChannel::Unary final : GrpcCall::State {
  using State::State;
  void message(std::string bytes) override {
    call->consumed(bytes.size());
    if (answer)
      return call->finish({.status = {GrpcCode::kInternal, "more than one message answers a unary call"}});
    answer = std::move(bytes);
  }
  void over(CallOutcome outcome) override {
    Done told = std::exchange(then, {});
    if (!outcome.ok()) return told(tl::unexpected(error_of(outcome)));
    if (answer) return told(std::move(*answer));
    told(tl::unexpected(error_of({.status = {GrpcCode::kInternal, "no message answers a unary call"}})));
  }
  void forget_listener() override {
    runtime.post([gone = std::move(then)] {});
  }
  std::optional<std::string> answer;  // the I/O thread's until it is over
  Done then;
};

struct GrpcChannel::Stream final : GrpcCall::State {
  using State::State;
  void message(std::string bytes) override {
    runtime.post([state = shared_from_this(), bytes = std::move(bytes)]() mutable {
      const std::size_t size = bytes.size();
      if (state->dropped) return;
      static_cast<Stream&>(*state).handler->message(std::move(bytes));
      state->on_call([size](ClientCall& read) { read.consumed(size); });
    });
  }
  void forget_listener() override {
    runtime.post([gone = std::move(handler)] {});
  }
  void over(CallOutcome outcome) override {
    const auto told = std::move(handler);
    told->ended(outcome.ok() ? Status() : Status(tl::unexpected(error_of(outcome))));
  }
  std::unique_ptr<GrpcStreamHandler> handler;
};

// The job that begins a call on the I/O thread. Where that has ended, the call fails.
struct GrpcChannel::Beginning {
  Beginning(std::shared_ptr<GrpcCall::State> begun, CallWishes wanted,
            std::shared_ptr<const std::string> only)
      : state(std::move(begun)), wishes(std::move(wanted)), message(std::move(only)) {}
  Beginning(Beginning&&) noexcept = default;
  Beginning& operator=(Beginning&&) = delete;
  ~Beginning() {
    if (state != nullptr)
      state->say_over({.status = {GrpcCode::kUnavailable, "the client was closed"}, .untouched = true});
  }
  void operator()() {
    Channel* const channel = state->ref->channel;
    if (channel == nullptr) return;
    const auto begun = std::exchange(state, nullptr);
    begun->self = begun;
    const auto call = std::make_shared<ClientCall>(std::move(wishes), channel->limits(), *begun);
    begun->call = call;
    if (message != nullptr) {
      call->send(std::move(message));
      call->end_sending();
    }
    channel->start(call);
  }

  std::shared_ptr<GrpcCall::State> state;
  CallWishes wishes;
  std::shared_ptr<const std::string> message;  // of a unary call
};

GrpcCall& GrpcCall::operator=(GrpcCall&& other) noexcept {
  if (this == &other) return *this;
  if (const auto given_up = std::exchange(state_, std::move(other.state_))) given_up->drop();
  return *this;
}

GrpcCall::~GrpcCall() {
  if (state_ != nullptr) state_->drop();
}

Status GrpcCall::send(std::string message) {
  if (state_ == nullptr) return {};
  const std::size_t bytes = message.size();
  if (const Status taken = take_in(state_->limits, *state_->unsent, bytes); !taken) return taken;
  state_->ref->door->run(
      [state = state_, message = std::make_shared<const std::string>(std::move(message))]() mutable {
        if (state->call == nullptr) return state->sent(message->size());
        state->call->send(std::move(message));
      });
  return {};
}

void GrpcCall::finish() {
  if (state_ != nullptr) state_->on_call([](ClientCall& call) { call.end_sending(); });
}

GrpcChannel::GrpcChannel(Runtime& runtime, std::shared_ptr<ChannelRef> ref, const ClientLimits& limits,
                         UniqueFunction<void()> close)
    : runtime_(runtime),
      ref_(std::move(ref)),
      limits_(limits),
      unsent_(std::make_shared<std::atomic<std::size_t>>(0)),
      close_(std::move(close)) {}

GrpcChannel::~GrpcChannel() {
  close_();
}

GrpcCall GrpcChannel::start(CallWishes wishes, std::shared_ptr<GrpcCall::State> state,
                            std::shared_ptr<const std::string> message) {
  state->limits = limits_;
  if (sound(wishes)) {
    ref_->door->run(Beginning(state, std::move(wishes), std::move(message)));
  } else {
    if (message != nullptr) state->sent(message->size());
    state->say_over({.status = {GrpcCode::kInvalidArgument, "no gRPC call has such a path or such headers"},
                     .untouched = true});
  }
  return GrpcCall(std::move(state));
}

GrpcCall GrpcChannel::ask(CallWishes wishes, std::string message, Done done) {
  auto state = std::make_shared<Unary>(runtime_, ref_, unsent_);
  state->then = std::move(done);
  if (const Status taken = take_in(limits_, *unsent_, message.size()); !taken) {
    state->say_over({.status = {GrpcCode::kResourceExhausted, taken.error().message}, .untouched = true});
    return GrpcCall(std::move(state));
  }
  return start(std::move(wishes), std::move(state), std::make_shared<const std::string>(std::move(message)));
}

Task<Result<std::string>> GrpcChannel::ask(CallWishes wishes, std::string message) {
  OneShot<Result<std::string>> answer(runtime_);
  const GrpcCall call =
      ask(std::move(wishes), std::move(message),
          [setter = answer.setter()](Result<std::string> come) { setter.set(std::move(come)); });
  co_return co_await answer;
}

GrpcCall GrpcChannel::open(CallWishes wishes, std::unique_ptr<GrpcStreamHandler> handler) {
  auto state = std::make_shared<Stream>(runtime_, ref_, unsent_);
  state->handler = std::move(handler);
  return start(std::move(wishes), std::move(state), nullptr);
}

struct GrpcClient::Core {
  Core(EgressPolicy what, const ClientLimits& how) : limits(how), policy(std::move(what)) {}

  const ClientLimits limits;
  const EgressPolicy policy;
  Resolver resolver;
  ClientThread thread;
  const Channel::House house{thread, resolver, policy, limits};
  std::unordered_map<Channel*, std::unique_ptr<Channel>> channels;  // on the I/O thread
};

GrpcClient::GrpcClient(Runtime& runtime, EgressPolicy policy, const ClientLimits& limits)
    : runtime_(runtime), core_(std::make_unique<Core>(std::move(policy), limits)) {}

GrpcClient::~GrpcClient() {
  core_->thread.stop([core = core_.get()] { core->channels.clear(); });
  // What this turn of the loop has gathered for the thread is handed over at its end, to a door that is shut.
  runtime_.post([door = core_->thread.door()] {});
}

std::unique_ptr<GrpcChannel> GrpcClient::channel(GrpcTarget target) {
  auto ref = std::make_shared<ChannelRef>();
  ref->door = core_->thread.door();
  Core* const core = core_.get();  // lives as long as jobs run
  ref->door->run([core, ref, target = std::move(target)]() mutable {
    auto made = std::make_unique<Channel>(core->house, std::move(target), ref);
    core->channels.emplace(made.get(), std::move(made));
  });
  auto close = [core, ref] { ref->door->run([core, ref] { core->channels.erase(ref->channel); }); };
  return std::unique_ptr<GrpcChannel>(new GrpcChannel(runtime_, ref, core_->limits, std::move(close)));
}

}  // namespace batata::net
