#include "faces/nacos/common/param_check.h"

#include <gtest/gtest.h>

#include "faces/nacos/common/limits.h"

namespace batata::nacos {
namespace {

TEST(ParamCheck, PassesBlankValues) {
  for (const std::string_view blank : {"", " "}) {
    EXPECT_FALSE(check_namespace(blank));
    EXPECT_FALSE(check_data_id(blank));
    EXPECT_FALSE(check_service_name(blank));
    EXPECT_FALSE(check_clusters(blank));
    EXPECT_FALSE(check_port(blank));
  }
}

TEST(ParamCheck, NamesTheFieldAndTheLimit) {
  EXPECT_EQ(check_data_id(std::string(257, 'd')),
            "Param 'dataId' is illegal, the param length should not exceed 256.");
  EXPECT_FALSE(check_data_id(std::string(256, 'd')));
  EXPECT_EQ(check_group(std::string(129, 'g')),
            "Param 'group' is illegal, the param length should not exceed 128.");
  EXPECT_EQ(check_namespace(std::string(65, 'n')),
            "Param 'namespaceId/tenant' is illegal, the param length should not exceed 64.");
}

TEST(ParamCheck, NamesTheFieldWithIllegalCharacters) {
  EXPECT_EQ(check_data_id("a b"),
            "Param 'dataId' is illegal, illegal characters should not appear in the param.");
  EXPECT_TRUE(check_group("g/h"));
  EXPECT_TRUE(check_namespace("a.b"));
  EXPECT_FALSE(check_namespace("a-b_1"));
  EXPECT_FALSE(check_data_id("a-b_1.c:d"));
}

TEST(ParamCheck, KnowsServiceNames) {
  EXPECT_FALSE(check_service_name("orders"));
  EXPECT_FALSE(check_service_name("a@b"));
  EXPECT_FALSE(check_service_name("größe"));
  for (const std::string_view name : {"@a", "g@@a", "a b", "a\t", "a配置"})
    EXPECT_TRUE(check_service_name(name)) << name;
}

TEST(ParamCheck, LooksAtEachClusterOfAList) {
  EXPECT_FALSE(check_clusters("a,b-1"));
  EXPECT_TRUE(check_clusters("a,b c"));
  EXPECT_TRUE(check_clusters("a," + std::string(65, 'c')));
}

TEST(ParamCheck, KnowsPortsAndAddresses) {
  EXPECT_FALSE(check_port("0"));
  EXPECT_FALSE(check_port("65535"));
  for (const std::string_view port : {"65536", "-1", "x", "1x"}) EXPECT_TRUE(check_port(port)) << port;
  EXPECT_FALSE(check_ip("fe80::1"));
  EXPECT_TRUE(check_ip("1.1.1.1 "));
  EXPECT_TRUE(check_ip(std::string(129, '1')));
}

TEST(ParamCheck, CountsCharactersAsJavaDoes) {
  EXPECT_EQ(java_length("aé配😀"), 5u);
  EXPECT_FALSE(check_metadata_size(1024));
  EXPECT_EQ(check_metadata_size(1025),
            "Param 'Metadata' is illegal, the param length should not exceed 1024.");
}

TEST(ParamCheck, RefusesNamesOfNamespacesWithSomeSigns) {
  EXPECT_EQ(check_namespace_name("a b"), std::nullopt);
  EXPECT_EQ(check_namespace_name(""), std::nullopt);
  EXPECT_EQ(check_namespace_name("a#b"),
            "Param 'namespaceShowName' is illegal, illegal characters should not appear in the param.");
  EXPECT_EQ(check_namespace_name(std::string(257, 'n')),
            "Param 'namespaceShowName' is illegal, the param length should not exceed 256.");
}

TEST(ParamCheck, RefusesBlankValuesThatAreTooLong) {
  EXPECT_TRUE(check_namespace(std::string(65, ' ')));
  EXPECT_TRUE(check_data_id(std::string(257, ' ')));
  EXPECT_TRUE(check_group(std::string(129, ' ')));
  EXPECT_TRUE(check_service_name(std::string(513, ' ')));
  EXPECT_TRUE(check_ip(std::string(129, ' ')));
}

TEST(ParamCheck, BoundsAListOfClusters) {
  std::string hundred;
  for (int i = 0; i < 100; ++i) hundred += std::string(64, 'c') + ",";
  EXPECT_FALSE(check_clusters(hundred));
  std::string many;
  while (many.size() <= kClustersMax) many += "a,";
  EXPECT_EQ(check_clusters(many), "Param 'cluster' is illegal, the param length should not exceed 8192.");
  EXPECT_TRUE(check_clusters(std::string(kClustersMax + 1, ' ')));
}

}  // namespace
}  // namespace batata::nacos
