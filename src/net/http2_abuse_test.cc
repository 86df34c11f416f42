// What a client can do to an HTTP/2 server for next to nothing, in frames of our own (S30): each is bounded,
// and answered with what RFC 9113 has for it.
#include <gtest/gtest.h>

#include "net/gzip_codec.h"
#include "net/http2_test_session.h"
#include "sim/sim_runtime.h"

namespace batata::net {
namespace {

using namespace std::string_view_literals;
using std::chrono::seconds;

constexpr std::string_view kHello = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"sv;
constexpr std::uint8_t kEndStream = 1, kEndHeaders = 4;
constexpr std::uint32_t kCalm = NGHTTP2_ENHANCE_YOUR_CALM;

// A head of GET or POST in HPACK's static table, for http and the authority "x".
std::string head_of(std::string_view path, bool post = false) {
  std::string head(post ? "\x83" : "\x82");
  head.append("\x86\x04").append(1, static_cast<char>(path.size())).append(path);
  return head.append("\x01\x01x");
}
std::string number(std::uint32_t n) {
  std::string out;
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(n >> shift);
  return out;
}
std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  return http2_frame(type, flags, stream, payload);
}
std::string get(std::uint32_t stream, std::string_view path) {
  return frame(NGHTTP2_HEADERS, kEndStream | kEndHeaders, stream, head_of(path));
}
std::string window_update(std::uint32_t stream, std::uint32_t bytes) {
  return frame(NGHTTP2_WINDOW_UPDATE, 0, stream, number(bytes));
}

class Http2AbuseTest : public testing::Test, protected Http2Room<sim::SimRuntime> {
 protected:
  Http2AbuseTest() { sent = carrier.feed(session, kHello); }
  // Sends it in pieces, as sockets give it, until the server has had enough. The bytes that were taken.
  std::size_t flood(std::string_view bytes) {
    std::size_t at = 0;
    for (; at < bytes.size() && !session.finished(); at += 16384)
      sent += carrier.feed(session, bytes.substr(at, 16384));
    return at;
  }
  // The code of the GOAWAY that came; nothing when none has.
  std::optional<std::uint32_t> goaway() const {
    std::optional<std::uint32_t> code;
    for (const auto& one : http2_frames(sent))
      if (one.type == NGHTTP2_GOAWAY) code = one.code();
    return code;
  }
  std::optional<std::uint32_t> reset_of(std::uint32_t stream) const {
    for (const auto& one : http2_frames(sent))
      if (one.type == NGHTTP2_RST_STREAM && one.stream == stream) return one.code();
    return std::nullopt;
  }

