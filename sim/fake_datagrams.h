#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/datagram.h"

namespace batata::sim {

/// A UDP socket that keeps what was sent and receives what a test says. One thread.
class FakeDatagrams final : public wire::Datagrams {
 public:
  struct Sent {
    wire::DatagramPeer to;
    std::shared_ptr<const std::string> bytes;
  };

  [[nodiscard]] bool send(const wire::DatagramPeer& to, std::shared_ptr<const std::string> bytes) override {
    if (full) return false;
    sent.push_back({to, std::move(bytes)});
    return true;
  }
  void on_receive(Receiver receiver) override { receiver_ = std::move(receiver); }

  void arrive(std::string_view bytes, const wire::DatagramPeer& from) const {
    if (receiver_) receiver_(bytes, from);
  }

  std::vector<Sent> sent;
  bool full = false;  ///< take nothing

 private:
  Receiver receiver_;
};

}  // namespace batata::sim
