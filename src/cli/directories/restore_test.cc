#include "cli/directories/restore.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "cli/directories/restore_draft.h"
#include "tests/support/program_runs.h"
#include "tests/support/temp_directory.h"
#include "tests/support/tiny_backup.h"

namespace batata::cli {
namespace {

namespace fs = std::filesystem;

using Names = std::vector<std::string>;

class RestoreCommand : public testing::Test {
 protected:
  RestoreCommand() { write_file(file, tiny_backup()); }
  Ran restore(const std::string& to) { return run_words({"restore", file, "--data-dir", to}); }

  TempDirectory directory;
  const std::string file = directory / "backup", data = directory / "data", draft = data + ".restoring";
};

TEST_F(RestoreCommand, MakesADirectoryThatWasNotThere) {
  const Ran ran = restore(data);
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(names_in(data), (Names{"raft", "state"}));
  EXPECT_EQ(names_in(directory / ""), (Names{"backup", "data"}));
}

TEST_F(RestoreCommand, FillsOneThatIsEmptyAndStaysTheSame) {
  fs::create_directory(data);
  fs::permissions(data, fs::perms::owner_all);
  const Ran ran = restore(data + "/");
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(names_in(data), (Names{"raft", "state"}));
  EXPECT_EQ(fs::status(data).permissions(), fs::perms::owner_all);
  EXPECT_EQ(run_words({"doctor", data}).code, 0);
}

// Nothing can be renamed onto ".", nor onto a mount point.
TEST_F(RestoreCommand, FillsTheDirectoryItStandsIn) {
  fs::create_directory(data);
  const fs::path before = fs::current_path();
  fs::current_path(data);
  const Ran ran = restore(".");
  fs::current_path(before);
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(names_in(data), (Names{"raft", "state"}));
  EXPECT_EQ(names_in(directory / ""), (Names{"backup", "data"}));
}

TEST_F(RestoreCommand, LeavesADirectoryThatHoldsSomething) {
  fs::create_directories(data + "/raft");
  const Ran ran = restore(data);
  EXPECT_EQ(ran.code, 4) << ran.error;
  EXPECT_EQ(names_in(data), Names{"raft"});
}

TEST_F(RestoreCommand, LeavesWhatHasTheNameOfADraftAndIsNone) {
  fs::create_directories(draft + "/raft");
  write_file(draft + "/raft/precious", "of somebody");
  EXPECT_EQ(restore(data).code, 4);
  EXPECT_EQ(content_of(draft + "/raft/precious"), "of somebody");
  fs::remove_all(draft);
  fs::create_directory(directory / "other");
  write_file(directory / "other/LOCK", "");
  fs::create_directory_symlink(directory / "other", draft);
  EXPECT_EQ(restore(data).code, 4);
  EXPECT_EQ(names_in(directory / "other"), Names{"LOCK"});
}

TEST_F(RestoreCommand, TakesOverWhatAKilledOneHasLeft) {
  fs::create_directories(draft + "/state");
  write_file(draft + "/state/half", "a file");
  write_file(draft + "/LOCK", "1\n");
  const Ran ran = restore(data);
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_FALSE(fs::exists(data + "/state/half"));
  EXPECT_EQ(names_in(directory / ""), (Names{"backup", "data"}));
}

// In a directory that was there: one of its two folders is in its place, and no server starts on that.
TEST_F(RestoreCommand, TakesOverWhatOneKilledAtItsEndHasLeft) {
  fs::create_directories(data + "/state");
  write_file(data + "/state/CURRENT", "of a table that is not there");
  fs::create_directories(data + "/.restoring/raft");
  write_file(data + "/.restoring/LOCK", "1\n");
  const Ran ran = restore(data);
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(names_in(data), (Names{"raft", "state"}));
  EXPECT_EQ(run_words({"doctor", data}).code, 0);
}

TEST_F(RestoreCommand, LeavesAStateThatIsNotOfADraft) {
  for (const char* other : {"/.restoring/state", "/raft"}) {
    fs::create_directories(data + "/state");
    fs::create_directories(data + "/.restoring/raft");
    fs::create_directories(data + other);
    write_file(data + "/.restoring/LOCK", "1\n");
    write_file(data + "/state/precious", "of somebody");
    EXPECT_EQ(restore(data).code, 4) << other;
    EXPECT_EQ(content_of(data + "/state/precious"), "of somebody") << other;
    fs::remove_all(data);
  }
}

TEST_F(RestoreCommand, LeavesTheDraftOfOneThatRuns) {
  for (const bool is_there : {false, true}) {
    if (is_there) fs::create_directory(data);
    const auto running = RestoreDraft::take(data);
    ASSERT_TRUE(running) << running.error().message;
    fs::create_directory(running->path() + "/state");
    const Ran ran = restore(data);
    EXPECT_EQ(ran.code, 1);
    EXPECT_NE(ran.error.find("next: wait until the other restore has ended"), std::string::npos) << ran.error;
    EXPECT_TRUE(fs::exists(running->path() + "/state"));
  }
}

TEST_F(RestoreCommand, AFailureLeavesNothing) {
  write_file(file, "no backup at all");
  EXPECT_EQ(restore(data).code, 7);
  EXPECT_EQ(names_in(directory / ""), Names{"backup"});
  fs::create_directory(data);
  EXPECT_EQ(restore(data).code, 7);
  EXPECT_TRUE(names_in(data).empty());
}

TEST(RestoreDraftTest, LeavesNothingWhenItsTargetCannotBeHad) {
  const TempDirectory directory;
  const std::string target = directory / "data";
  {
    auto draft = RestoreDraft::take(target);
    ASSERT_TRUE(draft);
    fs::create_directories(draft->path() + "/raft");
    fs::create_directories(target + "/raft");  // somebody was faster
    EXPECT_EQ(draft->become_target().error().code, Errc::kInternal);
  }
  EXPECT_EQ(names_in(directory / ""), Names{"data"});
  fs::remove_all(target + "/raft");
  {
    auto draft = RestoreDraft::take(target);
    ASSERT_TRUE(draft);
    fs::create_directories(draft->path() + "/raft");
    fs::create_directories(draft->path() + "/state");
    fs::create_directories(target + "/raft/theirs");
    EXPECT_EQ(draft->become_target().error().code, Errc::kInternal);
  }
  EXPECT_EQ(names_in(target), Names{"raft"});
}

}  // namespace
}  // namespace batata::cli
