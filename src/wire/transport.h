#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/types.h"
#include "base/unique_function.h"

namespace batata::wire {

/// Who a client's certificate says it is. It has been checked: its chain leads to an authority that the
/// settings trust.
struct PeerCertificate {
  std::string common_name;               ///< of the subject; empty when it has none
  std::vector<std::string> alternative;  ///< of the subject: its DNS names and URIs
};

/// One accepted TCP connection, as faces see it. Shared; lives as long as anyone holds it, also after the
/// connection has ended.
class Transport {
 public:
  virtual ~Transport() = default;
  std::string remote_address, local_address;
  std::uint16_t remote_port = 0, local_port = 0;
  WallTime accepted_at;
  /// What the client has shown of itself in TLS; null when it did not. Like the others, set before any
  /// request.
  std::shared_ptr<const PeerCertificate> certificate;

  /// What a face keeps with the connection. Set on the I/O thread, before other threads know the transport.
  std::shared_ptr<void> attachment;

  /// Ends the connection: streams are finished with OK first. Any thread.
  virtual void close() = 0;
  /// `hook` runs on the I/O thread when the connection has ended, at once when it has already. I/O thread
  /// only.
  virtual void on_closed(UniqueFunction<void()> hook) = 0;
};

}  // namespace batata::wire
