#include "platform/settings/yaml_text.h"

#include <gtest/gtest.h>

#include <string>

namespace batata::platform {
namespace {

std::string flat(std::string_view text) {
  const auto entries = parse_settings_text(text);
  if (!entries) return "error: " + entries.error().message;
  std::string out;
  for (const FileEntry& entry : *entries) {
    out += std::to_string(entry.line) + " " + entry.key + "=" + entry.value + "\n";
  }
  return out;
}

TEST(SettingsText, NestedAndDottedMapsBecomeDottedKeysWithTheirLines) {
  EXPECT_EQ(flat("a:\n  b: 1\n  c.d:\n    e: x y\nf.g: 'q'\n"), "2 a.b=1\n4 a.c.d.e=x y\n5 f.g=q\n");
}

TEST(SettingsText, TextsKeepTheirSpelling) {
  EXPECT_EQ(flat("a: 010\nb: yes\nc: 1e3\n"), "1 a=010\n2 b=yes\n3 c=1e3\n");
}

TEST(SettingsText, ListsOfValuesAreJoinedAndListsOfMapsNumbered) {
  EXPECT_EQ(flat("a:\n  - x:1\n  - y:2\nb: []\nc:\n  - d: 1\n  - d: 2\n"),
            "1 a=x:1,y:2\n4 b=\n6 c[0].d=1\n7 c[1].d=2\n");
}

TEST(SettingsText, EmptyFilesAndKeysWithoutValueHaveNoEntries) {
  EXPECT_EQ(flat(""), "");
  EXPECT_EQ(flat("# nothing\n"), "");
  EXPECT_EQ(flat("a:\nb: ~\nc: ''\n"), "3 c=\n");
}

TEST(SettingsText, WhatIsNotOneMapIsRefusedWithItsLine) {
  EXPECT_EQ(flat("just words\n"), "error: line 1: a settings file is a map of keys, not a single value");
  EXPECT_EQ(flat("a: 1\n---\nb: 2\n"),
            "error: line 2: a settings file is one document, and something else starts here");
  EXPECT_EQ(flat("a: 1\n? [x]\n: 2\n"), "error: line 2: a key must be a plain word");
  EXPECT_TRUE(flat("a: 1\n\tb: 2\n").starts_with("error: line 2: not YAML")) << flat("a: 1\n\tb: 2\n");
}

TEST(SettingsText, StrayBracketsAreRefusedAndEndTheReading) {
  for (const char* text :
       {"]", "}", ",", "]\n", "a: 1\n]", "[a]]", "{a: 1}}", "{a: 1} ,", "a: 1\n...\n]", ": ]", "- ]"}) {
    EXPECT_TRUE(flat(text).starts_with("error: ")) << text << " gives " << flat(text);
  }
}

TEST(SettingsText, ListsOfAliasesAreCutOffBeforeTheyFillTheMemory) {
  std::string bomb = "a: &a " + std::string(100'000, 'x') + "\nb: [";
  for (int i = 0; i < 5000; ++i) bomb += "*a,";
  EXPECT_EQ(flat(bomb + "]\n"), "error: line 2: more text than a settings file may have");
}

TEST(SettingsText, DocumentsThatGrowWhenWalkedAreCutOff) {
  std::string bomb = "a0: &a0 {x: 1, y: 2}\n";
  for (int i = 1; i < 30; ++i) {
    const std::string last = std::to_string(i - 1), name = std::to_string(i);
    bomb += "a" + name + ": &a" + name + " {x: *a" + last + ", y: *a" + last + "}\n";
  }
  EXPECT_NE(flat(bomb).find("more values than a settings file may have"), std::string::npos);
  EXPECT_NE(flat("a: &a {b: *a}\n").find("error"), std::string::npos) << "an anchor inside itself";
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "k:\n";
  deep += std::string(40, ' ') + "k: 1\n";
  EXPECT_NE(flat(deep).find("nested too deeply"), std::string::npos);
  EXPECT_EQ(flat(std::string(kSettingsBytesMax + 1, '#')), "error: a settings file has at most 1 MiB");
}

}  // namespace
}  // namespace batata::platform
