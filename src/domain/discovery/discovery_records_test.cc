#include "domain/discovery/discovery_records.h"

#include <gtest/gtest.h>

#include "domain/discovery/discovery_keys.h"

namespace batata::domain {
namespace {

ServiceMeta full_meta() {
  ServiceMeta meta;
  meta.ephemeral = false;
  meta.protect_threshold = 0.8;
  meta.selector = {ServiceSelector::Type::kLabel, "CONSUMER.label.a = PROVIDER.label.a"};
  meta.metadata = {{"k", "v"}, {"", ""}};
  ClusterMeta& cluster = meta.clusters["c1"];
  cluster.check = {.type = HealthCheck::Type::kMysql,
                   .path = "/p",
                   .headers = "a:b",
                   .expected_code = -5,
                   .user = "u",
                   .password = std::nullopt,
                   .command = "select 1"};
  cluster.check_port = 65535;
  cluster.use_instance_port = false;
  cluster.metadata = {{"x", "y"}};
  meta.clusters["c2"];
  return meta;
}

registry::Instance full_instance() {
  registry::Instance instance;
  instance.id = "10.0.0.1#80#c1#g@@s";
  instance.id_is_ours = true;
  instance.ip = "10.0.0.1";
  instance.port = 80;
  instance.cluster = "c1";
  instance.weight = 2.5;
  instance.healthy = false;
  instance.enabled = false;
  instance.ephemeral = false;
  instance.metadata = {{"k", "v"}};
  return instance;
}

TEST(DiscoveryRecords, AreReadAsTheyWereWritten) {
  EXPECT_EQ(*decode_service_meta(encode_service_meta(full_meta())), full_meta());
  EXPECT_EQ(*decode_service_meta(encode_service_meta({})), ServiceMeta{});
  const auto stored = decode_instance(encode_instance(full_instance(), {7}));
  ASSERT_TRUE(stored);
  EXPECT_EQ(*stored->instance, full_instance());
  EXPECT_EQ(stored->written, WallTime{7});
  const InstanceOverride over{.enabled = false, .weight = std::nullopt, .metadata = {{"a", "b"}}};
  EXPECT_EQ(*decode_override(encode_override(over)), over);
  Switches switches;
  switches.masters = {"a", "b"};
  switches.limited_urls = {{"/x", 503}};
  switches.overridden_server_status = "DOWN";
  switches.push_enabled = false;
  EXPECT_EQ(*decode_switches(encode_switches(switches)), switches);
}

TEST(DiscoveryRecords, RefuseEveryShortenedOrLengthenedOne) {
  const std::string meta = encode_service_meta(full_meta()), instance = encode_instance(full_instance(), {}),
                    over = encode_override({.enabled = true, .weight = 1.0, .metadata = {{"a", "b"}}}),
                    switches = encode_switches({});
  for (std::size_t n = 0; n < meta.size(); ++n) EXPECT_FALSE(decode_service_meta(meta.substr(0, n))) << n;
  for (std::size_t n = 0; n < instance.size(); ++n) EXPECT_FALSE(decode_instance(instance.substr(0, n))) << n;
  for (std::size_t n = 0; n < over.size(); ++n) EXPECT_FALSE(decode_override(over.substr(0, n))) << n;
  for (std::size_t n = 0; n < switches.size(); ++n) EXPECT_FALSE(decode_switches(switches.substr(0, n))) << n;
  EXPECT_FALSE(decode_service_meta(meta + "x"));
  EXPECT_FALSE(decode_instance(instance + "x"));
  std::string newer = over;
  newer[0] = 2;
  EXPECT_FALSE(decode_override(newer));
}

TEST(DiscoveryKeys, AreTakenApartAsTheyWereMade) {
  const registry::ServiceKey service{"dev", "g", std::string("a\0b", 3)};
  const auto meta = discovery_key(service_meta_key(service));
  ASSERT_TRUE(meta);
  EXPECT_EQ(meta->kind, DiscoveryKey::Kind::kServiceMeta);
  EXPECT_EQ(meta->service, service);
  const auto instance = discovery_key(instance_key(service, address_of("::1", 80)));
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->kind, DiscoveryKey::Kind::kInstance);
  EXPECT_EQ(instance->address, "::1:80");
  const InstanceRef ref{"::1", 8080, "c1"};
  const auto over = discovery_key(override_key(service, ref));
  ASSERT_TRUE(over);
  EXPECT_EQ(over->kind, DiscoveryKey::Kind::kOverride);
  EXPECT_EQ(over->ref, ref);
  EXPECT_EQ(discovery_key("naming-switches")->kind, DiscoveryKey::Kind::kSwitches);
}

TEST(DiscoveryKeys, OfOthersAreNone) {
  for (const std::string& key :
       {std::string("config/a"), std::string("service/a"), std::string("service/a\0b", 11),
        std::string("instance/a\0b\0c", 14), std::string("instance-override/a\0b\0c\0x", 25),
        std::string("instance-override/a\0b\0c\0x:070000:c", 34), std::string("naming-switches2"),
        std::string()})
    EXPECT_FALSE(discovery_key(key)) << key;
}

TEST(DiscoveryKeys, StandInTheRangesThatAreWatched) {
  const registry::ServiceKey service{"public", "g", "s"};
  for (const std::string& key : {service_meta_key(service), instance_key(service, "1:1"),
                                 override_key(service, {"1", 1, "c"}), std::string(kSwitchesKey)}) {
    int in = 0;
    for (const store::KeyRange& range : discovery_ranges()) in += range.contains(key) ? 1 : 0;
    EXPECT_EQ(in, 1) << key;
  }
}

}  // namespace
}  // namespace batata::domain
