#include "replica/log_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/log.h"
#include "replica/segment.h"
#include "sim/sim_disk.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"

namespace batata::replica {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kSegmentBytes = 4u << 20;
constexpr auto kJob = milliseconds(10);

// A disk on which one file can be made to fail, as by a lack of space: steps on others work.
class PickyDisk final : public Disk {
 public:
  explicit PickyDisk(Disk& disk) : disk_(disk) {}

  Result<std::unique_ptr<File>> open(const std::string& name) override { return disk_.open(name); }
  Result<std::unique_ptr<File>> create(const std::string& name) override {
    if (name != kPreparedName) return disk_.create(name);
    ++tries;
    if (writes_left == 0) return fail(Errc::kResourceExhausted, "no space");
    auto file = disk_.create(name);
    if (!file) return file;
    return std::make_unique<PickyFile>(*this, std::move(*file));
  }
  Status rename(const std::string& from, const std::string& to) override { return disk_.rename(from, to); }
  Status remove(const std::string& name) override { return disk_.remove(name); }
  Result<std::vector<std::string>> list() override { return disk_.list(); }
  Status sync_directory() override { return disk_.sync_directory(); }
  Status lock() override { return disk_.lock(); }
  Result<std::uint64_t> free_bytes() override { return disk_.free_bytes(); }
  std::string path() const override { return disk_.path(); }

  int tries = 0;              // of making the prepared file
  int writes_left = INT_MAX;  // to it

 private:
  class PickyFile final : public File {
   public:
    PickyFile(PickyDisk& disk, std::unique_ptr<File> file) : disk_(disk), file_(std::move(file)) {}
    Status write(std::uint64_t offset, std::string_view data) override {
      if (disk_.writes_left == 0) return fail(Errc::kResourceExhausted, "no space");
      --disk_.writes_left;
      return file_->write(offset, data);
    }
    Result<std::string> read(std::uint64_t offset, std::size_t bytes) const override {
      return file_->read(offset, bytes);
    }
    Status sync() override { return file_->sync(); }
    Result<std::uint64_t> size() const override { return file_->size(); }

   private:
    PickyDisk& disk_;
    std::unique_ptr<File> file_;
  };
  Disk& disk_;
};

class LogWriterTest : public testing::Test {
 protected:
  LogWriterTest() {
    warnings = 0;
    log::set_sink([](const log::Line&) { ++warnings; }, log::Level::kWarn);
    EXPECT_TRUE(log_.open([](raft::Entry) {}));
  }
  // More than half of a file, so that the next one is wanted from the first entry on.
  void append(std::uint64_t index) {
    const auto data = std::make_shared<const std::string>(kSegmentBytes / 2 + 1, 'x');
    writer_.append({{LogIndex{index}, Term{1}, raft::EntryType::kCommand, data}});
    runtime_.run_for(kJob);
    EXPECT_EQ(persisted_, LogIndex{index});
  }
  bool has_prepared() const {
    const auto names = sim_disk_.names();
    return std::ranges::find(names, kPreparedName) != names.end();
  }

  static int warnings;
  sim::SimRuntime runtime_;
  sim::SimPower power_;
  sim::SimDisk sim_disk_{power_};
  PickyDisk disk_{sim_disk_};
  sim::SimExecutor executor_{runtime_, kJob, kJob}, background_{runtime_, kJob, kJob};
  Log log_{disk_, kSegmentBytes};
  std::vector<std::string> failed_;
  LogIndex persisted_;
  LogWriter writer_{runtime_,
                    log_,
                    disk_,
                    executor_,
                    background_,
                    {.segment_bytes = kSegmentBytes, .free_bytes_min = 1'000},
                    {[this](const Error& error) { failed_.push_back(error.message); },
                     [this](LogIndex index, Term) { persisted_ = index; }, [](LogIndex) {}}};
};
int LogWriterTest::warnings = 0;

TEST_F(LogWriterTest, PreparesTheNextFileAndUsesIt) {
  append(1);
  runtime_.run_for(seconds(1));
  EXPECT_TRUE(has_prepared());
  append(2);
  EXPECT_EQ(log_.prepared_used(), 1u);
}

TEST_F(LogWriterTest, APreparationThatFailsIsGivenUpLeavesNothingAndIsTriedAgain) {
  for (const int writes : {0, 2}) {  // not even the file can be made; half of it can
    disk_.writes_left = writes;
    const auto tries = disk_.tries;
    append(persisted_.value + 1);
    runtime_.run_for(seconds(1));
    EXPECT_EQ(disk_.tries, tries + 1);
    EXPECT_FALSE(has_prepared());
    append(persisted_.value + 1);
    runtime_.run_for(seconds(1));
    EXPECT_EQ(disk_.tries, tries + 1) << "not at once: it would fail again";
    disk_.writes_left = INT_MAX;
    runtime_.run_for(seconds(30));
    append(persisted_.value + 1);
    runtime_.run_for(seconds(1));
    EXPECT_TRUE(has_prepared());
    append(persisted_.value + 1);  // takes it
    EXPECT_FALSE(has_prepared());
  }
  EXPECT_EQ(warnings, 2);
  EXPECT_TRUE(failed_.empty());
}

TEST_F(LogWriterTest, WarnsOnceOfAPreparationThatKeepsFailing) {
  disk_.writes_left = 0;
  for (std::uint64_t index = 1; index < 10; ++index) {
    append(index);
    runtime_.run_for(seconds(30));
  }
  EXPECT_GT(disk_.tries, 5);
  EXPECT_EQ(warnings, 1);
}

TEST_F(LogWriterTest, PreparesNothingThatWouldLeaveLessThanMustBeFree) {
  sim_disk_.set_free_bytes(kSegmentBytes + 999);
  append(1);
  runtime_.run_for(seconds(1));
  EXPECT_EQ(disk_.tries, 0);
  sim_disk_.set_free_bytes(kSegmentBytes + 1'000);
  runtime_.run_for(seconds(30));
  append(2);
  runtime_.run_for(seconds(1));
  EXPECT_TRUE(has_prepared());
}

TEST_F(LogWriterTest, OtherJobsWaitForAPieceOfTheNextFileNotForAllOfIt) {
  append(1);
  runtime_.run_for(kJob);
  bool ran = false;
  background_.submit([&] { ran = true; }, [] {});
  runtime_.run_for(2 * kJob);
  EXPECT_TRUE(ran);
  ASSERT_TRUE(has_prepared());
  EXPECT_LT(sim_disk_.contents(kPreparedName).size(), kSegmentBytes);
}

}  // namespace
}  // namespace batata::replica
