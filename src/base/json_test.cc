#include "base/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace batata::json {
namespace {

std::string written(const std::function<void(Writer&)>& write) {
  std::string out;
  Writer writer(out);
  write(writer);
  return out;
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
  EXPECT_EQ(
      written([](Writer& w) {
        w.begin_object().member("a", 1).key("b").begin_array().number(std::int64_t{1}).string("x").null();
        w.end_array().key("c").begin_object().end_object().member("d", true).end_object();
      }),
      R"({"a":1,"b":[1,"x",null],"c":{},"d":true})");
}

TEST(JsonWriter, EscapesWhatJsonDemandsAndNothingElse) {
  EXPECT_EQ(written([](Writer& w) { w.string(std::string_view("a\"\\\n\r\t\b\f\x01/\x7f\xc3\xa9\0z", 15)); }),
            "\"a\\\"\\\\\\n\\r\\t\\b\\f\\u0001/\x7f\xc3\xa9\\u0000z\"");
}

TEST(JsonWriter, PrintsDoublesAsJavaDoes) {
  const std::pair<double, std::string> cases[] = {
      {1.0, "1.0"},   {0.0, "0.0"},       {2.5, "2.5"},     {100.0, "100.0"},         {0.001, "0.001"},
      {1e7, "1.0E7"}, {1.5e-5, "1.5E-5"}, {-3.25, "-3.25"}, {9999999.0, "9999999.0"}, {1e300, "1.0E300"}};
  for (const auto& [value, text] : cases) EXPECT_EQ(written([&](Writer& w) { w.number(value); }), text);
  EXPECT_EQ(written([](Writer& w) { w.number(std::numeric_limits<double>::infinity()); }), "\"Infinity\"");
}

TEST(JsonWriter, KeepsWholeNumbersWhole) {
  EXPECT_EQ(written([](Writer& w) { w.number(std::numeric_limits<std::int64_t>::min()); }),
            "-9223372036854775808");
}

TEST(JsonValue, LookupsChainAndAbsentMembersAreAbsent) {
  const auto root = parse(R"({"a":{"b":[1,2]},"n":null})");
  ASSERT_TRUE(root);
  int sum = 0;
  (*root)["a"]["b"].each([&](Value v) { sum += static_cast<int>(v.as_int().value_or(100)); });
  EXPECT_EQ(sum, 3);
  EXPECT_FALSE((*root)["x"]["y"].present());
  EXPECT_TRUE((*root)["n"].is_null());
  EXPECT_FALSE((*root)["n"].as_string());
}

TEST(JsonValue, ConvertsAsJacksonDoes) {
  const auto root = parse(R"({"n":"8080","t":"true","d":"1.5","i":7,"f":2.0,"w":"x","b":false})");
  ASSERT_TRUE(root);
  EXPECT_EQ((*root)["n"].as_int(), 8080);
  EXPECT_EQ((*root)["t"].as_bool(), true);
  EXPECT_EQ((*root)["d"].as_double(), 1.5);
  EXPECT_EQ((*root)["i"].as_double(), 7.0);
  EXPECT_EQ((*root)["f"].as_int(), 2);
  EXPECT_EQ((*root)["i"].as_text(), "7");
  EXPECT_EQ((*root)["b"].as_text(), "false");
  EXPECT_FALSE((*root)["w"].as_int());
  EXPECT_FALSE((*root)["w"].as_bool());
  EXPECT_FALSE((*root)["i"].as_string());
}

TEST(JsonValue, MembersComeInTheirOrder) {
  const auto root = parse(R"({"z":1,"a":2})");
  ASSERT_TRUE(root);
  std::string names;
  root->each_member([&](std::string_view name, Value) { names += name; });
  EXPECT_EQ(names, "za");
}

TEST(JsonParse, RefusesWhatIsNoJson) {
  for (const std::string_view text :
       {std::string_view(), std::string_view(""), std::string_view("{"), std::string_view("{\"a\":1}x"),
        std::string_view("nul"), std::string_view("\"\xff\"")})
    EXPECT_FALSE(parse(text)) << text;
}

TEST(JsonParse, NestingAndSizeAreBounded) {
  EXPECT_TRUE(parse(std::string(100, '[') + std::string(100, ']')));
  EXPECT_FALSE(parse(std::string(1000, '[') + std::string(1000, ']')));
  EXPECT_FALSE(parse("\"" + std::string(17u << 20, 'x') + "\""));
  EXPECT_TRUE(parse("\"" + std::string(1u << 20, 'x') + "\""));
  EXPECT_TRUE(parse("1"));  // the parser that grew was dropped
}

TEST(JsonWriter, EscapesAnyCharacterAtAnyPlace) {
  for (int code = 0; code < 256; ++code) {
    for (std::size_t at = 0; at < 20; ++at) {
      std::string text(20, 'x');
      text[at] = static_cast<char>(code);
      std::string out;
      Writer(out).string(text);
      const bool plain = code >= 0x20 && code != '"' && code != '\\';
      EXPECT_EQ(out == '"' + text + '"', plain) << code << " at " << at;
      if (code < 0x80) EXPECT_EQ(parse(out)->as_string(), text) << code << " at " << at;
    }
  }
}

TEST(Json, WhatIsParsedAsideLeavesTheOtherTextAlive) {
  const auto body = parse(R"({"a":"first"})");
  const auto aside = parse_aside(R"({"a":"second"})");
  EXPECT_EQ((*body)["a"].as_string(), "first");
  EXPECT_EQ((*aside)["a"].as_string(), "second");
}

}  // namespace
}  // namespace batata::json
