#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "net/client/client_session.h"
#include "net/client/client_thread.h"
#include "net/socket_address.h"
#include "net/socket_input.h"
#include "net/tls/tls_client_context.h"

namespace batata::net {

/// Which server, and how it is spoken to. Plain data.
struct GrpcTarget {
  std::string host = {};  ///< a name, or an IP address in digits
  std::uint16_t port = 0;
  std::shared_ptr<const TlsClientContext> tls = nullptr;  ///< null: no TLS
  std::string server_name = {};  ///< that its certificate must be good for; empty: `host`
};

/// One socket to a server and the session on it. Lives on the client's thread.
class ClientConnection final : public Line,
                               public WheelTimer,
                               public Pollable,
                               public std::enable_shared_from_this<ClientConnection> {
 public:
  class Owner {
   public:
    /// It may have room for calls, or is going away.
    virtual void connection_changed(ClientConnection& connection) = 0;
    /// It has ended, and its calls are lost. `why`: in words. Not within begin().
    virtual void connection_ended(ClientConnection& connection, const std::string& why) = 0;

   protected:
    ~Owner() = default;
  };

  /// `owner`, `target` and `limits` outlive it, or forsake() is called.
  ClientConnection(ClientThread& thread, Owner& owner, const GrpcTarget& target, const ClientLimits& limits);
  ~ClientConnection() override;

  /// Starts to connect. Errors: kUnavailable, when the system refuses at once.
  [[nodiscard]] Status begin(const SocketAddress& address);
  /// Ends it with a last word to the server, if that can be said at once. Nobody is told; calls are lost.
  void forsake();
  /// Null until it is connected.
  [[nodiscard]] ClientSession* session() { return session_.get(); }
  void flush_if_asked();
  void read_on();

  // Line
  Output& output() override { return output_; }
  void request_flush() override;
  SteadyTime now() const override { return thread_.now(); }
  void set_deadline(SteadyTime when) override;
  TimerWheel& timers() override { return thread_.timers(); }
  const std::shared_ptr<LoopDoor>& door() override { return thread_.door(); }

 private:
  enum class Phase : std::uint8_t { kConnecting, kHandshake, kOpen, kEnded };
  void on_ready(Ready ready) override;
  void expired() override;
  [[nodiscard]] bool connected();
  [[nodiscard]] bool shake_hands();
  void open();
  void read();
  void flush();
  [[nodiscard]] bool send_all();
  void end(const std::string& why);
  void close();

  ClientThread& thread_;
  Owner* owner_;  // null: forsaken
  const GrpcTarget& target_;
  const ClientLimits& limits_;
  Phase phase_ = Phase::kConnecting;
  int socket_ = -1;
  std::string address_;  // for messages
  std::unique_ptr<TlsStream> tls_;
  std::unique_ptr<ClientSession> session_;
  Output output_;
  SteadyTime deadline_ = SteadyTime::never();
  SocketInput input_;
  bool blocked_ = false;
  bool flush_asked_ = false, read_later_ = false;
};

}  // namespace batata::net
