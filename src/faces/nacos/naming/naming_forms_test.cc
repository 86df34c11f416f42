#include "faces/nacos/naming/naming_forms.h"

#include <gtest/gtest.h>

namespace batata::nacos {
namespace {

TEST(NamingForms, CheckersAreReadWithTheirDefaults) {
  const auto http =
      parse_checker(R"({"type":"HTTP","path":"/h","headers":"a:b","expectedResponseCode":204})");
  ASSERT_TRUE(http);
  EXPECT_EQ(http->type, domain::HealthCheck::Type::kHttp);
  EXPECT_EQ(http->path, "/h");
  EXPECT_EQ(http->headers, "a:b");
  EXPECT_EQ(http->expected_code, 204);
  const auto mysql = parse_checker(R"({"type":"MYSQL","user":"u","cmd":null})");
  ASSERT_TRUE(mysql);
  EXPECT_EQ(mysql->user, "u");
  EXPECT_EQ(mysql->command, std::nullopt);
  for (const std::string_view other : {R"({"type":"NOSUCH"})", "{}", R"({"type":null})"})
    EXPECT_EQ(parse_checker(other).value().type, domain::HealthCheck::Type::kNone) << other;
}

TEST(NamingForms, WhatIsNoCheckerIsRefused) {
  for (const std::string_view text : {"", "x", "[]", "\"TCP\"", R"({"expectedResponseCode":"x"})",
                                      R"({"expectedResponseCode":1000})", R"({"expectedResponseCode":-1})"})
    EXPECT_FALSE(parse_checker(text)) << text;
}

TEST(NamingForms, InstancesAreReadAndABlankListIsEmpty) {
  const auto refs = parse_instances(
      R"([{"ip":"10.0.0.1","port":80},{"ip":"10.0.0.2","port":"81","clusterName":"c2","ephemeral":true}])");
  ASSERT_TRUE(refs);
  EXPECT_EQ(*refs, (std::vector<domain::InstanceRef>{{"10.0.0.1", 80, "DEFAULT"}, {"10.0.0.2", 81, "c2"}}));
  EXPECT_TRUE(parse_instances(" ").value().empty());
  EXPECT_TRUE(parse_instances("[]").value().empty());
}

TEST(NamingForms, WhatIsNoListOfInstancesIsRefused) {
  for (const std::string_view text :
       {"x", "{}", "[1]", "[{}]", R"([{"ip":"a"}])", R"([{"ip":"a","port":70000}])",
        R"([{"ip":"a","port":-1}])", R"([{"port":1}])", "[null]"})
    EXPECT_FALSE(parse_instances(text)) << text;
  std::string many = "[";
  for (std::size_t i = 0; i <= kInstancesMax; ++i) many += R"({"ip":"a","port":1},)";
  many.back() = ']';
  const auto refs = parse_instances(many);
  ASSERT_FALSE(refs);
  EXPECT_EQ(refs.error().code, Errc::kResourceExhausted);
}

TEST(NamingForms, SharesAreFloatsOfJava) {
  EXPECT_EQ(parse_share("0.3"), 0.3);
  EXPECT_EQ(parse_share(" 1.5 "), 1.5);
  EXPECT_EQ(parse_share("-1"), -1.0);
  EXPECT_EQ(parse_share("0.123456789"), 0.12345679);
  for (const std::string_view text : {"", "x", "NaN", "Infinity", "1e39", "0.5f"})
    EXPECT_EQ(parse_share(text), std::nullopt) << text;
}

TEST(NamingForms, PagesAreSlices) {
  const auto slice = [](std::size_t count, std::int64_t number, std::int64_t size) {
    const Slice one = slice_of(count, number, size);
    return std::pair(one.from, one.to);
  };
  EXPECT_EQ(slice(5, 1, 2), std::pair(0ul, 2ul));
  EXPECT_EQ(slice(5, 3, 2), std::pair(4ul, 5ul));
  EXPECT_EQ(slice(5, 4, 2), std::pair(5ul, 5ul));
  EXPECT_EQ(slice(5, 0, 2), std::pair(0ul, 2ul));
  EXPECT_EQ(slice(5, 1, -1), std::pair(0ul, 0ul));
  EXPECT_EQ(slice(5, INT32_MAX, INT32_MAX), std::pair(5ul, 5ul));
  EXPECT_EQ(slice(5, INT32_MIN, INT32_MAX), std::pair(0ul, 5ul));
}

}  // namespace
}  // namespace batata::nacos
