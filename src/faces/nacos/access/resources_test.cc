#include "faces/nacos/access/resources.h"

#include <gtest/gtest.h>

#include "faces/nacos/access/credentials.h"

namespace batata::nacos {
namespace {

Demand demand(std::string_view target, std::string_view permission) {
  wire::Request request;
  request.method = wire::Method::kGet;
  request.target = target;
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != target.npos) request.query = target.substr(question + 1);
  return demand_of(request, permission);
}
Resources config(std::string_view target) {
  return demand(target, "config:r").resources;
}
Resources naming(std::string_view target) {
  return demand(target, "naming:r").resources;
}
Resources of(const char* one) {
  return {one};
}

TEST(Demand, IsAPermissionTakenApart) {
  EXPECT_EQ(demand("/nacos/v1/cs/configs?dataId=d&group=g", "config:w").action, 'w');
  EXPECT_EQ(demand("/nacos/v1/cs/configs?dataId=d&group=g", "config:r").action, 'r');
  EXPECT_EQ(demand("/x", "console/users:r").resources, of("console/users"));
  EXPECT_EQ(demand("/x?dataId=d", "nacos/admin:w").resources, of("nacos/admin"));
  EXPECT_TRUE(demand("/x", "identity").identity);
  EXPECT_TRUE(demand("/x", "identity").resources.empty());
  EXPECT_EQ(demand_of("grpc/lock:w", {}).resources, of("grpc/lock"));
  EXPECT_EQ(demand_of("config:w", {"public:g:config/d"}).resources, of("public:g:config/d"));
}

TEST(Resources, OfConfigsOverHttp) {
  EXPECT_EQ(config("/nacos/v1/cs/configs?dataId=d&group=g"), of("public:g:config/d"));
  EXPECT_EQ(config("/nacos/v1/cs/configs?dataId=d&group=g&tenant=t"), of("t:g:config/d"));
  EXPECT_EQ(config("/nacos/v1/cs/configs"), of("public:*:config/*"));
  EXPECT_EQ(config("/nacos/v2/cs/config?dataId=d&group=g&namespaceId=t"), of("t:g:config/d"));
  EXPECT_EQ(config("/nacos/v3/client/cs/config?dataId=d&groupName=g&namespaceId=t"), of("t:g:config/d"));
  EXPECT_EQ(config("/v3/console/cs/config?dataId=d&groupName=g&namespaceId="), of("public:g:config/d"));
}

TEST(Resources, EverySpellingThatSaysSomethingElseCounts) {
  EXPECT_EQ(config("/nacos/v1/cs/configs?dataId=d&group=g&tenant=t&namespaceId=t&groupName=g"),
            of("t:g:config/d"));
  EXPECT_EQ(config("/nacos/v1/cs/configs?dataId=d&group=g&tenant=t&namespace=u"),
            (Resources{"t:g:config/d", "u:g:config/d"}));
  EXPECT_EQ(config("/nacos/v3/client/cs/config?dataId=d&groupName=g&group=h&tenant=u"),
            (Resources{"public:g:config/d", "public:h:config/d", "u:g:config/d", "u:h:config/d"}));
}

TEST(Resources, ConfigsNamedByNumberMayLieAnywhere) {
  for (const std::string_view target :
       {"/nacos/v1/cs/configs?delType=ids&ids=1,2", "/v3/console/cs/config/batchDelete?ids=1",
        "/nacos/v1/cs/configs?clone=true", "/nacos/v3/admin/cs/config/clone"})
    EXPECT_EQ(config(target), (Resources{"public:*:config/*", "*:*:config/*"})) << target;
  EXPECT_EQ(config("/v3/console/cs/config/clone?targetNamespaceId=t"),
            (Resources{"public:*:config/*", "t:*:config/*", "*:*:config/*"}));
}

TEST(Resources, OfServicesOverHttp) {
  EXPECT_EQ(naming("/nacos/v1/ns/instance?serviceName=s"), of("public:DEFAULT_GROUP:naming/s"));
  EXPECT_EQ(naming("/nacos/v1/ns/instance?serviceName=g@@s&namespaceId=t"), of("t:g:naming/s"));
  EXPECT_EQ(naming("/nacos/v1/ns/instance?serviceName=s&groupName=g"), of("public:g:naming/s"));
  EXPECT_EQ(naming("/nacos/v1/ns/instance?serviceName=g@@s&groupName=h"),
            (Resources{"public:g:naming/s", "public:h:naming/s"}));
  EXPECT_EQ(naming("/nacos/v1/ns/service/list?groupName=g"), of("public:g:naming/*"));
  EXPECT_EQ(naming("/nacos/v1/ns/service/list"), of("public:*:naming/*"));
  EXPECT_EQ(naming("/nacos/v1/ns/instance/statuses?key=t%23%23g@@s"), of("t:g:naming/s"));
  EXPECT_EQ(naming("/nacos/v2/ns/instance/statuses/t##g@@s"), of("t:g:naming/s"));
}

TEST(Resources, OfRowsThatGoByNoName) {
  constexpr std::string_view kBoth = "/x?dataId=d&groupName=g&namespaceId=t&serviceName=s";
  EXPECT_EQ(demand(kBoth, "config/*:r").resources, of("t:g:config/*"));
  EXPECT_EQ(demand(kBoth, "*:config/*:w").resources, of("t:*:config/*"));
  EXPECT_EQ(demand(kBoth, "*:*:config/*:r").resources, of("*:*:config/*"));
  EXPECT_EQ(demand(kBoth, "naming/*:r").resources, of("t:g:naming/*"));
  EXPECT_EQ(demand(kBoth, "*:naming/*:r").resources, of("t:*:naming/*"));
  EXPECT_EQ(demand(kBoth, "*:*:naming/*:r").resources, of("*:*:naming/*"));
}

TEST(Resources, CountEveryReadingOfAName) {
  EXPECT_EQ(naming("/nacos/v1/ns/instance?serviceName=g%2540%2540s&encoding=utf-8"),
            (Resources{"public:DEFAULT_GROUP:naming/g%40%40s", "public:g:naming/s"}));
  EXPECT_EQ(naming("/nacos/v1/ns/instance?serviceName=g%2540%2540s"),
            of("public:DEFAULT_GROUP:naming/g%40%40s"));
  EXPECT_EQ(
      naming("/nacos/v2/ns/instance?serviceName=g@@s"),
      (Resources{"public:g:naming/s", "public:DEFAULT_GROUP:naming/g", "public:DEFAULT_GROUP:naming/g@@s"}));
}

TEST(Resources, OfRequestsOverGrpc) {
  const auto from = [](const char* text, Resources (*resources)(json::Value)) {
    return resources(*json::parse(text));
  };
  EXPECT_EQ(from(R"({"dataId":"d","group":"g","tenant":""})", config_resources), of("public:g:config/d"));
  EXPECT_EQ(from(R"({"dataId":"d","group":"g","tenant":7})", config_resources), of("7:g:config/d"));
  EXPECT_EQ(from("{}", config_resources), of("public:*:config/*"));
  EXPECT_EQ(from(R"({"namespace":"t","groupName":"g","serviceName":"s"})", naming_resources),
            of("t:g:naming/s"));
  EXPECT_EQ(from(R"({"namespace":"t","groupName":"g","serviceName":""})", naming_resources),
            of("t:g:naming/*"));
  EXPECT_EQ(from(R"({"namespace":"t","groupName":"g","serviceName":"s"})", group_resources),
            of("t:g:naming/*"));
  EXPECT_EQ(from(R"({"groupKeyPattern":"t>>g*>>a>>b"})", watched_config_resources), of("t:g*:config/a"));
  EXPECT_EQ(from(R"({"groupKeyPattern":"t>>g"})", watched_service_resources), of("t:g:naming/*"));
  EXPECT_EQ(from("{}", watched_service_resources), of("public:*:naming/*"));
  EXPECT_EQ(from(R"({"configListenContexts":[]})", listened_resources), of("public:*:config/*"));
  EXPECT_EQ(from(R"({"groupKeyPattern":"t>>g*>>*d"})", watched_config_resources), of("t:g*:config/*d"));
  EXPECT_EQ(from(R"({"groupKeyPattern":">>>>s"})", watched_service_resources), of("public:*:naming/s"));
  EXPECT_EQ(from(R"({"groupKeyPattern":"t"})", watched_service_resources), of("t:*:naming/*"));
  EXPECT_EQ(from("{}", watched_config_resources), of("public:*:config/*"));
  EXPECT_EQ(from(R"({"configListenContexts":[{"tenant":"b"},{"tenant":"a"},{"tenant":"b"},{}]})",
                 listened_resources),
            (Resources{"public:*:config/*", "a:*:config/*", "b:*:config/*"}));
}

TEST(Credentials, AreReadFromTheFormToo) {
  wire::Request request;
  request.method = wire::Method::kPost;
  request.headers = {{"content-type", "application/x-www-form-urlencoded"}, {"username", "header"}};
  request.body = "username=form&password=a%20b";
  const Credentials who = credentials_of(request);
  EXPECT_FALSE(who.has_token());
  EXPECT_TRUE(who.has_password());
  EXPECT_EQ(who.user, "form");
  EXPECT_EQ(who.password, "a b");
}

}  // namespace
}  // namespace batata::nacos
