#include "domain/discovery/naming_switches.h"

#include <gtest/gtest.h>

namespace batata::domain {
namespace {

SwitchChange change(const std::string& entry, const std::string& value) {
  return {.entry = entry, .value = value, .params = std::nullopt};
}

TEST(PlanSwitch, ChangesTheEntryThatIsNamed) {
  const Switches before;
  EXPECT_FALSE(plan_switch(before, change("pushEnabled", "false"))->push_enabled);
  EXPECT_FALSE(plan_switch(before, change("check", "no"))->health_check_enabled);
  EXPECT_FALSE(plan_switch(before, change("healthCheckEnabled", "FALSE"))->health_check_enabled);
  EXPECT_TRUE(plan_switch(before, change("healthCheckEnabled", "TRUE"))->health_check_enabled);
  EXPECT_EQ(plan_switch(before, change("pushCacheMillis", "20000"))->push_cache_ms, 20'000);
  EXPECT_EQ(plan_switch(before, change("healthCheckTimes", "+5"))->check_times, 5);
  EXPECT_EQ(plan_switch(before, change("distroThreshold", "0.6"))->distro_threshold, 0.6);
  EXPECT_EQ(plan_switch(before, change("clientBeatInterval", "7000"))->client_beat_interval_ms, 7'000);
  EXPECT_EQ(plan_switch(before, change("pushVersion", "go:1.2.3"))->push_version_go, "1.2.3");
  EXPECT_EQ(*plan_switch(before, change("masters", "a,b,"))->masters, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(plan_switch(before, change("limitedUrlMap", "/a:503"))->limited_urls.at("/a"), 503);
  EXPECT_EQ(plan_switch(before, change("overriddenServerStatus", "DOWN"))->overridden_server_status, "DOWN");
  EXPECT_EQ(plan_switch(before, change("overriddenServerStatus", "null"))->overridden_server_status, "");
  EXPECT_TRUE(plan_switch(before, change("lightBeatEnabled", "yes"))->light_beat_enabled);
  EXPECT_FALSE(plan_switch(before, change("lightBeatEnabled", "maybe"))->light_beat_enabled);
}

TEST(PlanSwitch, TakesParametersOfChecksAsTheyWereRead) {
  SwitchChange tcp = change("tcpHealthParams", "{…}");
  EXPECT_EQ(plan_switch({}, tcp).error().message, "json param invalid.");
  tcp.params = HealthParams{4'000, 600, 0.5};
  EXPECT_EQ(plan_switch({}, tcp)->tcp, (HealthParams{4'000, 600, 0.5}));
  tcp.params = HealthParams{4'000, 499, 0.5};
  EXPECT_EQ(plan_switch({}, tcp).error().message, "min check time for http or tcp is too small(<500)");
  tcp.params = HealthParams{2'999, 500, 0.5};
  EXPECT_EQ(plan_switch({}, tcp).error().message, "max check time for http or tcp is too small(<3000)");
  tcp.params = HealthParams{4'000, 600, 1.5};
  EXPECT_EQ(plan_switch({}, tcp).error().message, "malformed factor");
  SwitchChange mysql = change("mysqlHealthParams", "{…}");
  mysql.params = HealthParams{1, 1, 9};
  EXPECT_EQ(plan_switch({}, mysql)->mysql, (HealthParams{1, 1, 9}));
}

TEST(PlanSwitch, LeavesEverythingForAnUnknownEntry) {
  EXPECT_EQ(*plan_switch({}, change("nope", "1")), Switches{});
  EXPECT_EQ(*plan_switch({}, change("defaultPushCacheMillis", "x")), Switches{});
}

TEST(PlanSwitch, RefusesValuesThatMeanNothing) {
  const std::pair<SwitchChange, const char*> cases[] = {
      {change("distroThreshold", "abc"), "For input string: \"abc\""},
      {change("distroThreshold", "-1"), "distroThreshold can not be zero or negative: -1.0"},
      {change("pushCacheMillis", "9999"), "min cache time for http or tcp is too small(<10000)"},
      {change("pushCacheMillis", ""), "For input string: \"\""},
      {change("defaultCacheMillis", "999"), "min default cache time  is too small(<1000)"},
      {change("healthCheckTimes", "3.5"), "For input string: \"3.5\""},
      {change("healthCheckTimes", "99999999999"), "For input string: \"99999999999\""},
      {change("pushVersion", "go"), "illegal format, must be 'type:version', but got: go"},
      {change("pushVersion", "go:1.2"), "illegal version, must match: [0-9]+\\.[0-9]+\\.[0-9]+"},
      {change("pushVersion", "ada:1.2.3"), "unsupported client type: ada"},
      {change("limitedUrlMap", "/a"), "invalid input for limited urls"},
      {change("limitedUrlMap", ":1"), "url can not be empty, url: "},
      {change("limitedUrlMap", "/a:0"), "illegal normal status code: 0"},
  };
  for (const auto& [given, message] : cases) {
    const auto planned = plan_switch({}, given);
    ASSERT_FALSE(planned) << given.entry << "=" << given.value;
    EXPECT_EQ(planned.error().code, Errc::kInvalidArgument);
    EXPECT_EQ(planned.error().message, message);
  }
}

TEST(NamingSwitches, GiveEveryReaderWhatWasSetLast) {
  NamingSwitches switches;
  EXPECT_EQ(*switches.all(), Switches{});
  EXPECT_EQ(switches.push_cache().count(), 10'000);
  Switches next;
  next.push_cache_ms = 30'000;
  next.push_enabled = false;
  next.disable_add_ip = true;
  switches.set(next);
  EXPECT_EQ(*switches.all(), next);
  EXPECT_EQ(switches.push_cache().count(), 30'000);
  EXPECT_FALSE(switches.push_enabled());
  EXPECT_TRUE(switches.add_disabled());
}

}  // namespace
}  // namespace batata::domain
