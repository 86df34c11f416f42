#pragma once
#include <netinet/in.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "async/runtime.h"
#include "base/result.h"
#include "net/poller.h"
#include "net/server.h"
#include "net/socket_address.h"
#include "wire/datagram.h"

namespace batata::net {

/// Datagrams through one UDP socket, with a thread of its own that sleeps while there is nothing to do. It
/// sends and receives up to kBatch of them with one system call.
///
/// Opened and destroyed by the main thread; the rest is for the loop. What it received and the loop has not
/// taken may be told to a receiver that is set later, never to one that has been taken away.
class UdpSocket final : public wire::Datagrams, private Pollable {
 public:
  /// Binds `where`; port 0 is any free one. `loop` must outlive the socket, and run the posts that it made
  /// before it went. Errors: kInvalidArgument for an address that is none; kUnavailable with a sentence.
  [[nodiscard]] static Result<std::unique_ptr<UdpSocket>> open(Runtime& loop, const ListenAddress& where);
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;
  ~UdpSocket() override;

  [[nodiscard]] bool send(const wire::DatagramPeer& to, std::shared_ptr<const std::string> bytes) override;
  void on_receive(Receiver receiver) override;
  /// The port it is bound to.
  [[nodiscard]] std::uint16_t port() const;

 private:
  static constexpr std::size_t kBatch = 64;
  static constexpr int kBatchesPerTurn = 16;         // so that a flood of input does not keep output waiting
  static constexpr std::size_t kOnTheWayMax = 4096;  // received and not yet taken by the loop
  struct Outgoing {
    SocketAddress to;
    std::shared_ptr<const std::string> bytes;
  };
  struct Arrived {
    std::string bytes;
    wire::DatagramPeer from;
  };
  // Shared with the posts that bring news to the loop, which may outlive the socket.
  struct Inbox {
    Receiver receiver;  // loop only
    std::atomic<std::size_t> on_the_way = 0;
  };

  UdpSocket(Runtime& loop, int socket, sa_family_t family);
  void on_ready(Ready ready) override;
  void run();
  bool receive_batch();
  void send_all();

  Runtime& loop_;
  const int socket_;
  const sa_family_t family_;
  Poller poller_;
  const std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  std::mutex mutex_;
  std::vector<Outgoing> outgoing_;  // guarded by mutex_
  std::atomic<std::size_t> queued_ = 0;
  std::atomic<bool> stopping_ = false;

  // The thread's own.
  struct Buffers;
  const std::unique_ptr<Buffers> buffers_;
  std::vector<Outgoing> sending_;
  std::size_t sent_ = 0;  // of `sending_`
  bool readable_ = false;
  bool writable_ = true;
  std::thread thread_;
};

}  // namespace batata::net
