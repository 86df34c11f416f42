#include "net/content_coding.h"

#include <gtest/gtest.h>

#include <string>

#include "net/gzip_codec.h"

namespace batata::net {
namespace {

TEST(ContentCoding, KnowsGzipByBothOfItsNames) {
  for (const char* name : {"gzip", "GZip", "x-gzip", " gzip\t"})
    EXPECT_EQ(content_coding(name), ContentCoding::kGzip) << name;
  for (const char* name : {"", "identity", "Identity"})
    EXPECT_EQ(content_coding(name), ContentCoding::kIdentity) << name;
  for (const char* name : {"br", "deflate", "gzip, gzip", "gzip,identity", "gzipp", "*", "gzip;q=1"})
    EXPECT_EQ(content_coding(name), ContentCoding::kOther) << name;
}

// RFC 9110, 12.5.3.
TEST(AcceptEncoding, TheHigherWeightIsTakenAndGzipGoesFirstAmongEquals) {
  using enum AcceptedCoding;
  struct Case {
    std::string_view header;
    AcceptedCoding accepted;
  };
  const Case cases[] = {
      {"", kIdentity},
      {"gzip", kGzip},
      {"GZIP", kGzip},
      {"x-gzip", kGzip},
      {"gzip, deflate, br", kGzip},
      {"br, gzip;q=0.1", kGzip},
      {"gzip;q=0.001", kGzip},
      {"gzip;q=0", kIdentity},
      {"gzip;q=0.0", kIdentity},
      {"gzip; q=0.000", kIdentity},
      {"deflate, br", kIdentity},
      {"identity", kIdentity},
      {"identity;q=0.5, gzip;q=0.5", kGzip},
      {"identity;q=0.8, gzip;q=0.5", kIdentity},
      {"identity;q=0.5, gzip;q=0.8", kGzip},
      {"identity;q=0, gzip", kGzipOnly},
      {"*;q=0, gzip", kGzipOnly},
      {"identity;q=0", kIdentity},
      {"*", kGzip},
      {"*;q=0.5, identity;q=0.9", kIdentity},
      {"*;q=0.5, gzip;q=0", kIdentity},
      {"*;q=0", kIdentity},
      {" ,gzip ,, ", kGzip},
      {"gzip ; Q=0.5", kGzip},
      // What is malformed is as if it were not there.
      {"gzip;q=2", kIdentity},
      {"gzip;q=1.001", kIdentity},
      {"gzip;q=0.0001", kIdentity},
      {"gzip;q=-1", kIdentity},
      {"gzip;q=", kIdentity},
      {"gzip;q", kIdentity},
      {"gzip;level=9", kIdentity},
      {"gzip q=1", kIdentity},
      {"gzip;q=x, gzip;q=0.3", kGzip},
  };
  for (const auto& [header, accepted] : cases) EXPECT_EQ(accepted_coding(header), accepted) << header;
}

TEST(AcceptEncoding, SeveralHeadersAreOneList) {
  wire::Request request;
  EXPECT_EQ(accepted_coding(request), AcceptedCoding::kIdentity);
  request.headers = {{"accept-encoding", "br"}, {"accept", "gzip"}};
  EXPECT_EQ(accepted_coding(request), AcceptedCoding::kIdentity);
  request.headers.emplace_back("accept-encoding", "gzip");
  EXPECT_EQ(accepted_coding(request), AcceptedCoding::kGzip);
  request.headers.emplace_back("accept-encoding", "identity;q=0");
  EXPECT_EQ(accepted_coding(request), AcceptedCoding::kGzipOnly);
}

class PackAnswer : public testing::Test {
 protected:
  wire::Response text(std::size_t bytes, std::string_view type = "text/plain;charset=UTF-8") {
    wire::Response response;
    response.content_type = type;
    response.body = std::string(bytes, 'a');
    return response;
  }
  Limits limits;
};

TEST_F(PackAnswer, PacksTextOfAClientThatTakesIt) {
  for (const char* type : {"text/plain", "text/html;charset=UTF-8", "application/json",
                           "application/json;charset=UTF-8", "application/problem+json", "application/xml"}) {
    auto response = text(5000, type);
    const auto coding = pack_answer(response, AcceptedCoding::kGzip, limits);
    EXPECT_TRUE(coding.gzip && coding.varies) << type;
    const auto plain = gunzip(response.content(), {.bytes = 5000, .ratio = 0});
    ASSERT_TRUE(plain.has_value()) << type;
    EXPECT_EQ(*plain, std::string(5000, 'a'));
  }
}

TEST_F(PackAnswer, PacksASharedBodyAndLeavesItsOwnerAlone) {
  const auto owner = std::make_shared<const std::string>(5000, 'b');
  wire::Response response = text(0);
  response.owner = owner;
  response.shared_body = *owner;
  EXPECT_TRUE(pack_answer(response, AcceptedCoding::kGzip, limits).gzip);
  EXPECT_EQ(*gunzip(response.content(), {.bytes = 5000, .ratio = 0}), *owner);
  EXPECT_EQ(owner.use_count(), 1);
}

TEST_F(PackAnswer, SaysThatAnAnswerVariesAlsoWhereItIsNotPacked) {
  auto response = text(5000);
  const auto coding = pack_answer(response, AcceptedCoding::kIdentity, limits);
  EXPECT_TRUE(coding.varies);
  EXPECT_FALSE(coding.gzip);
  EXPECT_EQ(response.content(), std::string(5000, 'a'));
}

TEST_F(PackAnswer, LeavesWhatIsSmallLargeOrPackedAsItIs) {
  const auto stays = [&](wire::Response response, AcceptedCoding accepted = AcceptedCoding::kGzip) {
    const auto coding = pack_answer(response, accepted, limits);
    return !coding.gzip && !coding.varies;
  };
  EXPECT_TRUE(stays(text(0)));
  EXPECT_TRUE(stays(text(0), AcceptedCoding::kGzipOnly));
  EXPECT_TRUE(stays(text(limits.pack_from_bytes - 1)));
  EXPECT_FALSE(stays(text(limits.pack_from_bytes - 1), AcceptedCoding::kGzipOnly));
  EXPECT_FALSE(stays(text(limits.pack_from_bytes)));
  EXPECT_FALSE(stays(text(limits.pack_to_bytes)));
  EXPECT_TRUE(stays(text(limits.pack_to_bytes + 1)));
  EXPECT_TRUE(stays(text(5000, "application/zip")));
  EXPECT_TRUE(stays(text(5000, "")));
  auto packed = text(5000);
  packed.header("Content-Encoding", "br");
  EXPECT_TRUE(stays(std::move(packed)));
  limits.pack_from_bytes = 0;
  EXPECT_TRUE(stays(text(5000)));
}

TEST_F(PackAnswer, AnAnswerThatWouldGrowStaysAsItIs) {
  auto response = text(0);
  std::uint32_t state = 1;
  for (int i = 0; i < 4000; ++i)
    response.body += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const std::string before = response.body;
  EXPECT_FALSE(pack_answer(response, AcceptedCoding::kGzip, limits).gzip);
  EXPECT_EQ(response.content(), before);
}

// S36: size and ratio of what is unpacked.
TEST(Gunzip, StopsAtTheLimits) {
  const auto code = [](const std::string& packed, UnpackLimit limit) {
    const auto plain = gunzip(packed, limit);
    return plain ? std::optional<Errc>() : plain.error().code;
  };
  const std::string packed = gzip_fast(std::string(4 << 20, 'x'));
  EXPECT_EQ(code(packed, {.bytes = 4 << 20, .ratio = 0}), std::nullopt);
  EXPECT_EQ(code(packed, {.bytes = (4 << 20) - 1, .ratio = 0}), Errc::kResourceExhausted);
  EXPECT_EQ(code(packed, {.bytes = 4 << 20, .ratio = 100}), Errc::kResourceExhausted);
  EXPECT_EQ(code(packed, {.bytes = 4 << 20, .ratio = 1000}), std::nullopt);
  const std::string small = gzip_fast(std::string(1 << 20, 'x'));
  EXPECT_EQ(code(small, {.bytes = 4 << 20, .ratio = 2}), std::nullopt) << "up to here a ratio says nothing";
  EXPECT_EQ(code(packed.substr(0, 200), {.bytes = 4 << 20, .ratio = 0}), Errc::kInvalidArgument);
  EXPECT_EQ(code(packed + "x", {.bytes = 4 << 20, .ratio = 0}), Errc::kInvalidArgument);
  EXPECT_EQ(code(packed + packed, {.bytes = 9 << 20, .ratio = 0}), Errc::kInvalidArgument);
  EXPECT_EQ(code("", {.bytes = 1, .ratio = 1}), Errc::kInvalidArgument);
  EXPECT_EQ(code("plain text", {.bytes = 100, .ratio = 1}), Errc::kInvalidArgument);
}

}  // namespace
}  // namespace batata::net
