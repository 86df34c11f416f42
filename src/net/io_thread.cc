#include "net/io_thread.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/log.h"
#include "net/connection.h"
#include "net/listener.h"

namespace batata::net {

IoThread::IoThread(const Service& service, std::size_t number, std::size_t threads)
    : service_(service),
      door_(std::make_shared<LoopDoor>([this] { poller_.wake(); })),
      read_buffer_(std::make_unique<std::array<char, kReadBytes>>()),
      unsent_(tally(service.load == nullptr ? nullptr : &service.load->unsent(), threads)),
      unfinished_(tally(service.load == nullptr ? nullptr : &service.load->unfinished(), threads)),
      holders_(service.load, *service.greatest_held, number, wheel_, now_) {}

IoThread::~IoThread() {
  stop();
}

SteadyTime IoThread::read_clock() {
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count()};
}

WallTime IoThread::wall_now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

void IoThread::add_listener(std::unique_ptr<Listener> listener) {
  listeners_.push_back(std::move(listener));
}

void IoThread::start() {
  thread_ = std::thread([this] {
    door_->enter();
    for (const auto& listener : listeners_) listener->start();
    run();
  });
}

void IoThread::stop() {
  if (!thread_.joinable()) return;
  door_->post([this] { stopping_ = true; });
  thread_.join();
  door_->shut();
}

void IoThread::wind_down() {
  door_->post([this] {
    for (const auto& listener : listeners_) listener->accept_all();  // whom the kernel has let in already
    close_listeners();
    const auto connections = connections_;
    for (const auto& connection : connections) connection->wind_down();
    winds_down_.store(true, std::memory_order_release);
  });
}

void IoThread::run() {
  while (!stopping_) take_turn(poller_.wait(time_to_wait()));
  close_all();
}

// None: only sockets and mail can give it something to do.
std::optional<Duration> IoThread::time_to_wait() {
  if (!unread_.empty() || !door_->mailbox().rest()) return Duration::zero();
  const SteadyTime next = wheel_.next();
  if (next == SteadyTime::never()) return std::nullopt;
  return std::max(next - read_clock(), Duration::zero());
}

void IoThread::take_turn(std::span<const Poller::Event> events) {
  platform::MailBatch batch;
  now_ = read_clock();
  // Events come before mail: a job may close and free what an event points to.
  reading_.swap(unread_);
  for (const auto& [target, ready] : events) target->on_ready(ready);
  for (const auto& connection : reading_) connection->read_on();
  reading_.clear();
  door_->mailbox().drain(mail_);
  for (auto& job : mail_) job();
  mail_.clear();
  wheel_.advance(now_);
  batch.hand_over();  // others begin while this thread sends
  send_all();
  closed_.clear();
}

void IoThread::close_listeners() {
  for (const auto& listener : listeners_) listener->close();
  listeners_.clear();
}

void IoThread::close_all() {
  close_listeners();
  while (!connections_.empty()) connections_.back()->close_now();
  dirty_.clear();
  unread_.clear();
  closed_.clear();
}

std::unique_ptr<Output> IoThread::borrow_output() {
  if (spare_outputs_.empty()) return std::make_unique<Output>();
  auto output = std::move(spare_outputs_.back());
  spare_outputs_.pop_back();
  return output;
}

void IoThread::return_output(std::unique_ptr<Output> output) {
  if (spare_outputs_.size() < kSpareOutputs && !output->is_oversized())
    spare_outputs_.push_back(std::move(output));
}

void IoThread::adopt(int socket, const Entry& entry, const sockaddr_storage& peer) {
  const ClientKey client = client_key(peer);
  const auto exceeded = service_.counts->enter(client);
  if (exceeded) {
    service_.meters->count(*exceeded);
  } else {
    service_.meters->count(Meters::kAccepted);
  }
  if (exceeded && !service_.counts->enter_refusal()) {
    ::close(socket);
    return;
  }
  auto connection = std::make_shared<Connection>(*this, socket, entry, peer);
  if (exceeded) {
    connection->set_refused();
    say_refused(*exceeded, *connection);
  }
  connection->set_index(connections_.size());
  connections_.push_back(connection);
  count_.store(connections_.size(), std::memory_order_relaxed);
  connection->start();
}

void IoThread::forget(Connection& connection) {
  if (connection.is_refused()) {
    service_.counts->leave_refusal();
  } else {
    service_.counts->leave(connection.client());
  }
  const std::size_t index = connection.index();
  closed_.push_back(connections_[index]);
  connections_[index].swap(connections_.back());
  connections_[index]->set_index(index);
  connections_.pop_back();
  count_.store(connections_.size(), std::memory_order_relaxed);
}

void IoThread::say_refused(Limit limit, const Connection& connection) {
  constexpr auto kSayEvery = std::chrono::minutes(1);
  if (said_refused_.ns >= 0 && now_ - said_refused_ < kSayEvery) return;
  said_refused_ = now_;
  log::warn("connections refused, as there are too many limit={} peer={}", setting_of(limit),
            connection.remote_address);
}

IoThread::Tally IoThread::tally(wire::HeldBytes* all, std::size_t threads) {
  return {.all = all, .step = all == nullptr ? 0 : static_cast<std::ptrdiff_t>(all->step(threads))};
}

void IoThread::Tally::note(std::ptrdiff_t bytes) {
  here += bytes;
  if (here == 0 || std::abs(here - told) >= step) tell();
}

void IoThread::Tally::tell() {
  const std::ptrdiff_t news = here - std::exchange(told, here);
  if (all != nullptr && news != 0) all->note(news);
}

void IoThread::note_held(std::ptrdiff_t unsent, std::ptrdiff_t unfinished) {
  unsent_.note(unsent);
  unfinished_.note(unfinished);
}

void IoThread::send_all() {
  while (!dirty_.empty()) {
    // What one flush makes others say (a subscriber told of a lost connection) goes out in the next round.
    flushing_.swap(dirty_);
    for (const auto& connection : flushing_) connection->flush_if_asked();
    flushing_.clear();
  }
}

}  // namespace batata::net
