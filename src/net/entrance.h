#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "net/tls/tls_context.h"
#include "net/tls/tls_stream.h"

namespace batata::net {

/// What is spoken at a port.
struct Entry {
  std::shared_ptr<const TlsContext> tls;  ///< null: no TLS
  bool plain = true;  ///< bytes that are no TLS are served; the first one of a client tells
};

/// The beginning of a connection at a port of TLS: its first byte tells whether the client speaks that, and
/// then hands are shaken. I/O thread only.
class Entrance {
 public:
  explicit Entrance(Entry entry) : entry_(std::move(entry)) {}
  /// It is one too many: hands are not shaken with it, as that is what an attacker would have of us.
  void set_refused() { refused_ = true; }

  enum class Step : std::uint8_t {
    kOpen,        ///< requests may come
    kWaits,       ///< for the client
    kSpeaksNone,  ///< of TLS, and must
    kFailed,
  };
  /// Goes as far as what has come on `socket` allows. `readable`: whether anything may be there; cleared when
  /// all is taken.
  Step go_on(int socket, bool& readable);
  /// The stream, once it is open; null: the client speaks no TLS.
  [[nodiscard]] std::unique_ptr<TlsStream> take_stream() { return std::move(stream_); }
  /// Why hands were not shaken; empty when that was not begun.
  [[nodiscard]] std::string failure() const { return stream_ == nullptr ? "" : stream_->failure(); }

 private:
  Step look_at_first_byte(int socket, bool& readable);
  Step shake_hands(bool& readable);

  Entry entry_;  // until the first byte has come
  std::unique_ptr<TlsStream> stream_;
  bool refused_ = false;
};

}  // namespace batata::net
