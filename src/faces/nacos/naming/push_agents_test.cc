#include "faces/nacos/naming/push_agents.h"

#include <gtest/gtest.h>

namespace batata::nacos {
namespace {

TEST(PushAgents, ClientsThatListenArePushedTo) {
  const domain::Switches switches;
  for (const std::string_view agent :
       {"Nacos-Java-Client:v1.4.6", "Nacos-Java-Client:v1.0.0", "Nacos-Go-Client:v0.1.0", "Nacos-DNS:v0.4.3",
        "Nacos-C-Client:v1.0.12", "vip-client4cpp:v1.1", "Nacos-CSharp-Client:v0.9.0",
        "Nacos-Java-Client:v2"})
    EXPECT_TRUE(is_pushed_over_udp(agent, switches)) << agent;
}

TEST(PushAgents, OthersAndOlderOnesAreNot) {
  const domain::Switches switches;
  for (const std::string_view agent :
       {"", "curl/8.0", "Nacos-Java-Client", "Nacos-Java-Client:1.4.6", "Nacos-Java-Client:v",
        "Nacos-DNS:v0.4.2", "Nacos-C-Client:v1.0.11", "Nacos-CSharp-Client:v0.8.9", "Nacos-Php-Client:v9.9.9",
        "Nacos-Java-Client:v99999999999999.x", " Nacos-Java-Client:v1.4.6"})
    EXPECT_FALSE(is_pushed_over_udp(agent, switches)) << agent;
}

TEST(PushAgents, SwitchesDecide) {
  domain::Switches switches;
  switches.push_version_java = "1.5.0";
  EXPECT_FALSE(is_pushed_over_udp("Nacos-Java-Client:v1.4.6", switches));
  EXPECT_TRUE(is_pushed_over_udp("Nacos-Java-Client:v1.10.0", switches));
  switches.push_enabled = false;
  EXPECT_FALSE(is_pushed_over_udp("Nacos-Java-Client:v1.10.0", switches));
}

}  // namespace
}  // namespace batata::nacos
