#include <gtest/gtest.h>

#include "domain/config/archive.h"

namespace batata::domain {
namespace {

TEST(YamlList, GivesTheMapsOfTheListAsTexts) {
  const auto read = read_yaml_list(
      "other: [1, {metadata: [{a: x}]}]\n"
      "metadata:\n"
      "- dataId: i1\n"
      "  group: 'it''s'\n"
      "  type: ~\n"
      "  size: 010\n"
      "  more: {a: b}\n"
      "  last: yes\n"
      "- {dataId: i2, desc: \"two\\nlines\"}\n"
      "- just text\n"
      "- [a, b]\n",
      "metadata");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  const std::vector<YamlRecord> wanted = {
      {{"dataId", "i1"}, {"group", "it's"}, {"size", "010"}, {"last", "yes"}},
      {{"dataId", "i2"}, {"desc", "two\nlines"}}};
  EXPECT_EQ(*read, wanted);
}

TEST(YamlList, IsEmptyWhenTheKeyHasNone) {
  for (const std::string_view text : {"metadata: []\n", "metadata:\n", "a: 1\n", "metadata: {a: b}\n"}) {
    const auto read = read_yaml_list(text, "metadata");
    ASSERT_TRUE(read.has_value()) << text;
    EXPECT_TRUE(read->empty()) << text;
  }
}

TEST(YamlList, WhatIsNoMapIsRefused) {
  for (const std::string_view text :
       {"", "G.i7.app=app\r\n", "- a: b\n", "a: [", "a: b: c", "{", "]", "\t", "a: *b\n"})
    EXPECT_FALSE(read_yaml_list(text, "metadata").has_value()) << text;
}

TEST(YamlList, AliasesAreRefused) {
  const auto read = read_yaml_list("a: &a [x, x]\nb: &b [*a, *a]\nmetadata: [{dataId: d}]\n", "metadata");
  ASSERT_FALSE(read.has_value());
  EXPECT_NE(read.error().message.find("alias"), std::string::npos);
}

TEST(YamlList, DepthAndCountAreBounded) {
  EXPECT_FALSE(read_yaml_list("a: " + std::string(100'000, '['), "metadata").has_value());
  std::string many = "metadata:\n";
  for (std::size_t i = 0; i <= kYamlRecordsMax; ++i) many += "- {a: b}\n";
  EXPECT_FALSE(read_yaml_list(many, "metadata").has_value());
  EXPECT_FALSE(read_yaml_list(std::string(kYamlBytesMax + 1, '#'), "metadata").has_value());
}

}  // namespace
}  // namespace batata::domain
