#include "wire/request_log.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "async/sleep.h"
#include "base/log.h"
#include "sim/sim_runtime.h"
#include "wire/router.h"

namespace batata::wire {
namespace {

using std::chrono::milliseconds;

std::vector<std::string> g_warnings;

// Rows that answer at once and later; one of them is audited.
class Rows {
 public:
  explicit Rows(Runtime& runtime) : runtime_(runtime) {}
  Response at_once(const Request&) const { return done("12345"); }
  Task<Response> later(Request request, cluster::Context) {
    co_await sleep_for(runtime_, milliseconds(std::stoi(std::string(request.param("ms").value_or("0")))));
    co_return done(std::string(request.param("answer").value_or("true")));
  }
  static std::span<const Endpoint<Rows>> rows() {
    static const Endpoint<Rows> kRows[] = {
        {Method::kGet, "/at-once", &Rows::at_once, nullptr, "", "", {}, ""},
        {Method::kPost, "/later/{name}", nullptr, &Rows::later, "kind:w", "", {}, ""},
        {Method::kGet, "/waits", nullptr, &Rows::later, "", "", {}, "", "", true}};
    return kRows;
  }

 private:
  static Response done(std::string body) {
    Response response;
    response.body = std::move(body);
    return response;
  }
  Runtime& runtime_;
};

class PasswordGate final : public Gate {
 public:
  bool guards(std::string_view, std::string_view permission) const override { return !permission.empty(); }
  Verdict check(const Request& request, const Right&) const override {
    return request.param("password") ? Verdict::undecided() : Verdict::admitted("joe user");
  }
  Task<Verdict> decide(const Request& request, const Right&) override {
    Response refusal;
    refusal.status = 403;
    co_return request.param("password") == "good" ? Verdict::admitted("joe") : Verdict::refused(refusal);
  }
};

class RequestLogTest : public testing::Test {
 public:
  ~RequestLogTest() override { log::set_sink(before_.sink, before_.lowest); }

 protected:
  RequestLogTest()
      : before_(log::set_sink(
            [](const log::Line& line) {
              if (line.level == log::Level::kWarn) g_warnings.emplace_back(line.text);
            },
            log::Level::kInfo)) {
    g_warnings.clear();
    router_.add(face_, Rows::rows(), &gate_);
  }

  void ask(Method method, std::string_view path, std::string_view query, std::string_view body = "") {
    const std::string target = std::string(path) + (query.empty() ? "" : "?" + std::string(query));
    Request request;
    request.method = method;
    request.method_name = name_of(method);
    request.target = target;
    request.path = path;
    request.query = query;
    request.body = body;
    request.peer_address = "10.0.0.9";
    request.headers = {{"user-agent", "some\"agent\n"},
                       {"content-type", "application/x-www-form-urlencoded"}};
    bool answered = false;
    router_.dispatch(request, [&](const Response&) { answered = true; });
    for (int i = 0; i < 100 && !answered; ++i) runtime_.run_for(milliseconds(100));
    EXPECT_TRUE(answered);
  }

