#include "cli/directories/repair.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/program_runs.h"
#include "tests/support/temp_directory.h"
#include "tests/support/tiny_backup.h"

namespace batata::cli {
namespace {

namespace fs = std::filesystem;

using Names = std::vector<std::string>;

class RepairCommand : public testing::Test {
 protected:
  RepairCommand() {
    write_file(directory / "backup", tiny_backup());
    EXPECT_EQ(run_words({"restore", directory / "backup", "--data-dir", data}).code, 0);
    fs::remove(directory / "backup");
    write_file(data + "/raft/hard_state", "neither slot checks");
    before = contents();
  }
  // Without the lock, which says who had it last.
  std::map<std::string, std::string> contents(const std::string& below = "") const {
    auto found = contents_below(data + below);
    found.erase("raft/LOCK");
    return found;
  }
  TempDirectory directory;
  const std::string data = directory / "data";
  std::map<std::string, std::string> before;
};

TEST_F(RepairCommand, KeepsWhatWasThereBefore) {
  const Ran ran = run_words({"repair", data, "--drop-tail"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_NE(ran.error.find("Nothing that was acknowledged is missing"), std::string::npos) << ran.error;
  const Names names = names_in(data);
  ASSERT_EQ(names.size(), 3u);
  EXPECT_TRUE(names[0].starts_with("before-repair-") && names[0].ends_with("Z")) << names[0];
  EXPECT_TRUE(contents("/" + names[0]) == before);
  EXPECT_EQ(run_words({"doctor", data}).code, 0);
}

TEST_F(RepairCommand, ARepairThatFailsChangesNothing) {
  ASSERT_EQ(::mkfifo((data + "/state/pipe").c_str(), 0600), 0);  // what cannot be copied
  const Ran ran = run_words({"repair", data, "--drop-tail"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.error.find("nothing was changed"), std::string::npos) << ran.error;
  fs::remove(data + "/state/pipe");
  EXPECT_EQ(names_in(data), (Names{"raft", "state"}));
  EXPECT_TRUE(contents() == before);
}

TEST_F(RepairCommand, ARefusedRepairChangesNothing) {
  for (const auto& [name, content] : before)
    if (name.starts_with("state/MANIFEST")) write_file(data + "/" + name, "no manifest");
  before = contents();
  const Ran ran = run_words({"repair", data, "--drop-tail"});
  EXPECT_EQ(ran.code, 7) << ran.error;
  EXPECT_NE(ran.error.find("only a backup helps"), std::string::npos) << ran.error;
  EXPECT_EQ(names_in(data), (Names{"raft", "state"}));
  EXPECT_TRUE(contents() == before);
}

}  // namespace
}  // namespace batata::cli
