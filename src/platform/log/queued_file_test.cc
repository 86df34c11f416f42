#include "platform/log/queued_file.h"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"

namespace batata::platform {
namespace {

namespace fs = std::filesystem;

std::atomic<int> g_told = 0;

class QueuedFileTest : public testing::Test {
 public:
  ~QueuedFileTest() override { fs::remove_all(folder_); }

 protected:
  QueuedFileTest() {
    std::string pattern = (fs::temp_directory_path() / "batata-queued-XXXXXX").string();
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    path_ = (folder_ / "a.log").string();
  }
  static std::string content_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  fs::path folder_;
  std::string path_;
};

TEST_F(QueuedFileTest, WhatManyThreadsWriteIsThereWhenItIsClosed) {
  {
    const auto file = QueuedFile::open("access log", path_, {});
    ASSERT_TRUE(file.has_value());
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) EXPECT_TRUE((*file)->write("a line\n"));
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ((*file)->dropped(), 0u);
  }
  EXPECT_EQ(std::ranges::count(content_of(path_), '\n'), 4000);
}

// Where no new file can be made, those that are kept stay, whatever comes.
TEST_F(QueuedFileTest, AFileThatCannotBePutAsidePushesOutNoOther) {
  fs::create_directory(folder_ / "in");
  path_ = (folder_ / "in" / "a.log").string();
  auto file = RotatingFile::open(path_, {.max_bytes = 10, .kept_files = 2});
  ASSERT_TRUE(file.has_value());
  EXPECT_TRUE(file->append("the first\n"));
  EXPECT_TRUE(file->append("second\n"));  // a.1.log has the first
  fs::create_directory(folder_ / "other");
  rlimit was{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &was), 0);
  rlimit none = was;
  none.rlim_cur = 0;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(file->append("l\n"));
  for (int i = 0; i < 5; ++i) (void)file->append("more\n");
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &was), 0);
  const std::string kept = content_of(folder_ / "in" / "a.1.log") + content_of(folder_ / "in" / "a.2.log");
  EXPECT_NE(kept.find("the first\n"), std::string::npos) << kept;
  EXPECT_NE(kept.find("second\n"), std::string::npos) << kept;
}

TEST_F(QueuedFileTest, WhatIsMoreThanTheQueueHoldsIsDroppedCountedAndTold) {
  const log::Output before = log::set_sink(
      [](const log::Line& line) { g_told += line.level == log::Level::kError; }, log::Level::kInfo);
  g_told = 0;
  {
    const auto file = QueuedFile::open("access log", path_, {});
    ASSERT_TRUE(file.has_value());
    EXPECT_FALSE((*file)->write(std::string(QueuedFile::kQueuedMax + 1, 'x')));
    EXPECT_EQ((*file)->dropped(), 1u);
    EXPECT_TRUE((*file)->write("behind\n"));
  }
  EXPECT_EQ(g_told, 1);
  EXPECT_EQ(content_of(path_), "behind\n");
  log::set_sink(before.sink, before.lowest);
}

TEST_F(QueuedFileTest, IsBegunAnewWhenAnotherHasPutItAside) {
  {
    const auto file = QueuedFile::open("access log", path_, {});
    ASSERT_TRUE(file.has_value());
    fs::rename(path_, folder_ / "old");
    (*file)->reopen();
    EXPECT_TRUE((*file)->write("behind\n"));
  }
  EXPECT_EQ(content_of(path_), "behind\n");
  EXPECT_EQ(content_of(folder_ / "old"), "");
}

TEST_F(QueuedFileTest, AFileThatCannotBeOpenedIsAnError) {
  const auto file = QueuedFile::open("audit log", "/dev/null/a.log", {});
  ASSERT_FALSE(file.has_value());
  EXPECT_NE(file.error().message.find("/dev/null/a.log"), std::string::npos);
}

}  // namespace
}  // namespace batata::platform