  std::vector<std::string> access_, audit_;
  const log::Output before_;
  sim::SimRuntime runtime_;
  RequestLog log_{runtime_,
                  {.access = [this](std::string line) { access_.push_back(std::move(line)); },
                   .audit = [this](std::string line) { audit_.push_back(std::move(line)); },
                   .slow = std::chrono::seconds(1),
                   .action_of =
                       [](const RowInfo& row) {
                         return row.path == "/later/{name}" ? std::string_view("thing.change") : "";
                       }}};
  Rows face_{runtime_};
  PasswordGate gate_;
  Router router_{runtime_, nullptr, &log_};
};

TEST_F(RequestLogTest, EachRequestIsALineOfTheCombinedFormatWithTheTimeTaken) {
  ask(Method::kGet, "/at-once", "dataId=a&accessToken=geheim");
  ask(Method::kPost, "/later/x", "", "ms=20&content=geheim");
  ask(Method::kGet, "/nowhere", "");
  ASSERT_EQ(access_.size(), 3u);
  const std::string agent = R"("-" "some\x22agent\x0A" )";
  const std::size_t time = access_[0].find('['), end = access_[0].find("] ");
  ASSERT_NE(end, std::string::npos);
  EXPECT_EQ(access_[0].substr(0, time), "10.0.0.9 - - ");
  EXPECT_EQ(end - time, 27u) << access_[0];  // [02/Jan/2026:03:04:05 +0000
  EXPECT_EQ(access_[0].substr(end + 2),
            R"("GET /at-once?dataId=a&accessToken=*** HTTP/1.1" 200 5 )" + agent + "0.000\n");
  EXPECT_TRUE(access_[1].starts_with("10.0.0.9 - joe\\x20user [")) << access_[1];
  EXPECT_NE(access_[1].find("\"POST /later/x HTTP/1.1\" 200 4 " + agent + "20.0"), std::string::npos)
      << access_[1];
  EXPECT_NE(access_[2].find("\"GET /nowhere HTTP/1.1\" 404 "), std::string::npos) << access_[2];
}

TEST_F(RequestLogTest, OnlyWhatNamesAThingIsShownOfAQuery) {
  EXPECT_EQ(shown_target("/a?dataId=x&content=c&tenant=t"), "/a?dataId=x&content=***&tenant=t");
  EXPECT_EQ(shown_target("/a?password=p&PassWord=p&username=u"), "/a?password=***&PassWord=***&username=u");
  EXPECT_EQ(shown_target("/a?access%54oken=s&=s&s&tomorrow=s"), "/a?access%54oken=***&=***&***&tomorrow=***");
  EXPECT_EQ(shown_target("/a"), "/a");
  EXPECT_LT(shown_target("/" + std::string(100'000, 'a') + "?" + std::string(100'000, '&')).size(), 8192u);
}

TEST_F(RequestLogTest, WhatIsAuditedSaysWhoWhatAndWhatCameOfItButNoContent) {
  ask(Method::kPost, "/later/x", "", "dataId=d&content=geheim&username=ann");
  ask(Method::kPost, "/later/x", "answer=false");
  ask(Method::kPost, "/later/x", "answer={\"code\":500,}");
  ask(Method::kGet, "/at-once", "");
  ASSERT_EQ(audit_.size(), 3u);
  EXPECT_NE(
      audit_[0].find(R"("action":"thing.change","result":"done","user":"joe user","client":"10.0.0.9",)"
                     R"("touched":{"dataId":"d","username":"ann"},"method":"POST","path":"/later/{name}",)"
                     R"("status":200})"),
      std::string::npos)
      << audit_[0];
  EXPECT_EQ(audit_[0].find("geheim"), std::string::npos);
  EXPECT_NE(audit_[1].find(R"("result":"failed")"), std::string::npos) << audit_[1];
  EXPECT_NE(audit_[2].find(R"("result":"failed")"), std::string::npos) << audit_[2];
}

TEST_F(RequestLogTest, APasswordThatIsNotGoodIsAudited) {
  ask(Method::kPost, "/later/x", "username=ann&password=geheim");
  ask(Method::kPost, "/later/x", "username=ann&password=good");
  ASSERT_EQ(audit_.size(), 2u);
  EXPECT_NE(
      audit_[0].find(R"("result":"refused","user":"","client":"10.0.0.9","touched":{"username":"ann"})"),
      std::string::npos)
      << audit_[0];
  EXPECT_NE(audit_[1].find(R"("result":"done","user":"joe")"), std::string::npos) << audit_[1];
  EXPECT_EQ(audit_[0].find("geheim"), std::string::npos);
}

TEST_F(RequestLogTest, SlowRequestsAreWarnedOfButNotThoseThatWait) {
  ask(Method::kPost, "/later/secret-name", "ms=900");
  ask(Method::kGet, "/waits", "ms=3000");
  EXPECT_TRUE(g_warnings.empty()) << g_warnings[0];
  ask(Method::kPost, "/later/secret-name", "ms=1500");
  ASSERT_EQ(g_warnings.size(), 1u);
  EXPECT_EQ(g_warnings[0].find("slow request method=POST path=/later/{name} status=200 ms=15"), 0u)
      << g_warnings[0];
  EXPECT_NE(g_warnings[0].find(" client=10.0.0.9"), std::string::npos);
}

TEST_F(RequestLogTest, ManySlowRequestsAtOnceAreToldInPart) {
  Exchange slow;
  slow.method = "GET";
  slow.pattern = "/slow";
  slow.started = runtime_.now();
  runtime_.run_for(std::chrono::seconds(2));
  for (int i = 0; i < RequestLog::kSlowMax + 7; ++i) log_.tell(slow);
  EXPECT_EQ(g_warnings.size(), static_cast<std::size_t>(RequestLog::kSlowMax));
  runtime_.run_for(std::chrono::seconds(2));
  log_.tell(slow);
  EXPECT_NE(g_warnings.back().find("untold_before=7"), std::string::npos) << g_warnings.back();
}

TEST(RequestLog, AnAuditEventIsUtf8WhateverANameIs) {
  Exchange exchange;
  exchange.action = "sign-in";
  exchange.touched.emplace_back("username", "a\xff\xc3");
  std::string line;
  append_audit_line(line, exchange, {});
  EXPECT_NE(line.find("\"username\":\"a\xef\xbf\xbd\xef\xbf\xbd\""), line.npos) << line;
}

}  // namespace
}  // namespace batata::wire
