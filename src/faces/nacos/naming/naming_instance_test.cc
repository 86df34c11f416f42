#include "faces/nacos/naming/naming_instance.h"

#include <gtest/gtest.h>

#include "sim/sim_runtime.h"

namespace batata::nacos {
namespace {

const registry::ServiceKey kService{"public", "g", "s"};

Result<SentInstance> read(std::string_view text) {
  return read_instance(*json::parse(text));
}

TEST(NamingInstance, AbsentAndNullMembersTakeUpstreamsDefaults) {
  for (const char* text :
       {R"({"ip":"10.0.0.1","port":1})",
        R"({"ip":"10.0.0.1","port":1,"weight":null,"healthy":null,"enabled":null,"clusterName":null,
                               "metadata":null,"instanceId":null})"}) {
    const auto sent = read(text);
    ASSERT_TRUE(sent.has_value());
    EXPECT_EQ(sent->instance, (registry::Instance{.id = "", .ip = "10.0.0.1", .port = 1, .metadata = {}}));
    EXPECT_EQ(sent->cluster_in_id, "null");
  }
}

TEST(NamingInstance, MembersOfTheWrongKindAreRefused) {
  for (const char* text :
       {R"({"port":"x"})", R"({"weight":[]})", R"({"healthy":"maybe"})", R"({"metadata":"k=v"})",
        R"({"metadata":{"k":{}}})", R"({"ip":{}})", R"({"port":70000})"})
    EXPECT_FALSE(read(text).has_value()) << text;
}

TEST(NamingInstance, IdsSpellTheClusterAsItWasSent) {
  sim::SimRuntime runtime;
  InstanceIds ids(runtime);
  const auto id = [&](std::string_view text) { return ids.named(*read(text), kService).id; };
  EXPECT_EQ(id(R"({"ip":"10.0.0.1","port":1,"clusterName":"c2"})"), "10.0.0.1#1#c2#g@@s");
  EXPECT_EQ(id(R"({"ip":"10.0.0.1","port":1})"), "10.0.0.1#1#null#g@@s");
  EXPECT_EQ(id(R"({"ip":"10.0.0.1","port":1,"clusterName":""})"), "10.0.0.1#1##g@@s");
  EXPECT_EQ(id(R"({"ip":"10.0.0.1","port":1,"instanceId":"my-id"})"), "my-id");
}

TEST(NamingInstance, SnowflakeIdsAreNeverGivenTwice) {
  sim::SimRuntime runtime;
  InstanceIds ids(runtime);
  std::string last;
  for (int i = 0; i < 100; ++i) {
    if (i == 50) runtime.jump_wall_clock(-60'000);
    const auto sent = read(R"({"ip":"a","port":1,"clusterName":"c",
                               "metadata":{"preserved.instance.id.generator":"snowflake"}})");
    const std::string id = ids.named(*sent, kService).id;
    EXPECT_TRUE(id.ends_with("#c#g@@s"));
    EXPECT_LT(last, id);
    last = id;
  }
}

TEST(NamingInstance, MetadataParametersAreJsonOrPairs) {
  EXPECT_EQ(parse_metadata(" "), Metadata{});
  EXPECT_EQ(parse_metadata(R"({"k":"v","n":1})"), (Metadata{{"k", "v"}, {"n", "1"}}));
  EXPECT_EQ(parse_metadata("k=v,k2=v2"), (Metadata{{"k", "v"}, {"k2", "v2"}}));
  EXPECT_EQ(parse_metadata("k=\xff"), (Metadata{{"k", "\xef\xbf\xbd"}}));
  EXPECT_EQ(parse_metadata("k=v,"), (Metadata{{"k", "v"}}));
  for (const char* text : {"{x", "abc", "k=", "k=v=w", "[1]", R"({"k":[]})"})
    EXPECT_EQ(parse_metadata(text), std::nullopt) << text;
}

}  // namespace
}  // namespace batata::nacos