  std::string sent;
};

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST_F(Http2AbuseTest, S30FramesThatCostTheSenderNothingAreCounted) {
  struct Case {
    const char* name;
    std::string start, one;
    int enough, too_many;
  };
  const std::string open = frame(NGHTTP2_HEADERS, kEndHeaders, 1, head_of("/look", true));
  const Case cases[] = {
      {"PING", "", frame(NGHTTP2_PING, 0, 0, "12345678"), 9000, 11'000},
      {"SETTINGS", "", frame(NGHTTP2_SETTINGS, 0, 0, ""), 40, 60},
      {"empty DATA", open, frame(NGHTTP2_DATA, 0, 1, ""), 9000, 11'000},
      {"PRIORITY", "", frame(NGHTTP2_PRIORITY, 0, 1, "\0\0\0\0\0"sv), 9000, 11'000},
      {"unknown", "", frame(0x4f, 0, 0, ""), 9000, 11'000},
      {"WINDOW_UPDATE", "", window_update(0, 1), 19'000, 21'000},
  };
  for (const auto& [name, start, one, enough, too_many] : cases) {
    FakeCarrier other;
    Http2Session flooded(other, service);
    std::string answers = other.feed(flooded, std::string(kHello) + start);
    for (int i = 0; i < enough; i += 20) answers += other.feed(flooded, repeated(one, 20));
    ASSERT_FALSE(flooded.finished()) << name;
    for (int i = enough; i < too_many && !flooded.finished(); i += 20)
      answers += other.feed(flooded, repeated(one, 20));
    EXPECT_TRUE(flooded.finished()) << name;
    EXPECT_FALSE(flooded.wants_input(false)) << name;
    const auto frames = http2_frames(answers);
    ASSERT_EQ(frames.back().type, NGHTTP2_GOAWAY) << name;
    EXPECT_EQ(frames.back().code(), kCalm) << name;
    EXPECT_EQ(other.feed(flooded, one), "") << name;
  }
  EXPECT_EQ(service.meters->floods(Flood::kFrames), std::size(cases));
}

TEST_F(Http2AbuseTest, S30RapidReset) {
  std::string resets;
  for (std::uint32_t id = 1; id < 4000; id += 2)
    resets += get(id, "/slow") + frame(NGHTTP2_RST_STREAM, 0, id, number(NGHTTP2_CANCEL));
  flood(resets);
  EXPECT_EQ(goaway(), kCalm);
  EXPECT_TRUE(session.finished());
  EXPECT_EQ(service.meters->floods(Flood::kResets), 1u);
}

// CVE-2025-8671: the client breaks a rule, so that it is the server who resets.
TEST_F(Http2AbuseTest, S30MadeYouReset) {
  std::string requests;
  for (std::uint32_t id = 1; id < 4000; id += 2) requests += get(id, "/slow") + window_update(id, 0x7fffffff);
  flood(requests);
  EXPECT_EQ(reset_of(1), std::uint32_t{NGHTTP2_FLOW_CONTROL_ERROR});
  EXPECT_EQ(goaway(), kCalm);
  EXPECT_TRUE(session.finished());
  EXPECT_EQ(service.meters->floods(Flood::kResets), 1u);
}

// RFC 9113, 5.1.2: refused until the client has acknowledged how many there may be, then it breaks the
// protocol.
TEST_F(Http2AbuseTest, S30MoreStreamsThanAreAllowed) {
  service.limits.streams = 10;
  std::string requests;
  for (std::uint32_t id = 1; id < 4000; id += 2) requests += get(id, "/slow");
  for (const bool acknowledged : {false, true}) {
    FakeCarrier other;
    Http2Session strict(other, service);
    sent = other.feed(strict, std::string(kHello) + (acknowledged ? frame(NGHTTP2_SETTINGS, 1, 0, "") : ""));
    sent += other.feed(strict, requests);
    EXPECT_EQ(reset_of(19), std::nullopt);
    EXPECT_EQ(goaway(), acknowledged ? NGHTTP2_PROTOCOL_ERROR : kCalm);
    EXPECT_TRUE(strict.finished());
    if (!acknowledged) EXPECT_EQ(reset_of(21), std::uint32_t{NGHTTP2_REFUSED_STREAM});
  }
}

TEST_F(Http2AbuseTest, S30EndlessContinuations) {
  for (const std::string_view payload : {""sv, "\0\1a\1b"sv}) {
    FakeCarrier other;
    Http2Session flooded(other, service);
    sent = other.feed(flooded, std::string(kHello) + frame(NGHTTP2_HEADERS, kEndStream, 1, head_of("/look")));
    for (int i = 0; i < 1000 && !flooded.finished(); ++i)
      sent += other.feed(flooded, frame(NGHTTP2_CONTINUATION, 0, 1, payload));
    EXPECT_TRUE(flooded.finished());
    EXPECT_EQ(goaway(), kCalm);
  }
}

TEST_F(Http2AbuseTest, S30AHeaderBlockThatUnpacksToAThousandfold) {
  std::string bomb = head_of("/look");
  // A field of 3900 bytes that goes into the table, then the same one again, a byte each time.
  bomb.append("\x40\x01x\x7f\xbd\x1d").append(3900, 'v').append(12'000, '\xbe');
  flood(frame(NGHTTP2_HEADERS, kEndStream | kEndHeaders, 1, bomb));
  EXPECT_EQ(goaway(), kCalm);
  EXPECT_EQ(service.meters->floods(Flood::kHeads), 1u);
}

TEST_F(Http2AbuseTest, S30TrailersThatUnpackToAThousandfold) {
  std::string bomb("\x40\x01x\x7f\xbd\x1d");
  bomb.append(3900, 'v').append(12'000, '\xbe');
  flood(frame(NGHTTP2_HEADERS, kEndHeaders, 1, head_of("/look", true)) +
        frame(NGHTTP2_HEADERS, kEndStream | kEndHeaders, 1, bomb));
  EXPECT_EQ(goaway(), kCalm);
}

TEST_F(Http2AbuseTest, AHeadThatIsOnlyTooLargeIsRefusedAlone) {
  std::string head = head_of("/look");
  head.append("\x40\x01x\x7f\xbd\x1d").append(3900, 'v').append(20, '\xbe');
  flood(frame(NGHTTP2_HEADERS, kEndStream | kEndHeaders, 1, head) + get(3, "/look"));
  EXPECT_FALSE(session.finished());
  EXPECT_EQ(goaway(), std::nullopt);
}

// S30, CVE-2019-9517: answers are asked for, and no window is opened for them.
TEST_F(Http2AbuseTest, S30ShutWindows) {
  flood(frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\0\0\0\0"sv) + get(1, "/large") + get(3, "/large"));
  sent += carrier.advance(session, seconds(90));
  EXPECT_FALSE(session.finished());
  sent += carrier.advance(session, seconds(30));
  EXPECT_EQ(goaway(), kCalm);
  EXPECT_TRUE(session.finished());
}

TEST_F(Http2AbuseTest, S30AShutWindowOfTheConnectionEndsIt) {
  flood(frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\0\x7f\xff\xff"sv) + get(1, "/large") + get(3, "/large"));
  sent += carrier.advance(session, seconds(119));
  EXPECT_FALSE(session.finished());
  sent += carrier.advance(session, seconds(1));
  EXPECT_EQ(goaway(), kCalm);
  EXPECT_TRUE(session.finished());
}

// The others of its connection are well, however little they have to say.
TEST_F(Http2AbuseTest, AQuietConnectionOutlivesAStreamThatIsPaused) {
  flood(frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\0\0\1\0"sv) + get(1, "/large"));
  for (std::uint32_t id = 3; id < 3 + 2 * 8; id += 2) {
    flood(get(id, "/look"));
    sent += carrier.advance(session, seconds(30));
  }
  EXPECT_EQ(reset_of(1), kCalm);
  EXPECT_EQ(goaway(), std::nullopt);
  EXPECT_FALSE(session.finished());
}

// A bad window of which nothing follows is over like a good one: else its time would come again at once.
TEST_F(Http2AbuseTest, NoTimeComesAgainAtOnce) {
  flood(frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\0\0\1\0"sv) + get(1, "/large"));
  for (int i = 1; i <= 4; ++i) {
    sent += carrier.advance(session, seconds(29));
    flood(get(static_cast<std::uint32_t>(2 * i + 1),
              "/large"));  // another one that waits, so that some always do
    sent += carrier.advance(session, seconds(1));
    EXPECT_GT(carrier.deadline(), carrier.now()) << i;
  }
}

// What lies in the system's buffers is taken without our seeing it.
TEST_F(Http2AbuseTest, WhileTheSocketIsFullNoStreamIsJudged) {
  flood(frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\0\x06\0\0"sv) + window_update(0, 1 << 30));
  carrier.take_at_most(100'000);
  flood(get(1, "/large") + get(3, "/large"));
  ASSERT_GT(session.held().unsent, 0u);
  for (int i = 0; i < 20; ++i) sent += carrier.advance(session, seconds(30));
  carrier.take_at_most(FakeCarrier::kAll);
  sent += carrier.collect(session);
  EXPECT_EQ(reset_of(1), std::nullopt);
  EXPECT_EQ(reset_of(3), std::nullopt);
  EXPECT_EQ(goaway(), std::nullopt);
}

TEST_F(Http2AbuseTest, S30AShutWindowOfOneStreamEndsThatStreamAlone) {
  service.limits.take_rate = 0;
  flood(frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\0\0\0\0"sv) + get(1, "/large") + get(3, "/large"));
  sent += carrier.advance(session, seconds(60));
  flood(window_update(3, 1000));
  sent += carrier.advance(session, seconds(60));
  EXPECT_EQ(reset_of(1), kCalm);
  EXPECT_EQ(reset_of(3), std::nullopt);
  EXPECT_FALSE(session.finished());
  sent.clear();
  flood(window_update(3, 1000));
  ASSERT_EQ(http2_frames(sent).size(), 1u);
  EXPECT_EQ(http2_frames(sent)[0].payload, std::string(1000, 'L'));
}

// A byte now and then is not enough either.
TEST_F(Http2AbuseTest, S31AStreamThatIsTakenTooSlowlyEndsAlone) {
  flood(frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\0\0\0\0"sv) + get(1, "/large") + get(3, "/large"));
  for (int i = 0; i < 8; ++i) {
    sent += carrier.advance(session, seconds(30));
    flood(window_update(0, 50'001) + window_update(1, 1) + window_update(3, 50'000));
  }
  EXPECT_EQ(reset_of(1), kCalm);
  EXPECT_EQ(reset_of(3), std::nullopt);
  EXPECT_FALSE(session.finished());
  EXPECT_EQ(service.meters->reached(Limit::kTakeRate), 1u);
}

TEST_F(Http2AbuseTest, S31AConnectionThatTakesAByteNowAndThenEnds) {
  flood(frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\0\x7f\xff\xff"sv) + get(1, "/large") + get(3, "/large"));
  for (int i = 0; i < 8; ++i) {
    flood(window_update(0, 2));
    sent += carrier.advance(session, seconds(30));
  }
  EXPECT_EQ(goaway(), kCalm);
  EXPECT_EQ(service.meters->reached(Limit::kTakeRate), 1u);
}

// The connection is slow, not its streams: it has its own rate.
TEST_F(Http2AbuseTest, ManyStreamsOfOneSlowConnectionAreNotTooSlowEach) {
  flood(frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\x10\0\0\0"sv));
  for (std::uint32_t id = 1; id < 2 * 40; id += 2) flood(get(id, "/large"));
  for (int i = 0; i < 24; ++i) {
    sent += carrier.advance(session, seconds(30));
    flood(window_update(0, 50'000));
  }
  EXPECT_EQ(goaway(), std::nullopt);
  EXPECT_EQ(service.meters->reached(Limit::kTakeRate), 0u);
}

TEST_F(Http2AbuseTest, WhatIsToGoFirstIsTheStreamWithTheMost) {
  flood(frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\0\0\0\0"sv) + get(1, "/large") + get(3, "/large"));
  flood(window_update(1, 1000));
  ASSERT_TRUE(session.shed());
  sent += carrier.collect(session);
  EXPECT_EQ(reset_of(1), std::nullopt);
  EXPECT_EQ(reset_of(3), kCalm);
  EXPECT_EQ(session.held().unsent, face.large_size() - 1000 + kPieceCost);
  ASSERT_TRUE(session.shed());
  EXPECT_FALSE(session.shed()) << "nothing is left";
}

// CVE-2019-9511: a window of one byte makes a frame of one byte.
TEST_F(Http2AbuseTest, S30WindowsThatOpenByteByByteAreCounted) {
  flood(frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\0\0\0\0"sv) + get(1, "/large"));
  flood(repeated(window_update(1, 1), 30'000));
  EXPECT_EQ(goaway(), kCalm);
}

TEST_F(Http2AbuseTest, WindowsForWhatWasSentAreNotCounted) {
  flood(frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\0\0\x8\0"sv));
  for (std::uint32_t id = 1; id < 2 * 10; id += 2) {
    flood(get(id, "/large"));
    for (int i = 0; i < 1200; ++i) flood(window_update(id, 2048) + window_update(0, 2048));
  }
  EXPECT_EQ(goaway(), std::nullopt);
}

TEST_F(Http2AbuseTest, TheStreamThatBuffersTooMuchIsResetAlone) {
  constexpr std::size_t kBody = 15 << 20;
  Http2TestClient client(carrier, session);
  std::vector<std::int32_t> streams;
  FakeCarrier other;
  Http2Session whole(other, service);
  Http2TestClient uploads(other, whole);
  for (int i = 0; i < 5; ++i) {
    streams.push_back(
        uploads.start({{":method", "POST"}, {":scheme", "http"}, {":path", "/look"}, {":authority", "x"}}));
    uploads.send(streams.back(), std::string(kBody, 'x'));
    uploads.run();
  }
  EXPECT_EQ(uploads.answer(streams[4]).error_code, kCalm);
  EXPECT_FALSE(whole.finished());
  for (int i = 0; i < 4; ++i) {
    uploads.end(streams[static_cast<std::size_t>(i)]);
    uploads.run();
    EXPECT_EQ(uploads.answer(streams[static_cast<std::size_t>(i)]).headers.at(":status"), "200") << i;
  }
}

TEST_F(Http2AbuseTest, TheAnswerThatIsTooMuchToQueueIsRefusedAlone) {
  flood(frame(NGHTTP2_SETTINGS, 0, 0, "\0\4\0\0\0\0"sv));
  const auto fit = static_cast<std::uint32_t>((256 << 20) / face.large_size());
  for (std::uint32_t i = 0; i <= fit; ++i) flood(get(2 * i + 1, "/large"));
  EXPECT_EQ(service.meters->reached(Limit::kUnsentBytes), 1u);
  EXPECT_EQ(reset_of(2 * fit + 1), std::nullopt);  // it is answered with 503
  EXPECT_FALSE(session.finished());
}

}  // namespace
}  // namespace batata::net
