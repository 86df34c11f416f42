#include "cli/backup.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "tests/support/program_runs.h"
#include "tests/support/temp_directory.h"
#include "tests/support/tiny_server.h"

namespace batata::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBegin = "POST /batata/v1/backups";
constexpr const char* kBegun = R"({"id":"0123456789abcdef","revision":1})";
constexpr const char* kPart0 = "GET /batata/v1/backups/0123456789abcdef/parts/0";
constexpr const char* kLast = "Batata-Last-Part: true\r\n";

// A backup of an empty store.
std::string whole() {
  const store::Record meta = store::Store().meta_record();
  replica::BackupWriter writer(WallTime{1});
  writer.add(meta.name, meta.value);
  writer.end();
  return writer.take();
}

std::map<std::string, Answers> good() {
  return {{kBegin, http(200, kBegun)}, {kPart0, http(200, whole(), kLast)}};
}

int others_may(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
  EXPECT_TRUE(S_ISREG(status.st_mode)) << path;
  return static_cast<int>(status.st_mode & (S_IRWXG | S_IRWXO));
}

class BackupCommand : public testing::Test {
 protected:
  Ran run(std::map<std::string, Answers> answers, std::vector<std::string> more = {}) {
    TinyServer server(std::move(answers));
    std::vector<std::string> words{"backup", file};
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {"--server", server.address()});
    Ran ran = run_words(std::move(words));
    server.stop();
    requests = server.requests;
    return ran;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(directory / "")) found.push_back(entry.path().filename());
    std::ranges::sort(found);
    return found;
  }

  TempDirectory directory;
  const std::string file = directory / "backup";
  std::vector<std::string> requests;
};

TEST_F(BackupCommand, MakesAFileForItsOwnerAlone) {
  const Ran ran = run(good());
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(content_of(file), whole());
  EXPECT_EQ(others_may(file), 0);
  EXPECT_EQ(names(), std::vector<std::string>{"backup"});
}

TEST_F(BackupCommand, WhatLiesWhereADraftWouldIsLeftAndIsNoWayToTheBackup) {
  write_file(file + ".part", "of somebody");
  fs::permissions(file + ".part", fs::perms::all);
  const Ran ran = run(good());
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(others_may(file), 0);
  EXPECT_EQ(content_of(file), whole());
  EXPECT_EQ(content_of(file + ".part"), "of somebody");
}

TEST_F(BackupCommand, ALinkIsNotFollowed) {
  write_file(directory / "target", "of somebody");
  fs::create_symlink(directory / "target", file + ".part");
  const Ran ran = run(good());
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(content_of(directory / "target"), "of somebody");
  EXPECT_EQ(others_may(file), 0);
}

TEST_F(BackupCommand, ALinkToNowhereIsAFileThatExists) {
  fs::create_symlink(directory / "nowhere", file);
  EXPECT_EQ(run(good()).code, 4);
  EXPECT_TRUE(requests.empty());
  EXPECT_EQ(names(), std::vector<std::string>{"backup"});
}

TEST_F(BackupCommand, AFailureLeavesNothing) {
  EXPECT_EQ(run({{kBegin, http(200, kBegun)}, {kPart0, http(200, "no backup", kLast)}}).code, 7);
  EXPECT_TRUE(names().empty());
  EXPECT_EQ(run({{kBegin, http(200, kBegun)}, {kPart0, http(500, "no")}}).code, 1);
  EXPECT_TRUE(names().empty());
}

}  // namespace
}  // namespace batata::cli
