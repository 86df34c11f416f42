#include "net/client/resolver.h"

#include <netdb.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>
#include <utility>

namespace batata::net {
namespace {

Result<std::vector<SocketAddress>> look_up(const std::string& host, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* first = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &first);
  if (error != 0) return fail(Errc::kUnavailable, "no address of " + host + ": " + ::gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(first, &::freeaddrinfo);
  std::vector<SocketAddress> addresses;
  for (const addrinfo* each = first; each != nullptr && addresses.size() < Resolver::kAddressesMax;
       each = each->ai_next) {
    SocketAddress& address = addresses.emplace_back();
    address.size = each->ai_addrlen;
    std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
  }
  return addresses;
}

}  // namespace

Resolver::~Resolver() {
  {
    const std::lock_guard guard(lock_);
    stopping_ = true;
    jobs_.clear();
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Resolver::resolve(std::string host, std::uint16_t port, Done done) {
  if (const auto address = socket_address(host, port)) return done(std::vector{*address});
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  std::unique_lock guard(lock_);
  if (jobs_.size() >= kWaitingMax) {
    guard.unlock();
    return done(fail(Errc::kUnavailable, "too many names are being looked up"));
  }
  jobs_.push_back({std::move(host), port, std::move(done)});
  guard.unlock();
  changed_.notify_one();
}

void Resolver::run() {
  std::unique_lock guard(lock_);
  for (;;) {
    changed_.wait(guard, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    guard.unlock();
    job.done(look_up(job.host, job.port));
    guard.lock();
  }
}

}  // namespace batata::net
