#include "faces/nacos/common/http_answers.h"

#include <gtest/gtest.h>

namespace batata::nacos {
namespace {

TEST(HttpAnswers, WriteTimesAsTheStandardsWantThem) {
  EXPECT_EQ(iso_time({1'795'269'547'185}), "2026-11-21T13:59:07.185+00:00");
  EXPECT_EQ(iso_time({951'782'400'001}), "2000-02-29T00:00:00.001+00:00");
}

TEST(HttpAnswers, SayWhoAsksByTheFirstProxyHeaderThatIsThere) {
  wire::Request request;
  request.peer_address = "10.0.0.1";
  EXPECT_EQ(client_address(request), "10.0.0.1");
  request.headers = {{"x-real-ip", "10.0.0.2"}};
  EXPECT_EQ(client_address(request), "10.0.0.2");
  request.headers.emplace_back("x-forwarded-for", "10.0.0.3, 10.0.0.4");
  EXPECT_EQ(client_address(request), "10.0.0.3");
  const std::string no_address(129, '1');
  request.headers.back().second = no_address;
  EXPECT_EQ(client_address(request), "10.0.0.2");
  request.headers.front().second = no_address;
  EXPECT_EQ(client_address(request), "10.0.0.1");
}

TEST(HttpAnswers, EscapeHtml) {
  EXPECT_EQ(escape_html(R"(<a b="c">'&')"), "&lt;a b=&quot;c&quot;&gt;&#39;&amp;&#39;");
}

TEST(HttpAnswers, OfTheFrameworkNameThePathAsSent) {
  wire::Request request;
  request.target = "/nacos/x%20y?a=b";
  const auto response = framework_error(request, {0}, 404, "No message available");
  EXPECT_EQ(response.body, R"({"timestamp":"1970-01-01T00:00:00.000+00:00","status":404,"error":"Not Found",)"
                           R"("message":"No message available","path":"/nacos/x%20y"})");
}

TEST(HttpAnswers, GiveEveryErrorAStatusAndACode) {
  for (int code = 0; code <= static_cast<int>(Errc::kInternal); ++code) {
    EXPECT_GE(http_status(static_cast<Errc>(code)), 400);
    EXPECT_NE(result_code(static_cast<Errc>(code)).code, 0);
    EXPECT_GE(publish_error_code(static_cast<Errc>(code)), 400);
  }
}

}  // namespace
}  // namespace batata::nacos
