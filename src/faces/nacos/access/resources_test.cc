#include "faces/nacos/access/resources.h"

#include <gtest/gtest.h>

#include "faces/nacos/access/credentials.h"

namespace batata::nacos {
namespace {

Resources of(const char* one) {
  return {one};
}

Resources touched(const wire::Request& request) {
  return {std::string(request.param("of").value_or("")), "second"};
}

Demand demand(std::string_view query, const wire::Right& right) {
  wire::Request request;
  request.method = wire::Method::kGet;
  request.path = "/x";
  request.query = query;
  return demand_of(request, right);
}

TEST(Demand, IsAPermissionTakenApart) {
  EXPECT_EQ(demand("of=a", {"config:w", touched}).action, 'w');
  EXPECT_EQ(demand("of=a", {"config:r", touched}).action, 'r');
  EXPECT_EQ(demand("of=a", {"config:r", touched}).resources, (Resources{"a", "second"}));
  EXPECT_EQ(demand("", "console/users:r").resources, of("console/users"));
  EXPECT_EQ(demand("dataId=d", "nacos/admin:w").resources, of("nacos/admin"));
  EXPECT_EQ(demand("dataId=d&namespaceId=t", "*:*:config/*:r").resources, of("*:*:config/*"));
  EXPECT_TRUE(demand("", "identity").identity);
  EXPECT_TRUE(demand("", "identity").resources.empty());
  EXPECT_TRUE(demand("", wire::kAdministrators).administrators);
  EXPECT_TRUE(demand("", wire::kAdministrators).resources.empty());
  EXPECT_FALSE(demand("", "nacos/admin:r").administrators);
  EXPECT_EQ(demand_of("nacos/admin:w", Resources{}).resources, of("nacos/admin"));
  EXPECT_EQ(demand_of("config:w", {"public:g:config/d"}).resources, of("public:g:config/d"));
}

TEST(Resources, OfOneThing) {
  EXPECT_EQ(config_resource({"t", "g", "d"}), "t:g:config/d");
  EXPECT_EQ(config_resource({"", " ", ""}), "public:*:config/*");
  EXPECT_EQ(service_resource({"t", "g", "s"}), "t:g:naming/s");
  EXPECT_EQ(service_resource({"public", "", ""}), "public:*:naming/*");
}

TEST(Resources, NobodySeesAllOfThem) {
  const domain::Rights rights;
  EXPECT_EQ(readable_by(rights, ""), nullptr);
  EXPECT_FALSE(readable_by(rights, "ghost")({"public", "g", "d"}));
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
