#include "faces/batata/metrics_http.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "sim/sim_runtime.h"
#include "wire/load.h"

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
    registry_.add([this](metrics::Writer& out) {
      ++made_;
      out.begin({"a_total", metrics::Kind::kCounter, "", "Some."});
      out.sample(std::uint64_t{3});
    });
  }
  wire::Response ask(bool is_public, std::string_view path) {
    MetricsHttp http(runtime_, registry_, gate_, is_public, nullptr);
    return ask(http, path);
  }
  wire::Response ask(MetricsHttp& http, std::string_view path) {
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
  int made_ = 0;
};

TEST_F(MetricsHttpTest, GivesTheTextAtTheAddressesOfAllDocuments) {
  for (const std::string_view path : {"/metrics", "/nacos/metrics", "/nacos/actuator/prometheus"}) {
    const wire::Response answer = ask(true, path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(answer.content(), "# HELP a_total Some.\n# TYPE a_total counter\na_total 3\n");
  }
}

TEST_F(MetricsHttpTest, WhileReadsAreRefusedOnePageIsSharedAndNotEndlessly) {
  wire::Load load({.unsent_bytes = 1000});
  MetricsHttp http(runtime_, registry_, gate_, true, &load);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(http, "/metrics").status, 200);
  EXPECT_EQ(made_, 3) << "each has its own while there is no shortage";
  load.unsent().note(1001);
  const auto first = ask(http, "/metrics");
  for (int i = 1; i < MetricsHttp::kAnswersOfAPage; ++i) EXPECT_EQ(ask(http, "/metrics").owner, first.owner);
  EXPECT_EQ(made_, 4);
  EXPECT_EQ(ask(http, "/metrics").status, 503);
  runtime_.run_for(MetricsHttp::kFreshFor);
  EXPECT_EQ(ask(http, "/metrics").status, 200);
  EXPECT_EQ(made_, 5);
  load.unsent().note(-1001);
  EXPECT_EQ(ask(http, "/metrics").status, 200);
  EXPECT_EQ(made_, 6);
}

TEST_F(MetricsHttpTest, IsGuardedUnlessItIsForAnybody) {
  const wire::Response answer = ask(false, "/metrics");
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.body.find("a_total"), std::string::npos);
}

}  // namespace
}  // namespace batata::own
