#include "wire/refusal.h"

#include <gtest/gtest.h>

namespace batata::wire {
namespace {

TEST(Refusal, SaysWhyAndWhenToTryAgain) {
  const Response busy = refusal_answer(kOverloaded);
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.body, "the server is overloaded: try again later\n");
  EXPECT_NE(busy.headers.find("Retry-After: 1\r\n"), std::string::npos);
  EXPECT_NE(busy.headers.find("Cache-Control: no-cache,no-store\r\n"), std::string::npos);
  EXPECT_EQ(refusal_answer({400, "malformed"}).headers, "");
  EXPECT_EQ(refusal_answer({415, "packed"}).headers, "Accept-Encoding: gzip\r\n");
}

}  // namespace
}  // namespace batata::wire
