#include "net/io_thread.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "net/connection.h"
#include "net/listener.h"

namespace batata::net {

namespace asio = boost::asio;

IoThread::IoThread(const Service& service)
    : service_(service),
      door_(std::make_shared<LoopDoor>([this] { asio::post(io_, [this] { take_mail(); }); })),
      read_buffer_(std::make_unique<std::array<char, kReadBytes>>()) {}

IoThread::~IoThread() {
  stop();
}

SteadyTime IoThread::read_clock() {
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count()};
}

void IoThread::add_listener(std::shared_ptr<Listener> listener) {
  listeners_.push_back(std::move(listener));
}

void IoThread::start() {
  thread_ = std::thread([this] {
    door_->enter();
    for (const auto& listener : listeners_) listener->start();
    const auto guard = asio::make_work_guard(io_);
    io_.run();
  });
}

void IoThread::stop() {
  if (!thread_.joinable()) return;
  asio::post(io_, [this] {
    close_all();
    io_.stop();
  });
  thread_.join();
  door_->shut();
}

void IoThread::drain() {
  asio::post(io_, [this] {
    begin_turn();
    close_listeners();
    const auto connections = connections_;
    for (const auto& connection : connections) connection->wind_down();
    end_turn();
  });
}

void IoThread::close_listeners() {
  for (const auto& listener : listeners_) listener->close();
  listeners_.clear();
}

void IoThread::close_all() {
  begin_turn();
  close_listeners();
  while (!connections_.empty()) {
    const auto connection = connections_.back();  // kept: closing takes it off the list
    connection->close_now();
  }
  dirty_.clear();
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

void IoThread::adopt(int socket) {
  auto connection = std::make_shared<Connection>(*this, socket);
  connection->set_index(connections_.size());
  connections_.push_back(connection);
  count_.store(connections_.size(), std::memory_order_relaxed);
  connection->start();
}

void IoThread::forget(Connection& connection) {
  const std::size_t index = connection.index();
  connections_[index].swap(connections_.back());
  connections_[index]->set_index(index);
  connections_.pop_back();
  count_.store(connections_.size(), std::memory_order_relaxed);
}

void IoThread::take_mail() {
  begin_turn();
  door_->mailbox().drain(mail_);
  for (auto& job : mail_) job();
  mail_.clear();
  end_turn();
}

void IoThread::end_turn() {
  while (!dirty_.empty()) {
    // What one flush makes others say (a subscriber told of a lost connection) goes out in the next round.
    flushing_.swap(dirty_);
    for (const auto& connection : flushing_) connection->flush_if_asked();
    flushing_.clear();
  }
  arm_timer();
}

void IoThread::arm_timer() {
  const SteadyTime next = wheel_.next();
  if (armed_for_ <= next) return;
  armed_for_ = next;
  system_timer_.expires_at(Clock::time_point(std::chrono::nanoseconds(next.ns)));
  system_timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;  // armed anew for an earlier time
    armed_for_ = SteadyTime::never();
    begin_turn();
    wheel_.advance(now_);
    end_turn();
  });
}

}  // namespace batata::net
