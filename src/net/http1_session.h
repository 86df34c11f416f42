#pragma once
#include <string>

#include "net/http1_body.h"
#include "net/http1_parser.h"
#include "net/session.h"

namespace batata::net {

/// HTTP/1.0 and HTTP/1.1 on one connection.
///
/// One request is in work at a time, so answers go out in the order of the requests; what a client sends
/// meanwhile waits in a bounded buffer, and reading stops when that is full. While nothing has arrived there
/// is no buffer at all.
class Http1Session final : public Session {
 public:
  Http1Session(Carrier& carrier, const Service& service);
  ~Http1Session() override;

  void receive(std::span<char> bytes) override;
  void produce() override;
  bool finished() const override { return state_ == State::kFinished; }
  bool client_has_finished() const override { return last_request_; }
  bool aborted() const override { return aborted_; }
  Held held() const override {
    return {.unsent = body_ == nullptr ? 0 : body_->queued(), .unfinished = input_.size()};
  }
  bool wants_input(bool blocked) const override;
  void deadline_passed() override;
  void wind_down() override;

  // For the sending side of a body: bodies are numbered, one at a time is sent; of no effect for one before.
  void body_bytes(std::int32_t body, std::shared_ptr<const std::string> bytes);
  void end_body(std::int32_t body);
  void cut_off(std::int32_t body);

 private:
  using Ref = SessionRef<Http1Session>;
  class Reply;
  enum class State : std::uint8_t {
    kHead,      // reading a head, or nothing yet
    kBody,      // the head at the front of the input is whole, its body is not
    kAnswer,    // a request is in work
    kStream,    // its answer goes on
    kUpgraded,  // the connection is no longer HTTP's
    kFinished,  // nothing more will be read or answered
  };

  std::size_t process(std::span<char> input, std::size_t& size);
  bool next_request(char* data, std::size_t& size, std::size_t& consumed);
  bool body_complete(char* data, std::size_t& size);
  void dispatch(std::string_view body);
  void answer(wire::Response response);
  void begin_body(wire::BodyStart start);
  void drop_body();
  void answer_done();
  void hand_over();
  void refuse(const Refusal& refusal);
  void count(const Refusal& refusal) const;
  void abandon();
  void work_on_input();
  void keep(std::string_view rest);
  void update_deadline();
  [[nodiscard]] bool is_current(std::int32_t body) const {
    return state_ == State::kStream && body == body_number_;
  }
  [[nodiscard]] bool is_answering() const { return state_ == State::kAnswer || state_ == State::kStream; }

  Carrier& carrier_;
  const Service& service_;
  std::shared_ptr<Ref> self_;
  State state_ = State::kHead;
  wire::Router::TaskId task_ = wire::Router::kNoTask;  // that answers the request, in state kAnswer
  SteadyTime wind_down_until_ = SteadyTime::never();   // never: the connection does not wind down
  bool in_dispatch_ = false;   // the router is being called: an answer continues the loop that called it
  bool any_request_ = false;   // the first head has its own time limit
  bool head_only_ = false;     // of the request in work
  bool last_request_ = false;  // the client has said of the request in work that it is
  AcceptedCoding accepted_ = AcceptedCoding::kIdentity;  // of the request in work
  Http1Head head_;             // of the request at the front of the input, or in work
  RequestIntake intake_;       // kBody: of that request
  std::size_t scanned_ = 0;    // where the search for the end of the head goes on
  std::size_t head_size_ = 0;  // kBody: of the head at the front of the input
  ChunkDecoder chunks_;
  SteadyTime request_started_;
  bool aborted_ = false;
  std::int32_t body_number_ = 0;                      // of the body that is sent, or was last
  std::unique_ptr<Http1Body> body_;                   // kStream
  std::shared_ptr<wire::WebSocketStart> web_socket_;  // kUpgraded, until it is handed over
  std::string input_;  // what could not be worked on yet; starts with the request that is being read
};

}  // namespace batata::net
