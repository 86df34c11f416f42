#include "faces/batata/openapi.h"

#include <gtest/gtest.h>

#include <array>

#include "faces/batata/documents_http.h"
#include "sim/sim_runtime.h"

namespace batata::own {
namespace {

using wire::Method;
using wire::Param;
using wire::RowInfo;

constexpr Param kRead[] = {{"dataId", true, "Id"}, {"tenant", false, "Namespace"}};
constexpr Param kSearch[] = {
    {"dataId", true, "Pattern"}, {"search", true, "blur"}, {"pageNo", true, "From 1"}};
constexpr Param kNamed[] = {{"id", true, "Its id"}, {"note", false, "Why"}};

// The order of members is ours, so texts can be looked for.
std::string document() {
  const std::array rows = {
      RowInfo{Method::kGet, "/a/configs", "search=blur", "config:r", "Searches. Slowly.", "", kSearch,
              nullptr},
      RowInfo{Method::kGet, "/a/configs", "", "config:r", "Reads. Fast.", "", kRead, nullptr},
      RowInfo{Method::kPut, "/a/things/{id}/{rest...}", "", "", "Public: \"all\" may.", "", kNamed, nullptr}};
  return openapi_document(rows, "1.2.3");
}

TEST(OpenApi, TellsWhatItIsOf) {
  EXPECT_EQ(document().find(R"({"openapi":"3.1.0","info":{"title":"batata","version":"1.2.3",)"), 0u);
}

TEST(OpenApi, RowsThatDifferByTheirSelectorAreOneOperation) {
  const std::string text = document();
  EXPECT_NE(
      text.find(
          R"("/a/configs":{"get":{"operationId":"get_a_configs","tags":["/a/configs"],)"
          R"("summary":"Reads.","description":"Reads. Fast.\n\nWith `search=blur`: Searches. Slowly.")"),
      text.npos)
      << text;
  EXPECT_EQ(text.find("\"get\""), text.rfind("\"get\""));
}

TEST(OpenApi, WhatNotAllOfThemHaveIsRequiredByNone) {
  const std::string text = document();
  EXPECT_NE(text.find(R"({"name":"dataId","in":"query","required":true,"description":"Id")"), text.npos);
  EXPECT_NE(text.find(R"({"name":"pageNo","in":"query","required":false,)"), text.npos);
  EXPECT_NE(text.find(R"({"name":"tenant","in":"query","required":false,)"), text.npos);
}

TEST(OpenApi, ACaptureStandsInThePathAndTheRestInTheForm) {
  const std::string text = document();
  EXPECT_NE(text.find(R"("/a/things/{id}/{rest}":{"put":)"), text.npos);
  EXPECT_NE(text.find(R"([{"name":"id","in":"path","required":true,"description":"Its id",)"), text.npos);
  EXPECT_NE(text.find(R"({"name":"rest","in":"path","required":true,)"), text.npos);
  EXPECT_NE(text.find(R"("properties":{"note":{"type":"string","description":"Why"}},"required":[])"),
            text.npos);
}

TEST(OpenApi, OnlyPublicRowsNeedNoSignIn) {
  const std::string text = document();
  EXPECT_NE(text.find(R"("security":[],"x-batata-right":"")"), text.npos);
  EXPECT_EQ(text.find(R"("security":[],"x-batata-right":"config:r")"), text.npos);
}

TEST(DocumentsHttp, GivesTheAddressesOfItsRouter) {
  sim::SimRuntime runtime;
  wire::Router router(runtime);
  DocumentsHttp documents(router, "1.2.3");
  documents.add_http(router);
  wire::Request request;
  request.method = Method::kGet;
  request.method_name = "GET";
  request.target = request.path = "/openapi.json";
  std::string body;
  router.dispatch(request, [&](wire::Response response) { body = response.content(); });
  runtime.settle();
  EXPECT_EQ(body, openapi_document(router.rows(), "1.2.3"));
  EXPECT_NE(body.find("\"/openapi.json\""), body.npos);
}

}  // namespace
}  // namespace batata::own
