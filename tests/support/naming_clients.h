#pragma once
#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <string_view>

#include "tests/support/nacos_house.h"

namespace batata::nacos {

inline constexpr std::string_view kNaming =
    R"({"clientVersion":"test","labels":{"source":"sdk","module":"naming"},"abilityTable":{}})";

inline std::string names(const std::string& service, const std::string& space = "public") {
  return R"("namespace":")" + space + R"(","serviceName":")" + service + R"(","groupName":"g")";
}
inline std::string instance_json(const std::string& ip, const std::string& more = {}) {
  return R"({"ip":")" + ip + R"(","port":8080,"clusterName":"DEFAULT","metadata":{})" + more + "}";
}
inline std::string registration(const std::string& service, const std::string& instance,
                                const std::string& type = "registerInstance") {
  return "{" + names(service) + R"(,"type":")" + type + R"(","instance":)" + instance + "}";
}
inline std::string timeless(const std::string& json) {
  return std::regex_replace(json, std::regex(R"("lastRefTime":\d+)"), R"("lastRefTime":0)");
}
inline std::string host(const std::string& ip, const std::string& service) {
  return R"({"instanceId":")" + ip + "#8080#DEFAULT#g@@" + service + R"(","ip":")" + ip +
         R"(","port":8080,"weight":1.0,"healthy":true,"enabled":true,"ephemeral":true,"clusterName":"DEFAULT",)"
         R"("serviceName":"g@@)" +
         service +
         R"(","metadata":{},"instanceHeartBeatInterval":5000,"instanceHeartBeatTimeOut":15000,)"
         R"("ipDeleteTimeout":30000,"instanceIdGenerator":"simple"})";
}
inline std::string info(const std::string& service, const std::string& hosts,
                        const std::string& clusters = "") {
  return R"("serviceInfo":{"name":")" + service + R"(","groupName":"g","clusters":")" + clusters +
         R"(","cacheMillis":10000,"hosts":[)" + hosts +
         R"(],"lastRefTime":0,"checksum":"","allIPs":false,"reachProtectionThreshold":false,"valid":true})";
}

/// A house with clients of naming: what the fixtures of tests of naming over gRPC have.
struct NamingClients : testing::Test {
  NamingClients() {
    publisher.set_up(kNaming);
    consumer.set_up(kNaming);
  }
  std::string query(const std::string& service, const std::string& more = {},
                    const std::string& space = "public") {
    return timeless(consumer.call("ServiceQueryRequest", "{" + names(service, space) + more + "}").json);
  }
  static std::string found(const std::string& service, const std::string& hosts,
                           const std::string& clusters = "") {
    return R"({"resultCode":200,"errorCode":0,)" + info(service, hosts, clusters) + R"(,"success":true})";
  }
  Client::Answer call(const std::string& type, const std::string& body) { return publisher.call(type, body); }

  House house;
  Client publisher{house, 50001}, second{house, 50002}, consumer{house, 50003};
};

}  // namespace batata::nacos
