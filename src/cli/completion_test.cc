#include "cli/completion.h"

#include <gtest/gtest.h>

#include <string>

#include "cli/command_tree.h"

namespace batata::cli {
namespace {

TreeCommand tiny_tree() {
  const TreeOption help{{"-h", "--help"}, "Print this", "", "", false};
  const TreeOption output{{"-o", "--output"}, "It's shown so", "table", "table|json", false};
  const TreeOption file{{"--file"}, "From a file", "", "FILE", false};
  const TreeOption name{{"NAME"}, "Its name", "", "", true};
  const TreeCommand get{"get", "Print one", {help, file}, {name}, {}};
  const TreeCommand load{"load", "Load one", {help}, {{{"FILE"}, "Which", "", "", false}}, {}};
  return {"batata", "A server", {help, output}, {}, {{"config", "Read", {help}, {}, {get}}, load}};
}

TEST(Completion, OfAnotherShellIsNone) {
  EXPECT_EQ(completion_script(tiny_tree(), "tcsh"), std::nullopt);
}

TEST(Completion, OfFishIsALineForEachWord) {
  const std::string script = completion_script(tiny_tree(), "fish").value();
  for (const char* line :
       {"      case -o --output --file; set skip 1\n",
        "          case ' config' ' config get' ' load'; set at \"$at $word\"\n",
        "complete -c batata -s o -l output -x -a 'table json' -d 'It\\'s shown so'\n",
        "complete -c batata -n '__batata_at \\'\\'' -a config -d 'Read'\n",
        "complete -c batata -n '__batata_at \\' config\\'' -a get -d 'Print one'\n",
        "complete -c batata -n '__batata_at \\' config get\\'' -l file -r -F -d 'From a file'\n",
        "complete -c batata -n '__batata_at \\' load\\'' -F\n"})
    EXPECT_NE(script.find(line), std::string::npos) << line << "is not in\n" << script;
}

// tests/process runs it in a bash.
TEST(Completion, OfBashAndZshKnowsPlacesAndValues) {
  for (const char* shell : {"bash", "zsh"}) {
    const std::string script = completion_script(tiny_tree(), shell).value();
    for (const char* line : {"      -o|--output|--file) skip=1 ;;\n",
                             "          \" config\"|\" config get\"|\" load\") at=\"$at $word\" ;;\n",
                             "=\"table json\"; ", "=\"-h --help --file -h --help -o --output\" ;;\n"})
      EXPECT_NE(script.find(line), std::string::npos) << line << "is not in\n" << script;
  }
}

TEST(ManualPage, HasEachCommandAndOption) {
  const std::string page = manual_page(tiny_tree(), "1.2");
  EXPECT_TRUE(page.starts_with(".TH BATATA 1 \"\" \"batata 1.2\"")) << page;
  for (const char* part :
       {".SS batata config get \\fINAME\\fR\nPrint one.\n", ".SS batata load [\\fIFILE\\fR]\n",
        ".TP\n\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fItable|json\\fR\nIt's shown so [table]\n"})
    EXPECT_NE(page.find(part), std::string::npos) << part << "is not in\n" << page;
}

TEST(CommandTree, IsWhatTheCommandLineUnderstands) {
  const TreeCommand tree = command_tree();
  const auto of = [](const auto& all, const std::string& name) {
    for (const auto& each : all)
      if (each.name == name) return each;
    ADD_FAILURE() << name << " is not there";
    return TreeCommand{};
  };
  const TreeCommand import = of(of(tree.commands, "config").commands, "import");
  ASSERT_EQ(import.arguments.size(), 1u);
  EXPECT_TRUE(import.arguments[0].is_path());
  EXPECT_TRUE(import.arguments[0].is_required);
  for (const TreeOption& option : import.options) {
    if (option.names.back() == "--policy") {
      EXPECT_EQ(option.choices(), (std::vector<std::string>{"abort", "skip", "overwrite"}));
      EXPECT_EQ(option.standard, "abort");
    }
    if (option.names.back() == "--help") {
      EXPECT_EQ(option.value, "");
    }
  }
  EXPECT_EQ(import.options.size(), 2u);
}

}  // namespace
}  // namespace batata::cli
