#include "platform/log/log_output.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace batata::platform {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMoment = 1767323045678;  // 2026-01-02T03:04:05.678Z

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(LogOutput, TextLineHasTimeLevelAndMessage) {
  std::string out;
  append_text_line(out, kMoment, {log::Level::kInfo, {}, "started port=8848"});
  append_text_line(out, kMoment, {log::Level::kWarn, {}, "degraded"});
  EXPECT_EQ(out,
            "2026-01-02T03:04:05.678Z INFO other: started port=8848\n2026-01-02T03:04:05.678Z WARN other: "
            "degraded\n");
}

TEST(LogOutput, OneEventStaysOneLineWhateverItHolds) {
  std::string out;
  append_text_line(out, kMoment, {log::Level::kError, {}, std::string_view("a\nb\r\tc\0\x1b[31m", 12)});
  EXPECT_EQ(out, "2026-01-02T03:04:05.678Z ERROR other: a\\nb\\r\\tc\\x00\\x1b[31m\n");
}

TEST(LogOutput, JsonLineIsAnObjectAndALine) {
  std::string out;
  append_json_line(out, kMoment, {log::Level::kDebug, {}, "say \"x\"\n"});
  EXPECT_EQ(out,
            "{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"DEBUG\",\"module\":\"other\",\"message\":"
            "\"say \\\"x\\\"\\n\"}\n");
}

TEST(LogOutput, LinesReachTheFileByLevelAndFilesRotate) {
  std::string pattern = (fs::temp_directory_path() / "batata-log-XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  const fs::path folder = pattern, file = folder / "batata.log";
  ASSERT_TRUE(start_log({.lowest = log::Level::kWarn,
                         .json = false,
                         .file = file.string(),
                         .rotation = {.max_bytes = 100, .kept_files = 2}})
                  .has_value());
  log::info("not written");
  log::warn("first {}", std::string(80, 'x'));
  log::warn("second {{}} {}", "{}");
  EXPECT_NE(content_of(file).find(" WARN platform.log: second {} {}\n"), std::string::npos)
      << content_of(file);
  EXPECT_EQ(content_of(file).find("first"), std::string::npos);
  EXPECT_NE(content_of(folder / "batata.1.log").find(" WARN platform.log: first xxx"), std::string::npos);
  EXPECT_EQ(content_of(folder / "batata.1.log").find("not written"), std::string::npos);
  fs::remove_all(folder);
}

TEST(LogOutput, AFileThatWasPutAsideByAnotherIsBegunAnew) {
  std::string pattern = (fs::temp_directory_path() / "batata-log-XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  const fs::path folder = pattern, file = folder / "batata.log";
  ASSERT_TRUE(start_log({.file = file.string()}).has_value());
  log::warn("before");
  fs::rename(file, folder / "batata.log.1");
  log::warn("between");
  reopen_log();
  log::warn("behind");
  EXPECT_NE(content_of(folder / "batata.log.1").find("between\n"), std::string::npos);
  EXPECT_NE(content_of(file).find("behind\n"), std::string::npos);
  EXPECT_EQ(content_of(file).find("between"), std::string::npos);
  fs::remove_all(folder);
}

TEST(LogOutput, FilesAreKeptUpToTheirNumber) {
  std::string pattern = (fs::temp_directory_path() / "batata-log-XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  const fs::path folder = pattern;
  for (const std::uint32_t kept : {0u, 1u, 3u}) {
    auto file = RotatingFile::open((folder / "a.log").string(), {.max_bytes = 10, .kept_files = kept});
    ASSERT_TRUE(file.has_value());
    for (int i = 0; i < 6; ++i) EXPECT_TRUE(file->append("line " + std::to_string(i) + "\n"));
    EXPECT_EQ(content_of(folder / "a.log"), "line 5\n") << kept;
    std::size_t found = 0;
    for (const auto& entry : fs::directory_iterator(folder)) found += entry.is_regular_file() ? 1 : 0;
    EXPECT_EQ(found, kept + 1);
    if (kept == 3) {
      EXPECT_EQ(content_of(folder / "a.3.log"), "line 2\n");
    }
  }
  fs::remove_all(folder);
}

TEST(LogOutput, FileThatCannotBeOpenedIsAnErrorThatNamesIt) {
  const Status status = start_log({.file = "/dev/null/batata.log"});
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, Errc::kInvalidArgument);
  EXPECT_NE(status.error().message.find("/dev/null/batata.log"), std::string::npos) << status.error().message;
}

}  // namespace
}  // namespace batata::platform
