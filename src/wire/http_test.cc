#include "wire/http.h"

#include <gtest/gtest.h>

namespace batata::wire {
namespace {

Request form_request(Method method, std::string_view type, std::string_view query, std::string_view body) {
  Request request;
  request.method = method;
  request.query = query;
  request.body = body;
  request.headers = {{"content-type", type}};
  return request;
}

constexpr std::string_view kForm = "application/x-www-form-urlencoded";

TEST(Methods, AreNamedInBothDirections) {
  for (const auto method : {Method::kGet, Method::kPost, Method::kPut, Method::kDelete, Method::kPatch,
                            Method::kHead, Method::kOptions})
    EXPECT_EQ(method_named(name_of(method)), method);
  EXPECT_EQ(method_named("get"), Method::kOther);
  EXPECT_EQ(method_named(""), Method::kOther);
}

TEST(PercentDecode, LeavesBrokenEscapesAsTheyAre) {
  EXPECT_EQ(percent_decode("a%20b+c", true), "a b c");
  EXPECT_EQ(percent_decode("a%20b+c", false), "a b+c");
  EXPECT_EQ(percent_decode("%", true), "%");
  EXPECT_EQ(percent_decode("%4", true), "%4");
  EXPECT_EQ(percent_decode("%zz%41", true), "%zzA");
  EXPECT_EQ(percent_decode("%E4%BD%A0", true), "\xE4\xBD\xA0");
}

TEST(NormalisePath, GivesOneFormForEverySpelling) {
  const std::string_view spellings[] = {"/nacos/v1/cs/configs",
                                        "/nacos/v1/cs/configs/",
                                        "/nacos//v1/cs/configs",
                                        "/nacos/./v1/cs/configs",
                                        "/nacos/v1/cs/configs;x=1",
                                        "/nacos;a=b/v1/cs/configs",
                                        "/nacos/v1/cs/x/../configs",
                                        "/nacos/v1/cs/%63onfigs",
                                        "/nacos%2fv1/cs/configs",
                                        "/nacos/v1/cs/configs/%2e",
                                        "/nacos/%2e%2e/nacos/v1/cs/configs",
                                        "//nacos/v1/cs/configs"};
  for (const auto spelling : spellings)
    EXPECT_EQ(normalise_path(spelling), "/nacos/v1/cs/configs") << spelling;
}

TEST(NormalisePath, DecodesOnlyOnce) {
  EXPECT_EQ(normalise_path("/a%252fb"), "/a%2fb");
}

TEST(NormalisePath, KeepsWhatIsAnotherName) {
  EXPECT_EQ(normalise_path("/Nacos"), "/Nacos");
  EXPECT_EQ(normalise_path("/a%20"), "/a ");
  EXPECT_EQ(normalise_path("/a.json"), "/a.json");
  EXPECT_EQ(normalise_path("/a%3Bb"), "/a;b");
  EXPECT_EQ(normalise_path("/..a"), "/..a");
  EXPECT_EQ(normalise_path("/"), "/");
}

TEST(NormalisePath, RefusesNulAndClimbingAboveTheRoot) {
  for (const std::string_view bad : {"/a%00", "/..", "/a/../..", "/%2e%2e/a", "", "a", "*", "/a/..;x/.."})
    EXPECT_EQ(normalise_path(bad), std::nullopt) << bad;
}

TEST(NormalPath, IsOneThatNormalisingDoesNotChange) {
  for (const std::string_view path : {"/", "/a", "/a/b", "/a/b.c", "/a..b", "/a b"}) {
    EXPECT_TRUE(is_normal_path(path)) << path;
    EXPECT_EQ(normalise_path(path), path);
  }
  for (const std::string_view path : {"", "a", "/a/", "//", "/a//b", "/./a", "/a/.", "/a/..", "/a;b", "/%41"})
    EXPECT_FALSE(is_normal_path(path)) << path;
}

TEST(RequestParam, TheFirstValueWinsAndTheQueryComesBeforeTheForm) {
  const auto request = form_request(Method::kPost, kForm, "a=1&a=2&b=", "a=3&c=x%3Dy+z&&d");
  EXPECT_EQ(request.param("a"), "1");
  EXPECT_EQ(request.param("b"), "");
  EXPECT_EQ(request.param("c"), "x=y z");
  EXPECT_EQ(request.param("d"), "");
  EXPECT_EQ(request.param("e"), std::nullopt);
}

TEST(RequestParam, FormsCountForWritesOnlyAndByTheirType) {
  for (const auto method : {Method::kPost, Method::kPut, Method::kPatch, Method::kDelete})
    EXPECT_EQ(form_request(method, "Application/X-WWW-Form-Urlencoded ; charset=UTF-8", "", "a=1").param("a"),
              "1");
  EXPECT_EQ(form_request(Method::kGet, kForm, "", "a=1").param("a"), std::nullopt);
  EXPECT_EQ(form_request(Method::kPost, "application/json", "", "a=1").param("a"), std::nullopt);
}

TEST(RequestParam, OneWithABrokenEscapeIsNotThere) {
  const auto request =
      form_request(Method::kPost, kForm, "a=%zz&b=%4&c%=1&d=%&e=100%25&g=%g0", "a=form&f=%e4+%C3%A4");
  EXPECT_EQ(request.param("a"), "form");
  for (const char* name : {"b", "c", "c%", "d", "g"}) EXPECT_EQ(request.param(name), std::nullopt) << name;
  EXPECT_EQ(request.param("e"), "100%");
  EXPECT_EQ(request.param("f"), "\xE4 \xC3\xA4");
}

TEST(RequestParam, AFloodOfParametersIsCutOff) {
  std::string query;
  for (std::size_t i = 0; i < Request::kParamsMax; ++i) query += "x&";
  Request request;
  request.query = query += "late=1";
  EXPECT_EQ(request.param("late"), std::nullopt);
}

TEST(RequestOwn, KeepsEverythingAfterTheBufferIsGone) {
  auto buffer = std::make_unique<std::string>("GET /v1/kv/some/key?x=%41 host example 127.0.0.1 body");
  const std::string_view text = *buffer;
  Request request;
  request.method_name = text.substr(0, 3);
  request.target = text.substr(4, 21);
  request.path = text.substr(4, 15);
  request.query = text.substr(20, 5);
  request.headers = {{text.substr(26, 4), text.substr(31, 7)}};
  request.peer_address = text.substr(39, 9);
  request.body = text.substr(49);
  request.captures = {request.path.substr(7)};
  EXPECT_EQ(request.param("x"), "A");

  request.own();
  Request moved = std::move(request);
  buffer->assign(buffer->size(), '#');
  buffer.reset();
  EXPECT_EQ(moved.method_name, "GET");
  EXPECT_EQ(moved.target, "/v1/kv/some/key?x=%41");
  EXPECT_EQ(moved.path, "/v1/kv/some/key");
  EXPECT_EQ(moved.header("host"), "example");
  EXPECT_EQ(moved.peer_address, "127.0.0.1");
  EXPECT_EQ(moved.body, "body");
  EXPECT_EQ(moved.captures.at(0), "some/key");
  EXPECT_EQ(moved.param("x"), "A");
  moved.own();
  EXPECT_EQ(moved.param("x"), "A");
}

TEST(RequestOwn, KeepsParametersOfQueryAndForm) {
  auto query = std::make_unique<std::string>("a=1&b=%42");
  auto body = std::make_unique<std::string>("c=3&d=%44&=e&f");
  auto request = form_request(Method::kPost, kForm, *query, *body);
  request.own();
  for (auto* text : {query.get(), body.get()}) text->assign(text->size(), '#');
  EXPECT_EQ(request.param("a"), "1");
  EXPECT_EQ(request.param("b"), "B");
  EXPECT_EQ(request.param("c"), "3");
  EXPECT_EQ(request.param("d"), "D");
  EXPECT_EQ(request.param(""), "e");
  EXPECT_EQ(request.param("f"), "");
}

TEST(RequestClear, ForgetsTheRequestBefore) {
  auto request = form_request(Method::kPost, kForm, "a=%41", "b=2");
  EXPECT_EQ(request.param("a"), "A");
  request.clear();
  request.query = "c=3";
  EXPECT_EQ(request.param("a"), std::nullopt);
  EXPECT_EQ(request.param("c"), "3");
  EXPECT_EQ(request.header("content-type"), std::nullopt);
}

TEST(ResponseHeader, CutsAValueThatWouldStartALineOfItsOwn) {
  Response response;
  response.header("X-Name", "a\r\nSet-Cookie: b").header("X-Other", std::string_view("c\0d", 3));
  EXPECT_EQ(response.headers, "X-Name: a\r\nX-Other: c\r\n");
}

}  // namespace
}  // namespace batata::wire
