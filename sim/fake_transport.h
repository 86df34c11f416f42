#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "wire/grpc.h"

namespace batata::sim {

/// A TCP connection that a test opens and closes. One thread.
class FakeTransport final : public wire::Transport {
 public:
  FakeTransport(std::string address, std::uint16_t port, WallTime accepted) {
    remote_address = std::move(address);
    remote_port = port;
    local_address = "127.0.0.1";
    local_port = 9848;
    accepted_at = accepted;
  }

  void close() override {
    if (std::exchange(closed, true)) return;
    for (auto& hook : std::exchange(hooks_, {})) hook();
  }
  void on_closed(UniqueFunction<void()> hook) override {
    if (closed) return hook();
    hooks_.push_back(std::move(hook));
  }

  bool closed = false;

 private:
  std::vector<UniqueFunction<void()>> hooks_;
};

/// The sending side of a stream that keeps what was sent. One thread.
class FakeDuplex final : public wire::Duplex {
 public:
  void send(std::shared_ptr<const std::string> message) override { sent.push_back(std::move(message)); }
  void finish(wire::GrpcStatus status) override {
    finished = true;
    final_status = std::move(status);
  }
  std::size_t unsent_bytes() const override { return unsent; }

  std::size_t unsent = 0;  ///< what a test wants it to be
  std::vector<std::shared_ptr<const std::string>> sent;
  bool finished = false;
  wire::GrpcStatus final_status;
};

}  // namespace batata::sim
