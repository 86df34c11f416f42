#include "base/log_filter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace batata::log {
namespace {

Module module_of(std::string_view name) {
  for (std::size_t i = 0; i < kModuleNames.size(); ++i)
    if (kModuleNames[i] == name) return Module{static_cast<std::uint8_t>(i)};
  ADD_FAILURE() << "no module " << name;
  return {};
}

Level level_in(std::string_view filter, std::string_view module) {
  const auto parsed = parse_filter(filter);
  if (!parsed) ADD_FAILURE() << filter << ": " << parsed.error().message;
  return parsed ? parsed->lowest.of(module_of(module)) : Level::kOff;
}

TEST(LogFilter, ALevelAloneIsForAllModules) {
  for (const auto& [text, level] : {std::pair{"trace", Level::kTrace},
                                    {"debug", Level::kDebug},
                                    {"INFO", Level::kInfo},
                                    {"Warn", Level::kWarn},
                                    {"error", Level::kError},
                                    {"off", Level::kOff}}) {
    EXPECT_EQ(parse_filter(text)->lowest, Levels(level)) << text;
    EXPECT_TRUE(parse_filter(text)->concerns_us);
  }
}

TEST(LogFilter, TheLongestNameThatFitsCountsInAnyOrder) {
  for (const std::string_view filter :
       {"batata::net=trace,warn", "warn,batata::net=trace", " warn , , batata::net = trace ,",
        "batata=warn,batata::net=trace", "net=trace,warn", "batata.net=TRACE,batata=warn"}) {
    EXPECT_EQ(level_in(filter, "net"), Level::kTrace) << filter;
    EXPECT_EQ(level_in(filter, "net.tls"), Level::kTrace) << filter;
    EXPECT_EQ(level_in(filter, "store"), Level::kWarn) << filter;
    EXPECT_EQ(level_in(filter, "other"), Level::kWarn) << filter;
  }
  EXPECT_EQ(level_in("net=off,net::tls=debug", "net.tls"), Level::kDebug);
  EXPECT_EQ(level_in("net=off,net::tls=debug", "net.client"), Level::kOff);
  EXPECT_EQ(level_in("faces=error", "faces.nacos.config"), Level::kError);
  EXPECT_EQ(level_in("debug,error", "net"), Level::kError);  // of equal ones the last
  EXPECT_EQ(level_in("net=debug,net=error,warn", "net"), Level::kError);
}

TEST(LogFilter, AModuleAloneMeansAllOfItsLines) {
  EXPECT_EQ(level_in("batata::replica", "replica"), Level::kTrace);
  EXPECT_EQ(level_in("replica=", "replica"), Level::kTrace);
  EXPECT_EQ(level_in("batata::replica", "net"), Level::kInfo);
}

TEST(LogFilter, ModulesOfOtherProgramsHaveNoEffect) {
  EXPECT_EQ(level_in("batata=debug,sea_orm=warn", "net"), Level::kDebug);
  const auto foreign =
      parse_filter("sea_orm=off,tower_http::trace=error,ne=trace,networks=trace", Level::kWarn);
  ASSERT_TRUE(foreign.has_value());
  EXPECT_EQ(foreign->lowest, Levels(Level::kWarn));
  EXPECT_FALSE(foreign->concerns_us);
  EXPECT_EQ(foreign->unknown_word, "");
  EXPECT_EQ(parse_filter("inof")->unknown_word, "inof");
  EXPECT_FALSE(parse_filter("inof")->concerns_us);
}

TEST(LogFilter, WrongTextIsRefusedInOneSentence) {
  const auto refusal = [](std::string_view text) {
    const auto parsed = parse_filter(text);
    return parsed ? std::string("accepted") : parsed.error().message;
  };
  EXPECT_EQ(refusal("net=loud"), "'loud' is no level; levels are trace, debug, info, warn, error and off");
  EXPECT_EQ(refusal("net=info=debug"), "'net=info=debug' has more than one '='");
  EXPECT_EQ(refusal("info,=debug"), "'=debug' names no module before '='");
  EXPECT_EQ(refusal("net=info/con.*"), "'/con.*' is a pattern for texts, which is not supported");
  EXPECT_EQ(refusal("net=\nx"), "'?x' is no level; levels are trace, debug, info, warn, error and off");
  EXPECT_EQ(refusal(std::string(kFilterBytesMax + 1, ',')), "the filter has more than 4096 bytes");
}

TEST(LogFilter, TheTextOfLevelsGivesThemBack) {
  EXPECT_EQ(filter_text(Level::kInfo), "info");
  for (const std::string_view text : {"info,batata::net=trace", "warn,batata::faces::nacos=debug",
                                      "off,batata::net=info,batata::net::tls=off,batata::wire=error"}) {
    EXPECT_EQ(filter_text(parse_filter(text)->lowest), text);
  }
  Levels alternating = Level::kTrace;
  for (std::size_t i = 0; i < kModuleNames.size(); ++i)
    alternating.set(Module{static_cast<std::uint8_t>(i)}, static_cast<Level>(i * 5 % 6));
  EXPECT_EQ(parse_filter(filter_text(alternating))->lowest, alternating) << filter_text(alternating);
}

std::vector<std::string> g_lines;

TEST(LogLevels, ALineKnowsItsModuleAndIsWrittenByThatsLevel) {
  g_lines.clear();
  const Output before = set_sink(
      [](const Line& line) {
        g_lines.push_back(std::string(line.module.name()) + ": " + std::string(line.text));
      },
      parse_filter("off,base=debug")->lowest);
  debug("seen {}", 1);
  trace("not {}", 2);
  write({Level::kError, Module{}, "as it is"});
  EXPECT_TRUE(enabled(Level::kDebug, module_of("base")));
  EXPECT_FALSE(enabled(Level::kError, module_of("net")));
  EXPECT_EQ(filter_text(lowest()), "off,batata::base=debug");
  set_sink(before.sink, before.lowest);
  EXPECT_EQ(g_lines, (std::vector<std::string>{"base: seen 1", "other: as it is"}));
}

TEST(LogLevels, AFileBelongsToItsOwnFolderNotToTheOneAbove) {
  static_assert(detail::is_in("net/tls/tls.cc", "net.tls"));
  static_assert(!detail::is_in("net/tls/tls.cc", "net"));
  static_assert(!detail::is_in("network/a.cc", "net"));
  static_assert(Module::of(std::source_location::current())->name() == "base");
}

}  // namespace
}  // namespace batata::log
