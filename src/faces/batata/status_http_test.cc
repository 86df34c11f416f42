#include "faces/batata/status_http.h"

#include <gtest/gtest.h>

#include <optional>

#include "sim/sim_runtime.h"

namespace batata::own {
namespace {

TEST(StatusHttp, SaysWhetherWritesAreTakenAndWhyNot) {
  std::string reason;
  sim::SimRuntime runtime;
  StatusHttp http([&] { return reason; });
  wire::Router router(runtime);
  http.add_http(router);
  const auto ask = [&] {
    wire::Request request;
    request.method = wire::Method::kGet;
    request.method_name = "GET";
    request.target = request.path = "/batata/v1/status";
    std::optional<wire::Response> answer;
    router.dispatch(request, [&](wire::Response response) { answer = std::move(response); });
    runtime.settle();
    return answer ? answer->body : "";
  };
  EXPECT_EQ(ask(), R"({"writes":"taken"})");
  reason = "the disk is nearly full";
  EXPECT_EQ(ask(), R"({"writes":"refused","reason":"the disk is nearly full"})");
}

}  // namespace
}  // namespace batata::own
