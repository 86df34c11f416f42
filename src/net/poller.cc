#include "net/poller.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>

#include "base/assert.h"

namespace batata::net {

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  BATATA_ASSERT(epoll_ >= 0);
  BATATA_ASSERT(wake_ >= 0);
  // Edge-triggered: each write is an event of its own, and the counter need never be read.
  BATATA_ASSERT(add(wake_, nullptr, EPOLLIN | EPOLLET));
}

Poller::~Poller() {
  ::close(wake_);
  ::close(epoll_);
}

bool Poller::add(int socket, Pollable* target, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.ptr = target}};
  return epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) == 0;
}

bool Poller::add_stream(int socket, Pollable& target) {
  return add(socket, &target, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

bool Poller::add_listener(int socket, Pollable& target) {
  return add(socket, &target, EPOLLIN);
}

void Poller::set_paused(int socket, Pollable& target, bool paused) {
  epoll_event event{.events = paused ? 0u : EPOLLIN, .data = {.ptr = &target}};
  const int done = epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event);
  BATATA_ASSERT(done == 0);
}

std::span<const Poller::Event> Poller::wait(std::optional<Duration> timeout) {
  int limit_ms = -1;
  if (timeout) {
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(*timeout).count();
    limit_ms = static_cast<int>(std::clamp<std::int64_t>(ms, 0, INT32_MAX));
  }
  const int n = epoll_wait(epoll_, raw_.data(), kEventsMax, limit_ms);
  BATATA_ASSERT(n >= 0 || errno == EINTR);
  std::size_t count = 0;
  for (int i = 0; i < n; ++i) {
    const auto& [bits, data] = raw_[static_cast<std::size_t>(i)];
    if (data.ptr == nullptr) continue;
    const bool hangup = (bits & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    events_[count++] = {
        static_cast<Pollable*>(data.ptr),
        {.readable = (bits & EPOLLIN) != 0 || hangup, .writable = (bits & EPOLLOUT) != 0, .hangup = hangup}};
  }
  return {events_.data(), count};
}

void Poller::wake() {
  const std::uint64_t one = 1;
  const auto written = ::write(wake_, &one, sizeof one);
  BATATA_ASSERT(written == sizeof one);
}

}  // namespace batata::net
