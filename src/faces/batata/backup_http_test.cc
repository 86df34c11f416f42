#include "faces/batata/backup_http.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <tuple>

#include "async/one_shot.h"
#include "base/json.h"
#include "sim/sim_runtime.h"
#include "tests/support/nacos_access.h"

namespace batata::own {
namespace {

// A backup of two parts.
class TwoParts final : public cluster::Backups {
 public:
  Task<Result<Begun>> begin() override {
    if (failure) co_return tl::unexpected(*failure);
    co_return Begun{"b1", Revision{42}};
  }
  Task<Result<Part>> part(std::string id, std::uint64_t number) override {
    if (id != "b1") co_return fail(Errc::kNotFound, "there is no such backup");
    if (number > 1) co_await waits_for_ever;
    co_return Part{std::make_shared<const std::string>(number == 0 ? "first" : "second"), number == 1};
  }
  Status give_up(const std::string& id) override {
    if (id != "b1" || given_up) return fail(Errc::kNotFound, "there is no such backup");
    given_up = true;
    return {};
  }
  explicit TwoParts(Runtime& runtime) : waits_for_ever(runtime) {}
  OneShot<bool> waits_for_ever;
  bool given_up = false;
  std::optional<Error> failure;
};

// Admits the one who says so.
class FakeGate final : public wire::Gate {
 public:
  bool guards(std::string_view, std::string_view) const override { return true; }
  wire::Verdict check(const wire::Request& request, const wire::Right& right) const override {
    asked = right.text;
    if (request.header("who") == "admin") return wire::Verdict::admitted("admin");
    wire::Response response;
    response.status = 403;
    response.body = "in another product's words";
    return wire::Verdict::refused(std::move(response));
  }
  Task<wire::Verdict> decide(const wire::Request&, const wire::Right&) override {
    co_return wire::Verdict::admitted("admin");
  }
  mutable std::string asked;
};

class BackupHttpTest : public testing::Test {
 protected:
  BackupHttpTest() { http_.add_http(router_); }
  wire::Response ask(wire::Method method, std::string_view path, bool admin = true) {
    wire::Request request;
    request.method = method;
    request.method_name = wire::name_of(method);
    request.target = request.path = path;
    if (admin) request.headers = {{"who", "admin"}};
    std::optional<wire::Response> answer;
    router_.dispatch(request, [&](wire::Response response) { answer = std::move(response); });
    runtime_.settle();
    EXPECT_TRUE(answer);
    return std::move(answer).value_or(wire::Response{});
  }
  static std::string code(const wire::Response& response) {
    const auto body = json::parse(response.content());
    return body ? (*body)["error"]["code"].as_text().value_or("") : "";
  }

