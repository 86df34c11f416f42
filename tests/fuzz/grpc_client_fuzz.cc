// Bytes of a server that is called: HTTP/2 frames, heads and trailers, messages. The first byte chooses how
// they are cut, whether the server has greeted already, and what the callers do meanwhile; the calls have the
// streams 1, 3, 5 and 7.
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "net/client/session_pair.h"
#include "net/grpc_codec.h"

namespace {

using namespace batata;
using std::chrono::seconds;

// Every call ends once, and what it has said is given back.
void check(bool holds) {
  if (!holds) std::abort();
}

void talk(std::string_view bytes, unsigned choice) {
  std::array<net::HeardCall, 4> heard;
  net::ClientSide client({.message_bytes = 65536, .unpack_ratio = 10, .streams = 4, .unread_bytes = 4096});
  client.collect();
  if ((choice & 4) != 0) client.feed(std::string_view("\0\0\0\4\0\0\0\0\0\0\0\0\4\1\0\0\0\0", 18));
  heard[1].reads = false;
  heard[2].cancels = true;
  for (net::HeardCall& call : heard) client.ask(call, "question", {.path = "/a", .gzip = true});
  client.collect();
  const std::size_t step = 1 + choice / 8 * 31;
  for (std::size_t at = 0; at < bytes.size() && !client.session.finished(); at += step) {
    client.feed(bytes.substr(at, step));
    if (heard[1].call->over() || at % 3 != 0) continue;
    heard[1].call->consumed(1000);
    client.collect();
  }
  if ((choice & 1) != 0) client.line.advance(client.session, seconds(11));  // the deadlines
  if ((choice & 2) != 0) client.line.advance(client.session, seconds(400));
  client.session.lost("the end");
  for (net::HeardCall& call : heard) {
    if (!call.call->over()) call.call->consumed(1 << 30);
    call.call->finish({.status = {wire::GrpcCode::kCancelled, "the end"}});
    check(call.ends == 1);
    check(call.sent_bytes == 8);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  talk(bytes.substr(1), data[0]);
  const std::string text = net::decode_grpc_message(bytes);
  check(text.size() <= size);
  (void)net::status_in(bytes.substr(0, bytes.find(' ')), bytes);
  return 0;
}
