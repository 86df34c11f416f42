#include "cli/common/yaml_output.h"

#include <gtest/gtest.h>

namespace batata::cli {
namespace {

TEST(YamlOutput, HasMembersListsAndScalars) {
  EXPECT_EQ(yaml_of(R"({"a":1,"b":2.5,"c":true,"d":null,"e":"text","f":{},"g":[],"h":{"i":{"j":"k"}},)"
                    R"("l":[1,"x",{"m":1,"o":[2]},[3,[4]]]})"),
            "a: 1\n"
            "b: 2.5\n"
            "c: true\n"
            "d: null\n"
            "e: text\n"
            "f: {}\n"
            "g: []\n"
            "h:\n"
            "  i:\n"
            "    j: k\n"
            "l:\n"
            "  - 1\n"
            "  - x\n"
            "  - m: 1\n"
            "    o:\n"
            "      - 2\n"
            "  -\n"
            "    - 3\n"
            "    -\n"
            "      - 4\n");
}

TEST(YamlOutput, QuotesWhatAReaderWouldTakeForSomethingElse) {
  const std::pair<const char*, const char*> table[] = {
      {R"("")", R"("")"},
      {R"("no")", R"("no")"},
      {R"("NULL")", R"("NULL")"},
      {R"("12")", R"("12")"},
      {R"("1e5")", R"("1e5")"},
      {R"("2026-11-27")", R"("2026-11-27")"},
      {R"("a: b")", R"("a: b")"},
      {R"("# no")", R"("# no")"},
      {R"("- x")", R"("- x")"},
      {R"("app.yml")", "app.yml"},
      {R"("a\\b\"c")", R"("a\\b\"c")"},
      {R"("a\r\nb")", R"("a\u000d\nb")"},
      {R"("\u001b[31m\u0085\u2028\ufeff")", R"("\u001b[31m\u0085\u2028\ufeff")"},
      {R"("配置")", R"("配置")"}};
  for (const auto& [json, yaml] : table)
    EXPECT_EQ(yaml_of(std::string("{\"a\":") + json + "}"), std::string("a: ") + yaml + "\n");
  EXPECT_EQ(yaml_of(R"({"a b":1,"yes":2})"), "\"a b\": 1\n\"yes\": 2\n");
}

TEST(YamlOutput, ShowsTextsOfSeveralLinesAsBlocks) {
  EXPECT_EQ(yaml_of(R"({"a":{"b":"x: 1\n\n  y: 2\n"},"c":["one\ntwo"],"d":"x\n\n"})"),
            "a:\n  b: |\n    x: 1\n\n      y: 2\nc:\n  - |-\n    one\n    two\nd: |+\n  x\n\n");
  EXPECT_EQ(yaml_of(R"({"a":" x\ny"})"), "a: \" x\\ny\"\n");
  EXPECT_EQ(yaml_of(R"({"a":"\nx"})"), "a: \"\\nx\"\n");
}

TEST(YamlOutput, OfNothingIsNothing) {
  EXPECT_EQ(yaml_of(""), "");
  EXPECT_EQ(yaml_of("no json").error().code, Errc::kInternal);
}

}  // namespace
}  // namespace batata::cli
