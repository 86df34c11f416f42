#include "wire/router.h"

#include <gtest/gtest.h>

#include <utility>

#include "async/sleep.h"
#include "sim/sim_runtime.h"
#include "wire/refusal.h"

namespace batata::wire {
namespace {

class Face {
 public:
  explicit Face(Runtime& runtime) : runtime_(runtime) {}
  Response hello(const Request& request) const {
    Response response;
    response.body = "hello";
    for (const auto capture : request.captures) response.body.append(" ").append(capture);
    return response;
  }
  Response other(const Request&) const {
    Response response;
    response.body = "other";
    return response;
  }
  Response slow_text(const Request&) const {
    Response response;
    response.body = "slow";
    return response;
  }
  Task<Response> slow(Request request, cluster::Context context) {
    deadline = context.deadline;
    co_await sleep_for(runtime_, std::chrono::seconds(1));
    Response response;
    response.body = request.body;
    co_return response;
  }
  SteadyTime deadline;

 private:
  Runtime& runtime_;
};

using Answer = Response (Face::*)(const Request&) const;
using Handle = Task<Response> (Face::*)(Request, cluster::Context);

Endpoint<Face> answers(Method method, std::string_view path, Answer answer) {
  return {method, path, answer, nullptr, "", "a public row", {}, ""};
}
Endpoint<Face> handles(Method method, std::string_view path, Handle handle) {
  return {method, path, nullptr, handle, "", "a public row", {}, ""};
}

const Endpoint<Face> kRows[] = {
    answers(Method::kGet, "/a/b", &Face::hello),
    handles(Method::kPost, "/a/b", &Face::slow),
    answers(Method::kGet, "/kv/{key...}", &Face::hello),
    answers(Method::kGet, "/ns/{space}/of/{name}", &Face::hello),
    answers(Method::kGet, "/ns/public/of/all", &Face::other),
};

class RouterTest : public testing::Test {
 protected:
  RouterTest() { router.add(face, std::span<const Endpoint<Face>>(kRows)); }
  std::optional<Response> ask(Method method, std::string_view path, std::string_view query = {}) {
    Request request;
    request.query = query;
    request.method = method;
    request.path = path;
    request.body = "body";
    got.reset();
    router.dispatch(request, [this](Response response) { got = std::move(response); });
    return std::exchange(got, std::nullopt);
  }
  sim::SimRuntime runtime;
  Face face{runtime};
  Router router{runtime};
  std::optional<Response> got;
};

TEST_F(RouterTest, TellsItsRowsInTheirOrder) {
  ASSERT_EQ(router.rows().size(), std::size(kRows));
  EXPECT_EQ(router.rows()[1].method, Method::kPost);
  EXPECT_EQ(router.rows()[2].path, "/kv/{key...}");
  EXPECT_EQ(router.rows()[2].summary, "a public row");
}

TEST_F(RouterTest, AnswersAtOnceWhatNeedsNoLoop) {
  EXPECT_EQ(ask(Method::kGet, "/a/b")->body, "hello");
}

TEST_F(RouterTest, HandlesOnTheLoopAndAnswersWhenDone) {
  EXPECT_FALSE(ask(Method::kPost, "/a/b").has_value());
  runtime.settle();
  EXPECT_EQ(face.deadline, runtime.now() + Router::kRequestTimeout);
  EXPECT_FALSE(got.has_value());
  runtime.run_for(std::chrono::seconds(1));
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->body, "body");
}

TEST_F(RouterTest, CancelsTheTaskOfAClientThatHasGoneOnlyWhereTheRowSaysSo) {
  static constexpr Endpoint<Face> kWaiting[] = {
      {Method::kPost, "/wait", nullptr, &Face::slow, "", "", {}, "", "", true},
  };
  router.add(face, std::span<const Endpoint<Face>>(kWaiting));
  for (const bool waits : {false, true}) {
    Request request;
    request.method = Method::kPost;
    request.path = waits ? "/wait" : "/a/b";
    bool answered = false;
    const auto task = router.dispatch(request, [&answered](Response) { answered = true; });
    runtime.settle();
    EXPECT_EQ(router.tasks(), 1u);
    router.cancel(task);
    runtime.settle();
    EXPECT_EQ(router.tasks(), waits ? 0u : 1u);
    runtime.run_for(std::chrono::seconds(2));
    EXPECT_EQ(answered, !waits);
    router.cancel(task);  // has ended
    runtime.settle();
  }
}

TEST_F(RouterTest, RefusesWhatThereIsNoRoomForAndGivesThePlaceBackWithTheAnswer) {
  Load load({.in_flight = 4});  // three of them for writes
  Router busy(runtime, &load);
  busy.add(face, std::span<const Endpoint<Face>>(kRows));
  int done = 0, refused = 0;
  for (int i = 0; i < 5; ++i) {
    Request request;
    request.method = Method::kPost;
    request.path = "/a/b";
    busy.dispatch(request, [&](Response response) {
      if (response.status != 503) return void(++done);
      ++refused;
      EXPECT_EQ(response.headers, refusal_answer(kOverloaded).headers);
    });
  }
  EXPECT_EQ(refused, 2);
  EXPECT_EQ(load.in_flight(), 3u);
  runtime.run_for(std::chrono::seconds(2));
  EXPECT_EQ(done, 3);
  EXPECT_EQ(load.in_flight(), 0u);
}

TEST_F(RouterTest, WhoOnlyWaitsHasNoPlaceWhileItWaits) {
  static constexpr Endpoint<Face> kWaiting[] = {
      {Method::kPost, "/wait", nullptr, &Face::slow, "", "", {}, "", "", true},
  };
  Load load({.in_flight = 4});
  Router busy(runtime, &load);
  busy.add(face, std::span<const Endpoint<Face>>(kWaiting));
  for (int i = 0; i < 10; ++i) {
    Request request;
    request.method = Method::kPost;
    request.path = "/wait";
    busy.dispatch(request, [](Response) {});
    EXPECT_EQ(load.in_flight(), 1u);
    runtime.settle();
    EXPECT_EQ(load.in_flight(), 0u);
  }
  EXPECT_EQ(busy.tasks(), 10u);
  EXPECT_GT(load.unfinished().bytes(), 0u) << "what it holds counts all the same";
}

TEST_F(RouterTest, HoldsTheBytesOfRequestsUntilTheyAreAnswered) {
  Load load({.unfinished_bytes = 4000});
  Router busy(runtime, &load);
  busy.add(face, std::span<const Endpoint<Face>>(kRows));
  const std::string body(1000, 'x');
  std::vector<int> statuses;
  const auto ask = [&] {
    Request request;
    request.method = Method::kPost;
    request.path = "/a/b";
    request.body = body;
    busy.dispatch(request, [&](Response response) { statuses.push_back(response.status); });
  };
  for (int i = 0; i < 5; ++i) ask();
  EXPECT_EQ(statuses, (std::vector{503, 503})) << "a write leaves a quarter to what is read and vital";
  EXPECT_GE(load.unfinished().bytes(), 3000u);
  runtime.run_for(std::chrono::seconds(2));
  EXPECT_EQ(statuses.size(), 5u);
  EXPECT_EQ(load.unfinished().bytes(), 0u);
}

TEST_F(RouterTest, CountsRequestsByTheirRowsAndThoseOfNone) {
  ask(Method::kGet, "/a/b");
  ask(Method::kGet, "/kv/x");
  ask(Method::kGet, "/kv/y");
  ask(Method::kGet, "/nowhere");
  std::string text;
  metrics::Writer out(text);
  router.write(out);
  for (const std::string_view line :
       {"{method=\"GET\",path=\"/a/b\"} 1\n", "{method=\"GET\",path=\"/kv/{key...}\"} 2\n",
        "{method=\"other\",path=\"other\"} 1\n"})
    EXPECT_NE(text.find(line), text.npos) << text;
}

TEST_F(RouterTest, TellsHowLongEachRowTookAndWithWhatStatus) {
  ask(Method::kGet, "/kv/x");
  ask(Method::kGet, "/kv/y");
  ask(Method::kGet, "/nowhere");
  std::string text;
  metrics::Writer out(text);
  router.write(out);
  for (const std::string_view line :
       {"batata_http_request_seconds_count{method=\"GET\",path=\"/kv/{key...}\"} 2\n",
        "batata_http_request_seconds_count{method=\"other\",path=\"other\"} 1\n",
        "batata_http_answers_total{status=\"2xx\"} 2\n", "batata_http_answers_total{status=\"4xx\"} 1\n"})
    EXPECT_NE(text.find(line), text.npos) << text;
  EXPECT_EQ(text.find("path=\"/a/b\""), text.npos) << "a row that nobody has asked for costs nothing";
}

TEST_F(RouterTest, CapturesSegmentsAndTheRest) {
  EXPECT_EQ(ask(Method::kGet, "/kv/x/y")->body, "hello x/y");
  EXPECT_EQ(ask(Method::kGet, "/ns/a/of/b")->body, "hello a b");
  EXPECT_EQ(ask(Method::kGet, "/kv")->status, 404);
  EXPECT_EQ(ask(Method::kGet, "/ns/a/of")->status, 404);
  EXPECT_EQ(ask(Method::kGet, "/ns/a/of/b/c")->status, 404);
}

TEST_F(RouterTest, AnExactPathComesBeforeAPattern) {
  EXPECT_EQ(ask(Method::kGet, "/ns/public/of/all")->body, "other");
}

TEST_F(RouterTest, HeadIsServedByGet) {
  EXPECT_EQ(ask(Method::kHead, "/a/b")->body, "hello");
}

TEST_F(RouterTest, SaysWhatAPathAllowsWhenItHasNoFallback) {
  const auto response = ask(Method::kDelete, "/a/b");
  EXPECT_EQ(response->status, 405);
  EXPECT_EQ(response->headers, "Allow: GET, POST, HEAD\r\n");
  EXPECT_EQ(ask(Method::kGet, "/nowhere")->status, 404);
}

TEST_F(RouterTest, TheFallbackOfTheLongestPrefixAnswers) {
  const auto answer_with = [](std::string_view name) {
    return [name](const Request&, std::string_view allowed) {
      Response response;
      response.body.append(name).append(":").append(allowed);
      return response;
    };
  };
  router.set_fallback("/", answer_with("root"));
  router.set_fallback("/a/", answer_with("a"));
  router.set_fallback("/a/b", answer_with("ab"));
  EXPECT_EQ(ask(Method::kGet, "/x")->body, "root:");
  EXPECT_EQ(ask(Method::kGet, "/a/x")->body, "a:");
  EXPECT_EQ(ask(Method::kPut, "/a/b")->body, "ab:GET, POST, HEAD");
}

TEST_F(RouterTest, ASelectorGoesBeforeTheRowWithoutOne) {
  static constexpr Endpoint<Face> kSelected[] = {
      {Method::kGet, "/a/b", Answer(&Face::other), nullptr, "", "", {}, "", "mode=all"},
      {Method::kGet, "/a/b", Answer(&Face::slow_text), nullptr, "", "", {}, "", "slow"},
  };
  router.add(face, std::span<const Endpoint<Face>>(kSelected));
  const std::pair<std::string_view, std::string_view> cases[] = {{"", "hello"},
                                                                 {"mode=all", "other"},
                                                                 {"x=1&mode=all", "other"},
                                                                 {"mode=none", "hello"},
                                                                 {"slow=", "slow"}};
  for (const auto& [query, body] : cases) EXPECT_EQ(ask(Method::kGet, "/a/b", query)->body, body) << query;
}

TEST_F(RouterTest, TwoRowsOfOneMethodAndPathEndTheProcess) {
  EXPECT_DEATH(router.add(face, std::span<const Endpoint<Face>>(kRows)), "broken invariant");
}

}  // namespace
}  // namespace batata::wire
