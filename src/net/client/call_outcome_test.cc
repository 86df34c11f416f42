#include "net/client/call_outcome.h"

#include <gtest/gtest.h>

#include "net/grpc_codec.h"

namespace batata::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using wire::GrpcCode;

TEST(CallOutcome, OnlyUntouchedCallsAreCalledUnavailable) {
  EXPECT_EQ(error_of({.status = {GrpcCode::kUnavailable, "x"}, .untouched = true}).code, Errc::kUnavailable);
  for (unsigned code = 1; code <= 16; ++code) {
    const Error error = error_of({.status = {static_cast<GrpcCode>(code), "x"}});
    EXPECT_NE(error.code, Errc::kUnavailable) << code;
    EXPECT_EQ(error.detail, code);
    EXPECT_EQ(error.message, "x");
  }
}

TEST(CallOutcome, WhatIsWrittenAsGrpcMessageIsReadAgain) {
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(decode_grpc_message(encode_grpc_message(all)), all);
}

TEST(CallOutcome, WhatIsNoCodeInAGrpcMessageStays) {
  for (const char* text : {"%", "%4", "%zz", "100%", "%4x", "%%"}) EXPECT_EQ(decode_grpc_message(text), text);
  EXPECT_EQ(decode_grpc_message("%41%4a%4A"), "AJJ");
}

TEST(CallOutcome, TimeoutsAreWrittenAsExactlyAsEightDigitsAllow) {
  EXPECT_EQ(format_grpc_timeout(nanoseconds(1)), "1n");
  EXPECT_EQ(format_grpc_timeout(nanoseconds(-5)), "1n");
  EXPECT_EQ(format_grpc_timeout(nanoseconds(99'999'999)), "99999999n");
  EXPECT_EQ(format_grpc_timeout(nanoseconds(100'000'001)), "100001u");
  EXPECT_EQ(format_grpc_timeout(milliseconds(250)), "250000u");
  EXPECT_EQ(format_grpc_timeout(seconds(10)), "10000000u");
  EXPECT_EQ(format_grpc_timeout(hours(24 * 365 * 100)), "876001H");
  for (const Duration each : {Duration(milliseconds(1)), Duration(seconds(123)), Duration(hours(30))})
    EXPECT_EQ(parse_grpc_timeout(format_grpc_timeout(each)), each);
}

}  // namespace
}  // namespace batata::net
