#include "faces/batata/metrics_http.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "sim/sim_runtime.h"

namespace batata::own {
namespace {

// Lets nobody in.
class ShutGate final : public wire::Gate {
 public:
  bool guards(std::string_view, std::string_view permission) const override {
    return permission == "metrics:r";
  }
  wire::Verdict check(const wire::Request&, const wire::Right&) const override {
    wire::Response response;
    response.status = 403;
    return wire::Verdict::refused(std::move(response));
  }
  Task<wire::Verdict> decide(const wire::Request&, const wire::Right&) override {
    co_return wire::Verdict::admitted("nobody");
  }
};

class MetricsHttpTest : public testing::Test {
 protected:
  MetricsHttpTest() {
    registry_.add([](metrics::Writer& out) {
      out.begin({"a_total", metrics::Kind::kCounter, "", "Some."});
      out.sample(std::uint64_t{3});
    });
  }
  wire::Response ask(bool is_public, std::string_view path) {
    MetricsHttp http(registry_, gate_, is_public);
    wire::Router router(runtime_);
    http.add_http(router);
    wire::Request request;
    request.method = wire::Method::kGet;
    request.method_name = "GET";
    request.target = request.path = path;
    std::optional<wire::Response> answer;
    router.dispatch(request, [&](wire::Response response) { answer = std::move(response); });
    runtime_.settle();
    return answer ? *std::move(answer) : wire::Response{};
  }
  sim::SimRuntime runtime_;
  metrics::Registry registry_;
  ShutGate gate_;
};

TEST_F(MetricsHttpTest, GivesTheTextAtTheAddressesOfAllDocuments) {
  for (const std::string_view path : {"/metrics", "/nacos/metrics", "/nacos/actuator/prometheus"}) {
    const wire::Response answer = ask(true, path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(answer.body, "# HELP a_total Some.\n# TYPE a_total counter\na_total 3\n");
  }
}

TEST_F(MetricsHttpTest, IsGuardedUnlessItIsForAnybody) {
  const wire::Response answer = ask(false, "/metrics");
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.body.find("a_total"), std::string::npos);
}

}  // namespace
}  // namespace batata::own
