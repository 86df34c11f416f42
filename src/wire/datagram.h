#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace batata::wire {

/// The other end of a datagram.
struct DatagramPeer {
  std::string address;  ///< an IPv4 or IPv6 address
  std::uint16_t port = 0;
  auto operator<=>(const DatagramPeer&) const = default;
};

/// A UDP socket, as faces see it: datagrams go out when there is room, and may get lost; anybody may send one
/// and name any sender. Loop only.
class Datagrams {
 public:
  virtual ~Datagrams() = default;

  /// Queues one datagram. The same bytes may go to many. False when it cannot go out: the address is none
  /// that the socket reaches, there are more than kBytesMax bytes, or kQueuedMax datagrams wait already.
  [[nodiscard]] virtual bool send(const DatagramPeer& to, std::shared_ptr<const std::string> bytes) = 0;

  /// Who is told of what arrives; an empty one ends that. Datagrams of more than kReceivedMax bytes, and
  /// those that come faster than the loop takes them, are dropped.
  using Receiver = std::function<void(std::string_view bytes, const DatagramPeer& from)>;
  virtual void on_receive(Receiver receiver) = 0;

  static constexpr std::size_t kBytesMax = 65'507;    ///< of a datagram over IPv4
  static constexpr std::size_t kQueuedMax = 16'384;   ///< some push to every subscriber of a large service
  static constexpr std::size_t kReceivedMax = 2'048;  ///< acknowledgements have a hundred
};

}  // namespace batata::wire
