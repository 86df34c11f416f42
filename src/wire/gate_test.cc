#include "wire/gate.h"

#include <gtest/gtest.h>

#include "async/sleep.h"
#include "sim/sim_runtime.h"
#include "wire/router.h"

namespace batata::wire {
namespace {

Response text(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

class Face {
 public:
  explicit Face(Runtime& runtime) : runtime_(runtime) {}
  Response read(const Request& request) const { return text("read " + std::string(request.path)); }
  Task<Response> write(Request request, cluster::Context context) {
    ++writes;
    co_await sleep_for(runtime_, std::chrono::milliseconds(1));
    co_return text(context.principal + " wrote " + std::string(request.body));
  }
  int writes = 0;

 private:
  Runtime& runtime_;
};

std::vector<std::string> touched_name(const Request& request) {
  return {std::string(request.captures.front()), std::string(request.param("of").value_or(""))};
}

constexpr Endpoint<Face> kRows[] = {
    {Method::kGet, "/open", &Face::read, nullptr, "", "Public: a test", {}, ""},
    {Method::kGet, "/data", &Face::read, nullptr, "thing:r", "", {}, ""},
    {Method::kPost, "/data", nullptr, &Face::write, "thing:w", "", {}, ""},
    {Method::kPost, "/wait", nullptr, &Face::write, "thing:w", "", {}, "", "", true},
    {Method::kGet, "/of/{name}", &Face::read, nullptr, {"thing:r", touched_name}, "", {}, ""},
};

// Whoever names a user is let in: by ?user= at once, by ?login= after a while on the loop.
class TestGate final : public Gate {
 public:
  explicit TestGate(Runtime& runtime) : runtime_(runtime) {}
  bool guards(std::string_view path, std::string_view permission) const override {
    EXPECT_FALSE(permission.empty());
    return on && path.starts_with('/');
  }
  Verdict check(const Request& request, const Right& right) const override {
    ++checks;
    last_permission = right.text;
    touched = right.resources != nullptr ? right.resources(request) : std::vector<std::string>{};
    if (request.param("login")) return Verdict::undecided();
    if (const auto user = request.param("user")) return Verdict::admitted(std::string(*user));
    return Verdict::refused(refusal());
  }
  Task<Verdict> decide(const Request& request, const Right&) override {
    co_await sleep_for(runtime_, std::chrono::seconds(1));
    const auto user = request.param("login").value_or("");
    co_return user == "nobody" ? Verdict::refused(refusal()) : Verdict::admitted(std::string(user));
  }
  bool on = true;
  mutable int checks = 0;
  mutable std::string last_permission;
  mutable std::vector<std::string> touched;

 private:
  static Response refusal() {
    Response response = text("refused");
    response.status = 403;
    return response;
  }
  Runtime& runtime_;
};

class GateTest : public testing::Test {
 protected:
  void open_face() { router.add(face, std::span<const Endpoint<Face>>(kRows), &gate); }

  // As a transport does it: splits the target and normalises its path. Status 400 when that has no normal
  // form.
  Response ask(Method method, std::string target, Duration wait = std::chrono::seconds(2)) {
    Request request;
    request.method = method;
    request.target = target;
    const auto question = request.target.find('?');
    const auto normal = normalise_path(request.target.substr(0, question));
    Response answer;
    answer.status = 400;
    if (!normal) return answer;
    request.path = *normal;
    if (question != request.target.npos) request.query = request.target.substr(question + 1);
    request.body = "body";
    answer.status = 0;
    task = router.dispatch(request, [&answer](Response response) { answer = std::move(response); });
    runtime.run_for(wait);
    return answer;
  }

  sim::SimRuntime runtime;
  Face face{runtime};
  TestGate gate{runtime};
  Router router{runtime};
  Router::TaskId task = Router::kNoTask;
};

TEST_F(GateTest, IsNotAskedForPublicRows) {
  open_face();
  EXPECT_EQ(ask(Method::kGet, "/open").body, "read /open");
  EXPECT_EQ(gate.checks, 0);
}

TEST_F(GateTest, IsNotAskedWhenItGuardsNothing) {
  gate.on = false;
  open_face();
  EXPECT_EQ(ask(Method::kGet, "/data").body, "read /data");
  EXPECT_EQ(ask(Method::kPost, "/data").body, " wrote body");
  EXPECT_EQ(gate.checks, 0);
}

TEST_F(GateTest, IsToldWhatTheRowWouldTouch) {
  open_face();
  EXPECT_EQ(ask(Method::kGet, "/of/x?of=y").status, 403);
  EXPECT_EQ(gate.touched, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(ask(Method::kGet, "/data?of=y").status, 403);
  EXPECT_TRUE(gate.touched.empty());
}

TEST_F(GateTest, RefusesBeforeTheRowRuns) {
  open_face();
  EXPECT_EQ(ask(Method::kGet, "/data").status, 403);
  EXPECT_EQ(ask(Method::kPost, "/data").status, 403);
  EXPECT_EQ(face.writes, 0);
  EXPECT_EQ(gate.last_permission, "thing:w");
}

TEST_F(GateTest, TellsTheRowWhoHasSignedIn) {
  open_face();
  EXPECT_EQ(ask(Method::kGet, "/data?user=ann").body, "read /data");
  EXPECT_EQ(ask(Method::kPost, "/data?user=ann").body, "ann wrote body");
}

TEST_F(GateTest, DecidesTheSameForHeadAsForGet) {
  open_face();
  EXPECT_EQ(ask(Method::kHead, "/data").status, 403);
  EXPECT_EQ(ask(Method::kHead, "/data?user=ann").body, "read /data");
}

TEST_F(GateTest, ThinksOnTheLoopAndRunsTheRowThere) {
  open_face();
  EXPECT_EQ(ask(Method::kGet, "/data?login=bob").body, "read /data");
  EXPECT_NE(task, Router::kNoTask);
  EXPECT_EQ(ask(Method::kPost, "/data?login=bob").body, "bob wrote body");
  EXPECT_EQ(ask(Method::kGet, "/data?login=nobody").status, 403);
  EXPECT_EQ(ask(Method::kPost, "/data?login=nobody").status, 403);
  EXPECT_EQ(face.writes, 1);
  EXPECT_EQ(router.tasks(), 0u);
}

TEST_F(GateTest, AClientThatGoesMeanwhileEndsOnlyTheTasksThatEndWithIt) {
  open_face();
  for (const std::string path : {"/data", "/wait"}) {
    face.writes = 0;
    Response answer;
    Request request;
    request.method = Method::kPost;
    request.path = path;
    request.query = "login=bob";
    task = router.dispatch(request, [&answer](Response response) { answer = std::move(response); });
    runtime.settle();
    router.cancel(task);
    runtime.run_for(std::chrono::seconds(2));
    EXPECT_EQ(face.writes, path == "/data" ? 1 : 0);
    EXPECT_EQ(router.tasks(), 0u);
  }
}

// S03: every spelling of a guarded path meets the same decision, or is another path that has no row.
TEST_F(GateTest, S03NoSpellingOfAPathGoesAroundIt) {
  open_face();
  const std::string_view same[] = {"/data",     "/data/",        "//data",      "/./data",        "/data/.",
                                   "/data;x=1", "/;x=1/data",    "/data;",      "/x/../data",     "/%64ata",
                                   "/data%2f",  "/%2e/data",     "/data/%2e",   "/x/%2e%2e/data", "/data//",
                                   "/data?",    "/data?a=b?c=d", "/data?%75=1", "/data;a=b/;c/",  "/%2fdata"};
  for (const auto spelling : same) {
    EXPECT_EQ(ask(Method::kGet, std::string(spelling)).status, 403) << spelling;
    EXPECT_EQ(ask(Method::kHead, std::string(spelling)).status, 403) << spelling;
    EXPECT_EQ(ask(Method::kPost, std::string(spelling)).status, 403) << spelling;
  }
  const std::string_view others[] = {"/Data",        "/DATA",      "/data%20",  "/data%09",  "/data.json",
                                     "/d\xc3\xa1ta", "/d%C3%A1ta", "/data%3fx", "/data%3bx", "/data%252f",
                                     "/data%5c",     "/data\\",    "/data.",    "/data%00x", "/../data/../..",
                                     "/data%0d%0a",  "/%2564ata"};
  for (const auto spelling : others) {
    const int status = ask(Method::kGet, std::string(spelling)).status;
    EXPECT_TRUE(status == 404 || status == 400) << spelling << " " << status;
  }
  EXPECT_EQ(face.writes, 0);
  // Its twin: who has a right has it under every spelling.
  for (const std::string_view spelling : {"/data", "/data/", "//data", "/%64ata", "/data;x=1"})
    EXPECT_EQ(ask(Method::kGet, std::string(spelling) + "?user=ann").body, "read /data") << spelling;
}

TEST_F(GateTest, GuardsRowsWithCapturesUnderEverySpelling) {
  open_face();
  for (const std::string_view spelling : {"/of/x", "/of//x", "/of/%78", "/of/x/", "/of/;a/x", "/of/..x"})
    EXPECT_EQ(ask(Method::kGet, std::string(spelling)).status, 403) << spelling;
}

}  // namespace
}  // namespace batata::wire
