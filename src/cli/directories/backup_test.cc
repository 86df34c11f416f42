#include "cli/directories/backup.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <tuple>

#include "tests/support/program_runs.h"
#include "tests/support/temp_directory.h"
#include "tests/support/tiny_backup.h"
#include "tests/support/tiny_server.h"

namespace batata::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBegin = "POST /batata/v1/backups";
constexpr const char* kBegun = R"({"id":"0123456789abcdef","revision":1})";
constexpr const char* kPart0 = "GET /batata/v1/backups/0123456789abcdef/parts/0";
constexpr const char* kPart1 = "GET /batata/v1/backups/0123456789abcdef/parts/1";
constexpr const char* kGiveUp = "DELETE /batata/v1/backups/0123456789abcdef";
constexpr const char* kLast = "Batata-Last-Part: true\r\n";

std::map<std::string, Answers> good() {
  return {{kBegin, http(200, kBegun)}, {kPart0, http(200, tiny_backup(), kLast)}};
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
    answers.try_emplace(kGiveUp, http(200, "{}"));
    TinyServer server(std::move(answers));
    std::vector<std::string> words{"backup", file};
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {"--server", server.address()});
    Ran ran = run_words(std::move(words));
    server.stop();
    requests = server.requests;
    return ran;
  }
  std::vector<std::string> names() const { return names_in(directory / ""); }

  TempDirectory directory;
  const std::string file = directory / "backup";
  std::vector<std::string> requests;
};

TEST_F(BackupCommand, MakesAFileForItsOwnerAlone) {
  const Ran ran = run(good());
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(content_of(file), tiny_backup());
  EXPECT_EQ(others_may(file), 0);
  EXPECT_EQ(names(), std::vector<std::string>{"backup"});
}

TEST_F(BackupCommand, WhatLiesWhereADraftWouldIsLeftAndIsNoWayToTheBackup) {
  write_file(file + ".part", "of somebody");
  fs::permissions(file + ".part", fs::perms::all);
  const Ran ran = run(good());
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(others_may(file), 0);
  EXPECT_EQ(content_of(file), tiny_backup());
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

TEST_F(BackupCommand, APartThatIsBeingMadeIsWaitedFor) {
  const std::string busy = http(503, R"({"error":{"code":"unavailable","message":"a part is being made"}})");
  const Ran ran = run({{kBegin, http(200, kBegun)},
                       {kPart0, {std::string(), busy, busy, busy, http(200, tiny_backup(), kLast)}}});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(content_of(file), tiny_backup());
  EXPECT_EQ(requests.size(), 6u);
}

// So that the next one need not wait until the server sees that nobody asks.
TEST_F(BackupCommand, GivesUpWhatItCannotUse) {
  const auto expect_given_up = [&](const char* how) {
    ASSERT_FALSE(requests.empty());
    EXPECT_TRUE(requests.back().starts_with(kGiveUp)) << how << ": " << requests.back();
  };
  EXPECT_EQ(
      run({{kBegin, http(200, kBegun)}, {kPart0, http(200, "no backup")}, {kPart1, http(200, "")}}).code, 1);
  expect_given_up("a part with nothing in it");
  EXPECT_EQ(run({{kBegin, http(200, kBegun)}, {kPart0, http(500, "no")}, {kGiveUp, http(500, "no")}}).code,
            1);
  expect_given_up("a part that the server cannot make");
  EXPECT_EQ(run(good()).code, 0);
  EXPECT_EQ(requests.size(), 2u) << "what has ended makes room by itself";
}

TEST_F(BackupCommand, AServerThatGoesAwayIsNotWaitedFor) {
  EXPECT_EQ(run({{kBegin, http(200, kBegun)}, {kPart0, http(404, "no")}}).code, 1);
  EXPECT_EQ(requests.size(), 3u) << "the last one gives it up";
}

TEST_F(BackupCommand, PartsWithoutEndAreRefused) {
  const Ran ran = run({{kBegin, http(200, kBegun)}, {kPart0, http(200, "BATATA")}, {kPart1, http(200, "")}});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.error.find("with nothing in it"), std::string::npos) << ran.error;
  EXPECT_EQ(requests.size(), 4u) << "the last one gives it up";
  EXPECT_TRUE(names().empty());
}

TEST_F(BackupCommand, AnIdIsSixteenDigits) {
  for (const char* id : {"", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", "../../../nacos/x",
                         "0 HTTP/1.1\\r\\n\\r\\n"}) {
    const Ran ran = run({{kBegin, http(200, R"({"id":")" + std::string(id) + R"(","revision":1})")}});
    EXPECT_EQ(ran.code, 1);
    EXPECT_NE(ran.error.find("is it one?"), std::string::npos) << ran.error;
    EXPECT_EQ(requests.size(), 1u);
  }
}

TEST_F(BackupCommand, WhatTheServerSaysKeepsItsMeaning) {
  const auto error = [](const std::string& code) {
    return R"({"error":{"code":")" + code + R"(","message":"why"}})";
  };
  const std::tuple<int, std::string, int, std::string> table[] = {
      {503, error("unavailable"), 1, "next: try again later: the server is up, and has done nothing\n"},
      {429, error("resource_exhausted"), 1, "next: wait before trying again\n"},
      {403, error("permission_denied"), 5,
       "next: sign in: set both BATATA_USERNAME and BATATA_PASSWORD, or BATATA_TOKEN\n"},
      {500, error("outcome_unknown"), 1,
       "next: take the backup again, in a minute if another one is under way\n"},
      {500, error("internal"), 1, "next: check --server; the server's log may say more\n"},
      {500, error("damaged"), 7, "next: the server's log says more\n"},
      {504, error("deadline_exceeded"), 6, "30s\n"},
      {404, error("not_found"), 3, "next: take the backup again\n"},
      {503, "Service Unavailable", 1, "next: try again later: the server is up, and has done nothing\n"},
      {500, error("of a later version"), 1, "in a minute if another one is under way\n"},
      {404, "<html>", 1, "next: check --server; the server's log may say more\n"}};
  for (const auto& [status, body, code, next] : table) {
    const Ran ran = run({{kBegin, http(status, body)}});
    EXPECT_EQ(ran.code, code) << body;
    EXPECT_TRUE(ran.error.ends_with(next)) << body << " " << ran.error;
    EXPECT_EQ(ran.error.find("Nacos"), std::string::npos) << ran.error;
  }
}

}  // namespace
}  // namespace batata::cli
