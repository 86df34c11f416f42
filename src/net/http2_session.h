#pragma once
#include <nghttp2/nghttp2.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/http2_floods.h"
#include "net/http2_head.h"
#include "net/http2_stream.h"
#include "net/session.h"

namespace batata::net {

/// HTTP/2 on one connection, on nghttp2: gRPC calls go to the service's methods, other requests to its
/// router. Source: RFC 9113; https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
class Http2Session final : public Session {
 public:
  using Ref = SessionRef<Http2Session>;
  Http2Session(Carrier& carrier, const Service& service);
  ~Http2Session() override;

  void receive(std::span<char> bytes) override;
  void produce() override;
  bool finished() const override;
  bool aborted() const override { return broken_; }
  bool shed() override;
  Held held() const override { return {.unsent = queued_, .unfinished = buffered_}; }
  // Window updates and pings must be read at all times; but nothing more of a client that was sent away.
  bool wants_input(bool) const override { return !away_; }
  void deadline_passed() override;
  void wind_down() override;

  // For streams and what works on them.
  [[nodiscard]] nghttp2_session* handle() { return h2_.get(); }
  [[nodiscard]] Carrier& carrier() { return carrier_; }
  [[nodiscard]] const Service& service() const { return service_; }
  [[nodiscard]] const std::shared_ptr<Ref>& self() const { return self_; }
  /// Null when the stream has ended.
  [[nodiscard]] Http2Stream* find(std::int32_t id);
  // For the sending side of a body that goes on; of no effect once the stream has ended.
  void body_bytes(std::int32_t id, std::shared_ptr<const std::string> bytes);
  void end_body(std::int32_t id);
  void cut_off(std::int32_t id);
  /// Asks for a send at the end of this turn.
  void wake() { carrier_.request_flush(); }
  /// Counts bytes queued on streams (positive) and moved to the socket (negative).
  void note_queued(std::ptrdiff_t bytes);
  /// All that a stream had to say is out.
  void note_taken_whole() { taken_whole_ = carrier_.now(); }
  /// Whether so many bytes more may be queued on streams beside what the client has not taken yet; counted
  /// when not.
  [[nodiscard]] bool has_room(std::size_t bytes) const;
  /// Resets a stream that has more gathered than it may, and frees all that it holds, also its work: not to
  /// be called from that.
  void drop(Http2Stream& stream);
  /// The request on that stream comes too slowly: its work is told.
  void too_slow(Http2Stream& stream);
  /// Ends the connection because of what the peer does: GOAWAY with the code is the last thing that it hears,
  /// and nothing more is read of what it sends.
  void terminate(std::uint32_t error_code);
  /// The same for what it does too often, which is counted.
  void terminate(Flood flood);

 private:
  friend struct Http2Callbacks;
  struct Free {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };
  void head_complete(std::int32_t id, bool ended);
  void give_data(Http2Stream& stream, std::string_view bytes);
  template <class Act>
  void let_work(Http2Stream& stream, Act act);
  void refuse_unfinished();
  void remote_end(Http2Stream& stream);
  void end_for(ssize_t error);
  void say_goaway();
  void update_deadline();
  void end_held_up_streams();
  void look_at_taking();
  void begin_anew();
  void end_stalled_streams();

  Carrier& carrier_;
  const Service& service_;
  std::shared_ptr<Ref> self_;
  std::unique_ptr<nghttp2_session, Free> h2_;
  std::unordered_map<std::int32_t, std::unique_ptr<Http2Stream>> streams_;
  Http2Head head_;  // of the request whose header block is arriving; blocks are never interleaved
  std::size_t queued_ = 0, buffered_ = 0;  // over all streams: to send, and received of unfinished messages
  std::vector<std::int32_t> unfinished_;   // that got data in this turn, while there was no room for it
  Http2Floods floods_;
  const SteadyTime started_;
  SteadyTime last_received_;
  Taking taking_;                                       // of all that is queued
  SteadyTime taken_whole_ = carrier_.now();             // when a stream last had nothing more to say
  SteadyTime looked_for_stalls_ = SteadyTime::never();  // never: nothing is queued
  SteadyTime wind_down_until_ = SteadyTime::never();    // until then clients may hold up the end
  bool greeted_ = false;                                // the client's SETTINGS have come
  bool ping_sent_ = false;
  bool winding_down_ = false, broken_ = false;
  bool away_ = false, said_goaway_ = false;  // terminate() was called; its frame is on its way
  std::uint32_t away_code_ = NGHTTP2_NO_ERROR;
};

}  // namespace batata::net
