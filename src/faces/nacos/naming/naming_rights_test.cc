#include "faces/nacos/naming/naming_rights.h"

#include <gtest/gtest.h>

namespace batata::nacos {
namespace {

using Touched = wire::Right::Resources;

Resources of(const char* one) {
  return {one};
}

Resources touched(Touched by, std::string_view query, std::string_view form = {}) {
  wire::Request request;
  request.method = form.empty() ? wire::Method::kGet : wire::Method::kPut;
  request.path = "/x";
  request.query = query;
  request.body = form;
  if (!form.empty()) request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  return by(request);
}

TEST(NamingRights, OfV1GoByTheGroupInTheNameElseGroupName) {
  EXPECT_EQ(touched(touched_service_v1, "serviceName=s"), of("public:DEFAULT_GROUP:naming/s"));
  EXPECT_EQ(touched(touched_service_v1, "serviceName=s&groupName=g&namespaceId=t"), of("t:g:naming/s"));
  EXPECT_EQ(touched(touched_service_v1, "serviceName=g@@s&groupName=h"), of("public:g:naming/s"));
  EXPECT_EQ(touched(touched_service_v1, "serviceName=g@@s@@x"), of("public:g:naming/s@@x"));
  EXPECT_EQ(touched(touched_service_v1, "serviceName=@@s&groupName=h"), of("public:*:naming/s"));
  EXPECT_EQ(touched(touched_service_v1, "serviceName=s&groupName=&namespaceId=+"),
            of("public:DEFAULT_GROUP:naming/s"));
  EXPECT_EQ(touched(touched_service_v1, "serviceName=s&tenant=t&group=g"),
            of("public:DEFAULT_GROUP:naming/s"));
  EXPECT_EQ(touched(touched_service_v1, ""), of("public:DEFAULT_GROUP:naming/*"));
}

TEST(NamingRights, OfV1AreDecodedOnceMoreWhereEncodingSaysSo) {
  EXPECT_EQ(touched(touched_service_v1, "serviceName=g%2540%2540s&encoding=utf-8"), of("public:g:naming/s"));
  EXPECT_EQ(touched(touched_service_v1, "serviceName=g%2540%2540s"),
            of("public:DEFAULT_GROUP:naming/g%40%40s"));
  EXPECT_EQ(touched(touched_service_v1, "serviceName=s&groupName=%2567&namespaceId=%2574&encoding=latin1"),
            of("t:g:naming/s"));
  EXPECT_EQ(touched(touched_group_v1, "groupName=o%2574her&encoding=utf-8"), of("public:other:naming/*"));
  EXPECT_EQ(touched(touched_group_v2, "groupName=o%2574her&encoding=utf-8"), of("public:o%74her:naming/*"));
}

TEST(NamingRights, OfV2AreCutAtTheGroup) {
  EXPECT_EQ(touched(touched_service_v2, "serviceName=g@@s&groupName=h&namespaceId=t"), of("t:h:naming/g"));
  EXPECT_EQ(touched(touched_service_v2, "serviceName=@@s"), of("public:DEFAULT_GROUP:naming/@@s"));
  EXPECT_EQ(touched(touched_service_v2, "serviceName=s%2540&encoding=utf-8"),
            of("public:DEFAULT_GROUP:naming/s%40"));
}

TEST(NamingRights, OfV3StandAsTheyAre) {
  EXPECT_EQ(touched(touched_service_v3, "serviceName=g@@s&groupName=h&namespaceId=t"), of("t:h:naming/g@@s"));
  EXPECT_EQ(touched(touched_service_v3, "serviceName=s"), of("public:DEFAULT_GROUP:naming/s"));
}

TEST(NamingRights, OfV2sCatalogLookAtNoGroupName) {
  EXPECT_EQ(touched(touched_catalog, "serviceName=s&groupName=mine"), of("public:DEFAULT_GROUP:naming/s"));
  EXPECT_EQ(touched(touched_catalog, "serviceName=g@@s&groupName=mine&namespaceId=t"), of("t:g:naming/s"));
  EXPECT_EQ(touched(touched_catalog, "serviceName=g%2540%2540s&encoding=utf-8"),
            of("public:DEFAULT_GROUP:naming/g%40%40s"));
}

TEST(NamingRights, OfStatusesGoByTheKey) {
  EXPECT_EQ(touched(touched_by_key, "key=t%23%23g@@s&namespaceId=u&groupName=h"), of("t:g:naming/s"));
  EXPECT_EQ(touched(touched_by_key, "key=g@@s"), of("public:g:naming/s"));
  EXPECT_EQ(touched(touched_by_key, "key=s"), of("public:DEFAULT_GROUP:naming/s"));
  wire::Request request;
  request.captures = {"t##g@@s"};
  request.query = "key=s";
  EXPECT_EQ(touched_by_path(request), of("t:g:naming/s"));
}

TEST(NamingRights, OfListsLookAtNoName) {
  const std::string_view query = "namespaceId=t&groupName=g&serviceName=s";
  EXPECT_EQ(touched(touched_group_v1, query), of("t:g:naming/*"));
  EXPECT_EQ(touched(touched_group_v2, query), of("t:g:naming/*"));
  EXPECT_EQ(touched(touched_group_v1, ""), of("public:DEFAULT_GROUP:naming/*"));
  EXPECT_EQ(touched(touched_space_v1, query), of("t:*:naming/*"));
  EXPECT_EQ(touched(touched_space_v2, query), of("t:*:naming/*"));
}

TEST(NamingRights, TakeTheFirstOfTwoAndTheQueryBeforeTheForm) {
  EXPECT_EQ(touched(touched_service_v1, "serviceName=s&serviceName=u", "serviceName=v&groupName=g"),
            of("public:g:naming/s"));
  EXPECT_EQ(touched(touched_service_v3, "groupName=g", "serviceName=s&groupName=h&namespaceId=t"),
            of("t:g:naming/s"));
}

}  // namespace
}  // namespace batata::nacos
