#include "faces/batata/log_http.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/log_filter.h"
#include "sim/sim_runtime.h"

namespace batata::own {
namespace {

using wire::Method;

std::vector<std::string> g_lines;

class AdminGate final : public wire::Gate {
 public:
  bool guards(std::string_view, std::string_view permission) const override {
    return permission == wire::kAdministrators;
  }
  wire::Verdict check(const wire::Request& request, const wire::Right&) const override {
    if (request.header("who") == "joe") return wire::Verdict::admitted("joe");
    wire::Response response;
    response.status = 403;
    return wire::Verdict::refused(std::move(response));
  }
  Task<wire::Verdict> decide(const wire::Request&, const wire::Right&) override {
    co_return wire::Verdict::admitted("joe");
  }
};

class LogHttpTest : public testing::Test {
 public:
  ~LogHttpTest() override { log::set_sink(before_.sink, before_.lowest); }

 protected:
  LogHttpTest() : before_(log::set_sink(&keep, log::Level::kInfo)) {
    g_lines.clear();
    http_.add_http(router_);
  }
  static void keep(const log::Line& line) { g_lines.emplace_back(line.text); }

  wire::Response ask(Method method, std::string_view query = "", bool admin = true) {
    wire::Request request;
    request.method = method;
    request.method_name = wire::name_of(method);
    request.target = request.path = "/batata/v1/log/level";
    request.query = query;
    request.peer_address = "10.0.0.9";
    if (admin) request.headers = {{"who", "joe"}};
    std::optional<wire::Response> answer;
    router_.dispatch(request, [&](wire::Response response) { answer = std::move(response); });
    runtime_.settle();
    EXPECT_TRUE(answer);
    return std::move(answer).value_or(wire::Response{});
  }
  std::string level_told(const wire::Response& response) {
    body_ = std::string(response.content());
    const auto parsed = json::parse(body_);
    return parsed ? (*parsed)["level"].as_text().value_or("none") : "no JSON";
  }

  std::string body_;
  const log::Output before_;
  sim::SimRuntime runtime_;
  AdminGate gate_;
  LogHttp http_{gate_};
  wire::Router router_{runtime_};
};

TEST_F(LogHttpTest, ShowsAndChangesWhatIsLogged) {
  EXPECT_EQ(level_told(ask(Method::kGet)), "info");
  EXPECT_EQ(level_told(ask(Method::kPut, "level=warn%2Cbatata%3A%3Anet%3Dtrace")), "warn,batata::net=trace");
  EXPECT_EQ(log::filter_text(log::lowest()), "warn,batata::net=trace");
  EXPECT_EQ(level_told(ask(Method::kGet)), "warn,batata::net=trace");
  EXPECT_NE(body_.find(R"("keptOverRestart":false)"), std::string::npos);
  EXPECT_NE(body_.find(R"("net.tls":"trace")"), std::string::npos);
  EXPECT_NE(body_.find(R"("store":"warn")"), std::string::npos);
}

TEST_F(LogHttpTest, AChangeIsLoggedWithWhoMadeItWhateverTheLevel) {
  ask(Method::kPut, "level=off");
  EXPECT_EQ(g_lines,
            std::vector<std::string>{"log levels changed before=info now=off user=joe client=10.0.0.9"});
}

TEST_F(LogHttpTest, OnlyAdministratorsMay) {
  EXPECT_EQ(ask(Method::kGet, "", false).status, 403);
  EXPECT_EQ(ask(Method::kPut, "level=off", false).status, 403);
  EXPECT_EQ(log::lowest(), log::Levels(log::Level::kInfo));
}

TEST_F(LogHttpTest, WrongFiltersChangeNothingAndAreSaid) {
  for (const auto& [query, why] :
       {std::pair{"", "the parameter level is missing"},
        {"level=net%3Dloud", "'loud' is no level; levels are trace, debug, info, warn, error and off"},
        {"level=inof", "'inof' is neither a level nor a module of batata"},
        {"level=", "the filter names no level for batata"},
        {"level=sea_orm%3Dwarn", "the filter names no level for batata"}}) {
    const auto response = ask(Method::kPut, query);
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_NE(response.content().find(why), std::string_view::npos) << response.content();
  }
  EXPECT_EQ(log::lowest(), log::Levels(log::Level::kInfo));
  EXPECT_TRUE(g_lines.empty());
}

}  // namespace
}  // namespace batata::own
