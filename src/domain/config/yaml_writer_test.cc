#include "domain/config/yaml_writer.h"

#include <gtest/gtest.h>

#include "domain/config/archive.h"

namespace batata::domain {
namespace {

std::string line(std::string_view value) {
  std::string out;
  append_yaml_member(out, "- ", "k", value);
  return out;
}

TEST(YamlMember, IsPlainWhereNobodyCanMistakeIt) {
  for (const std::string_view text :
       {"app.yaml", "DEFAULT_GROUP", "a:b", "two words", "a-b_c.d", "\xE4\xBD\xA0"})
    EXPECT_EQ(line(text), "- k: " + std::string(text) + "\n");
}

TEST(YamlMember, IsQuotedWhereItMightBeSomethingElse) {
  for (const std::string_view text :
       {"",   "true", "No", "~",  "123", "1.5e3", "0x1F", "2026-11-21", "12:30", "-",  "a: b", "a #b",
        " a", "a ",   "a:", "*a", "&a",  "{",     "[x]",  "%a",         "@a",    "!x", "|",    "---"})
    EXPECT_EQ(line(text), "- k: '" + std::string(text) + "'\n");
  EXPECT_EQ(line("it's: so"), "- k: 'it''s: so'\n");
  EXPECT_EQ(line("a\nb\t\"\\"), "- k: \"a\\nb\\x09\\\"\\\\\"\n");
}

TEST(YamlMember, IsReadAsItWasWritten) {
  for (const std::string text : {"plain",
                                 "",
                                 "null",
                                 "1_000",
                                 "it's",
                                 "'",
                                 "\"",
                                 "a\nb",
                                 "\x01",
                                 "\t",
                                 "a: b",
                                 "# no",
                                 "\\n",
                                 "- a",
                                 "? a",
                                 "> a",
                                 "a, b",
                                 "]",
                                 "\xE4\xBD\xA0 \xF0\x9F\x98\x80",
                                 "ends with colon:",
                                 "=",
                                 "<<",
                                 ".inf",
                                 "\x7f"}) {
    std::string document = "list:\n";
    append_yaml_member(document, "- ", "k", text);
    const auto read = read_yaml_list(document, "list");
    ASSERT_TRUE(read.has_value()) << document << read.error().message;
    ASSERT_EQ(read->size(), 1u) << document;
    EXPECT_EQ(read->front(), (YamlRecord{{"k", text}})) << document;
  }
}

}  // namespace
}  // namespace batata::domain