  sim::SimRuntime runtime_;
  TwoParts backups_{runtime_};
  FakeGate gate_;
  BackupHttp http_{backups_, gate_};
  wire::Router router_{runtime_};
};

TEST_F(BackupHttpTest, GivesABackupPartByPart) {
  EXPECT_EQ(ask(wire::Method::kPost, "/batata/v1/backups").body, R"({"id":"b1","revision":42})");
  const auto first = ask(wire::Method::kGet, "/batata/v1/backups/b1/parts/0");
  EXPECT_EQ(first.content(), "first");
  EXPECT_EQ(first.content_type, "application/octet-stream");
  EXPECT_NE(first.headers.find("Batata-Last-Part: false"), std::string::npos);
  const auto second = ask(wire::Method::kGet, "/batata/v1/backups/b1/parts/1");
  EXPECT_EQ(second.content(), "second");
  EXPECT_NE(second.headers.find("Batata-Last-Part: true"), std::string::npos);
}

TEST_F(BackupHttpTest, GivesOneUp) {
  const auto given_up = ask(wire::Method::kDelete, "/batata/v1/backups/b1");
  EXPECT_EQ(given_up.status, 200);
  EXPECT_EQ(given_up.body, "{}");
  EXPECT_TRUE(backups_.given_up);
  const auto again = ask(wire::Method::kDelete, "/batata/v1/backups/b1");
  EXPECT_EQ(again.status, 404);
  EXPECT_EQ(code(again), "not_found");
}

TEST_F(BackupHttpTest, WhoGoesAwayIsWaitedForNoLonger) {
  wire::Request request;
  request.method = wire::Method::kGet;
  request.target = request.path = "/batata/v1/backups/b1/parts/2";
  request.headers = {{"who", "admin"}};
  bool answered = false;
  const auto task = router_.dispatch(request, [&](const wire::Response&) { answered = true; });
  runtime_.settle();
  EXPECT_EQ(router_.tasks(), 1u);
  router_.cancel(task);
  runtime_.settle();
  EXPECT_EQ(router_.tasks(), 0u);
  EXPECT_FALSE(answered);
}

TEST_F(BackupHttpTest, SaysWhatIsWrongInItsOwnWords) {
  const std::tuple<const char*, int, const char*> wrong[] = {
      {"/batata/v1/backups/b2/parts/0", 404, "not_found"},
      {"/batata/v1/backups/b1/parts/x", 400, "invalid_argument"},
      {"/batata/v1/backups/b1/parts/-1", 400, "invalid_argument"},
      {"/batata/v1/backups", 405, "invalid_argument"},
      {"/batata/v2", 404, "not_found"}};
  for (const auto& [path, status, said] : wrong) {
    const auto answer = ask(wire::Method::kGet, path);
    EXPECT_EQ(answer.status, status) << path;
    EXPECT_EQ(code(answer), said) << path;
  }
  backups_.failure = Error{Errc::kUnavailable, "another backup is under way"};
  const auto busy = ask(wire::Method::kPost, "/batata/v1/backups");
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(code(busy), "unavailable");
}

constexpr std::pair<wire::Method, const char*> kAll[] = {
    {wire::Method::kPost, "/batata/v1/backups"},
    {wire::Method::kGet, "/batata/v1/backups/b1/parts/0"},
    {wire::Method::kDelete, "/batata/v1/backups/b1"}};

TEST_F(BackupHttpTest, RefusesInItsOwnWords) {
  for (const auto& [method, path] : kAll) {
    const auto answer = ask(method, path, false);
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(code(answer), "permission_denied");
    EXPECT_EQ(gate_.asked, wire::kAdministrators);
  }
}

// Under the rules of access that guard it in a server: a backup holds everybody's hashes, so neither a
// permission of whatever pattern nor another server's header opens it.
TEST(BackupHttpUnderRules, IsForAdministratorsAndForNobodyElse) {
  std::optional<TwoParts> made;
  std::optional<BackupHttp> http;
  nacos::GuardedHouse house(nacos::guarded(), [&](nacos::House& bare) {
    made.emplace(bare.runtime);
    http.emplace(*made, bare.face.gate());
    http->add_http(bare.router);
  });
  TwoParts& backups = *made;
  for (const char* resource : {"*", "batata/backups", "batata*", "administrators", "nacos/admin"})
    house.let_joe(resource, "rw");
  for (const auto& [method, path] : kAll) {
    EXPECT_EQ(house.as("joe", method, path).status, 403) << path;
    EXPECT_EQ(house.as("", method, path).status, 403) << path;
    EXPECT_EQ(house.as("ghost", method, path).status, 403) << path;
    EXPECT_EQ((*house.ask(method, path, {}, {{"golden-identity", "golden-value"}}))->status, 403) << path;
    EXPECT_EQ((*house.ask(method, path, {}, {{"username", "joe"}, {"password", "secret1"}}))->status, 403)
        << path;
    backups.given_up = false;
    EXPECT_EQ(house.as("nacos", method, path).status, 200) << path;
    backups.given_up = false;
    EXPECT_EQ((*house.ask(method, path, {}, {{"username", "nacos"}, {"password", "pw"}}))->status, 200)
        << path;
  }
}

}  // namespace
}  // namespace batata::own
