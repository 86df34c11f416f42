#include <gtest/gtest.h>
#include <zlib.h>

#include <thread>

#include "net/http2_test_session.h"
#include "sim/sim_runtime.h"

namespace batata::net {
namespace {

using namespace std::string_view_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;
using wire::GrpcCode;
using wire::GrpcStatus;

class Http2SessionTest : public testing::Test, protected GrpcRoom<sim::SimRuntime> {};

std::string framed(std::string_view message, char flag = 0) {
  return Http2TestClient::framed(message, flag);
}

std::string gzipped(std::string_view plain) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string out(compressBound(plain.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_F(Http2SessionTest, AnswersAUnaryCallWithHeadersMessageAndTrailers) {
  const auto id = call("/Test/echo", framed("hi"));
  const auto& answer = client.answer(id);
  EXPECT_EQ(answer.headers.at(":status"), "200");
  EXPECT_EQ(answer.headers.at("content-type"), "application/grpc");
  EXPECT_EQ(answer.body, framed("<hi>"));
  EXPECT_EQ(answer.trailers.at("grpc-status"), "0");
  EXPECT_TRUE(answer.closed);
  EXPECT_EQ(answer.error_code, 0u);
}

TEST_F(Http2SessionTest, AnswersAnEmptyMessageWithAnEmptyMessage) {
  EXPECT_EQ(client.answer(call("/Test/size", framed(""))).body, framed("0"));
}

TEST_F(Http2SessionTest, ReadsFramesSplitAtEveryByte) {
  const auto id = client.start_grpc("/Test/echo");
  client.send(id, framed("split"));
  client.end(id);
  const std::uint8_t* data = nullptr;
  while (const auto n = nghttp2_session_mem_send(client.handle(), &data))
    for (ssize_t i = 0; i < n; ++i)
      client.take(carrier.feed(session, {reinterpret_cast<const char*>(data) + i, 1}));
  EXPECT_EQ(client.answer(id).body, framed("<split>"));
}

TEST_F(Http2SessionTest, AFailureBeforeAMessageIsTrailersOnlyWithAnEncodedText) {
  const auto id = call("/Test/fail", framed(""));
  const auto& answer = client.answer(id);
  EXPECT_EQ(answer.headers.at("grpc-status"), "5");
  EXPECT_EQ(answer.headers.at("grpc-message"), "no \"%C3%A4\" 100%25%0A");
  EXPECT_EQ(answer.body, "");
  EXPECT_TRUE(answer.closed);
}

TEST_F(Http2SessionTest, UnknownMethodsAreUnimplemented) {
  EXPECT_EQ(status(call("/Test/unknown", framed(""))), "12");
  EXPECT_EQ(status(call("/", framed(""))), "12");
}

TEST_F(Http2SessionTest, ADroppedReplyIsInternal) {
  EXPECT_EQ(status(call("/Test/drop", framed(""))), "13");
}

TEST_F(Http2SessionTest, AUnaryCallNeedsExactlyOneWholeMessage) {
  EXPECT_EQ(status(call("/Test/echo", "")), "13");
  EXPECT_EQ(status(call("/Test/echo", framed("a") + framed("b"))), "13");
  EXPECT_EQ(status(call("/Test/echo", framed("abc").substr(0, 6))), "13");
  EXPECT_EQ(status(call("/Test/echo", framed("abc", 2))), "13");
  EXPECT_EQ(status(call("/Test/echo", framed("abc", 1))), "13");
}

TEST_F(Http2SessionTest, TakesTenMebibytesAndRefusesMore) {
  const std::string large(10 << 20, 'x');
  EXPECT_EQ(client.answer(call("/Test/size", framed(large))).body, framed(std::to_string(large.size())));
  EXPECT_EQ(status(call("/Test/size", framed(std::string(11 << 20, 'x')))), "8");
}

TEST_F(Http2SessionTest, UnpacksGzipWithinTheLimit) {
  const Http2TestClient::Headers gzip = {{"grpc-encoding", "gzip"}};
  EXPECT_EQ(client.answer(call("/Test/echo", framed(gzipped("packed"), 1), gzip)).body, framed("<packed>"));
  EXPECT_EQ(client.answer(call("/Test/echo", framed("plain"), gzip)).body, framed("<plain>"));
  EXPECT_EQ(status(call("/Test/size", framed(gzipped(std::string(200 << 20, 'x')), 1), gzip)), "8");
  EXPECT_EQ(status(call("/Test/echo", framed("not gzip", 1), gzip)), "13");
  EXPECT_EQ(status(call("/Test/echo", framed(gzipped("cut").substr(0, 12), 1), gzip)), "13");
  EXPECT_EQ(status(call("/Test/echo", framed("a"), {{"grpc-encoding", "snappy"}})), "12");
}

TEST_F(Http2SessionTest, AnswersWhenTheDeadlineOfACallHasPassed) {
  const auto id = call("/Test/later", framed(""), {{"grpc-timeout", "500m"}});
  client.take(carrier.advance(session, milliseconds(490)));
  EXPECT_EQ(status(id), "none");
  client.take(carrier.advance(session, milliseconds(40)));
  EXPECT_EQ(status(id), "4");
  replies.at(0)({}, "too late");
  client.run();
  EXPECT_EQ(client.answer(id).body, "");
  EXPECT_EQ(status(call("/Test/echo", framed(""), {{"grpc-timeout", "soon"}})), "13");
}

TEST_F(Http2SessionTest, TakesRepliesOfOtherThreads) {
  const auto id = call("/Test/later", framed(""));
  std::thread([this] { replies.at(0)({}, "from afar"); }).join();
  EXPECT_EQ(client.answer(id).body, "");
  client.run();
  EXPECT_EQ(client.answer(id).body, framed("from afar"));
  EXPECT_EQ(status(id), "0");
}

TEST_F(Http2SessionTest, DropsTheReplyToACancelledCall) {
  const auto id = call("/Test/later", framed(""));
  client.cancel(id);
  client.run();
  replies.at(0)({}, "for nobody");
  client.run();
  EXPECT_EQ(client.answer(id).body, "");
  EXPECT_FALSE(session.finished());
}

TEST_F(Http2SessionTest, AStreamCarriesMessagesBothWays) {
  const auto id = client.start_grpc("/Test/chat");
  client.run();
  EXPECT_EQ(client.answer(id).headers.at(":status"), "200");  // before any message
  client.send(id, framed("one") + framed("two") + framed("three").substr(0, 7));
  client.run();
  EXPECT_EQ(chat.messages, (std::vector<std::string>{"one", "two"}));
  client.send(id, framed("three").substr(7));
  const auto push = std::make_shared<const std::string>(5000, 'p');
  chat.duplex->send(push);
  chat.duplex->send(std::make_shared<const std::string>("small"));
  EXPECT_EQ(chat.duplex->unsent_bytes(), 5015u + 2 * kPieceCost);
  client.run();
  EXPECT_EQ(chat.duplex->unsent_bytes(), 0u);
  EXPECT_EQ(chat.messages.size(), 3u);
  EXPECT_EQ(client.answer(id).body, framed(*push) + framed("small"));
  EXPECT_EQ(push.use_count(), 1);
  chat.duplex->finish({});
  client.run();
  EXPECT_EQ(status(id), "0");
  EXPECT_TRUE(client.answer(id).closed);
  EXPECT_EQ(chat.ended, 1);
}

TEST_F(Http2SessionTest, TheClientsEndEndsTheHandlerAndTheStream) {
  const auto id = client.start_grpc("/Test/chat");
  client.run();
  std::thread([this] { chat.duplex->send(std::make_shared<const std::string>("before")); }).join();
  client.end(id);
  client.run();
  EXPECT_EQ(chat.ended, 1);
  EXPECT_EQ(client.answer(id).body, framed("before"));
  EXPECT_EQ(status(id), "0");
}

TEST_F(Http2SessionTest, ACancelledStreamEndsItsHandler) {
  const auto id = client.start_grpc("/Test/chat");
  client.run();
  client.cancel(id);
  client.run();
  EXPECT_EQ(chat.ended, 1);
  chat.duplex->send(std::make_shared<const std::string>("for nobody"));
  EXPECT_EQ(chat.duplex->unsent_bytes(), 0u);
  chat.duplex->finish({});
}

TEST_F(Http2SessionTest, ARefusedStreamGetsItsStatus) {
  const auto id = client.start_grpc("/Test/refuse");
  client.run();
  EXPECT_EQ(status(id), "14");
  EXPECT_EQ(client.answer(id).error_code, 0u);
}

TEST_F(Http2SessionTest, ABrokenMessageEndsAStream) {
  const auto id = client.start_grpc("/Test/chat");
  client.send(id, framed("fine") + framed("bad", 7));
  client.run();
  EXPECT_EQ(status(id), "13");
  EXPECT_EQ(chat.ended, 1);
  EXPECT_EQ(chat.messages.size(), 1u);
}

TEST_F(Http2SessionTest, AMessageOfAnySizeIsSentToWhoReads) {
  const auto id = client.start_grpc("/Test/chat");
  client.run();
  for (int i = 0; i < 2; ++i) {
    chat.duplex->send(std::make_shared<const std::string>(5 << 20, 'p'));
    client.run();
    EXPECT_FALSE(session.aborted());
  }
  EXPECT_EQ(client.answer(id).body.size(), 2 * (5u << 20) + 10);
}

TEST_F(Http2SessionTest, AStreamThatIsNotReadIsResetAlone) {
  FakeCarrier other_carrier;
  Http2Session other(other_carrier, service);
  Http2TestClient other_client(other_carrier, other);
  const auto id = other_client.start_grpc("/Test/chat");
  other_client.run();
  const auto push = std::make_shared<const std::string>(1 << 20, 'p');
  for (int i = 0; i < 3; ++i) chat.duplex->send(push);
  EXPECT_EQ(push.use_count(), 4);
  chat.duplex->send(push);
  other_client.take(other_carrier.collect(other));
  EXPECT_EQ(chat.ended, 1);
  EXPECT_EQ(push.use_count(), 1);
  EXPECT_EQ(other_client.answer(id).error_code, std::uint32_t{NGHTTP2_ENHANCE_YOUR_CALM});
  chat.duplex->send(push);
  EXPECT_EQ(push.use_count(), 1);
  EXPECT_FALSE(other.finished());
  other_client.run();
  const auto next = other_client.start_grpc("/Test/echo");
  other_client.send(next, framed("hi"));
  other_client.end(next);
  other_client.run();
  EXPECT_EQ(other_client.answer(next).body, framed("<hi>"));
}

TEST_F(Http2SessionTest, EndsHandlersWhenTheConnectionEnds) {
  FakeCarrier other_carrier;
  auto other = std::make_unique<Http2Session>(other_carrier, service);
  Http2TestClient other_client(other_carrier, *other);
  other_client.start_grpc("/Test/chat");
  other_client.run();
  other.reset();
  EXPECT_EQ(chat.ended, 1);
  chat.duplex->send(std::make_shared<const std::string>("for nobody"));
}

TEST_F(Http2SessionTest, WindingDownFinishesStreamsWithOkAndSaysGoaway) {
  const auto stream = client.start_grpc("/Test/chat");
  const auto unary = call("/Test/later", framed(""));
  session.wind_down();
  client.run();
  EXPECT_EQ(status(stream), "0");
  EXPECT_EQ(client.goaway, 0u);
  EXPECT_FALSE(session.finished());
  replies.at(0)({}, "done");
  client.run();
  EXPECT_EQ(client.answer(unary).body, framed("done"));
  EXPECT_TRUE(session.finished());
}

TEST_F(Http2SessionTest, WindingDownWaitsAShortWhileForTheRestOfACall) {
  const auto half = client.start_grpc("/Test/later");
  client.send(half, framed("all of the message, but not the end"));
  const auto whole = call("/Test/later", framed(""));
  session.wind_down();
  client.run();
  client.take(carrier.advance(session, seconds(2)));
  EXPECT_FALSE(client.answer(half).closed);
  client.take(carrier.advance(session, seconds(1)));
  EXPECT_EQ(client.answer(half).error_code, std::uint32_t{NGHTTP2_REFUSED_STREAM});
  EXPECT_FALSE(session.finished());  // the client waits for the other one
  replies.at(0)({}, "done");
  client.run();
  EXPECT_EQ(client.answer(whole).body, framed("done"));
  EXPECT_TRUE(session.finished());
}

}  // namespace
}  // namespace batata::net
