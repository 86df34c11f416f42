#include "cli/repair.h"

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
  }
  TempDirectory directory;
  const std::string data = directory / "data";
};

TEST_F(RepairCommand, LeavesAWholeCopyUnderItsName) {
  const Ran ran = run_words({"repair", data, "--drop-tail"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  const Names names = names_in(directory / "");
  ASSERT_EQ(names.size(), 2u);
  EXPECT_TRUE(names[1].starts_with("data.before-repair-") && names[1].ends_with("Z")) << names[1];
  EXPECT_EQ(content_of(directory / (names[1] + "/raft/hard_state")), "neither slot checks");
}

TEST_F(RepairCommand, ACopyThatFailsLeavesNothing) {
  ASSERT_EQ(::mkfifo((data + "/pipe").c_str(), 0600), 0);  // what cannot be copied
  const Ran ran = run_words({"repair", data, "--drop-tail"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.error.find("nothing was changed"), std::string::npos) << ran.error;
  EXPECT_EQ(names_in(directory / ""), Names{"data"});
  EXPECT_EQ(content_of(data + "/raft/hard_state"), "neither slot checks");
}

}  // namespace
}  // namespace batata::cli
