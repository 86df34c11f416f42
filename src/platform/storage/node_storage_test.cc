// A node on a real directory with real threads: what the simulator cannot show.
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>

#include "async/scope.h"
#include "platform/storage/posix_disk.h"
#include "platform/storage/rocks_state.h"
#include "platform/storage/test_loop.h"
#include "platform/storage/thread_executor.h"
#include "replica/node.h"

namespace batata::platform {
namespace {

class TempDirectory {
 public:
  TempDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "batata-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TempDirectory() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// A node with everything it stands on; destroying it is as a crash of the process is to the disk.
struct Process {
  Process(TestLoop& loop, const TempDirectory& data, replica::NodeOptions options = {})
      : disk(*PosixDisk::open_directory(data / "raft")),
        state(data / "state"),
        log_thread(loop, "log"),
        state_thread(loop, "state"),
        node(loop, *disk, log_thread, state, state_thread, std::move(options)) {}
  std::unique_ptr<PosixDisk> disk;
  RocksState state;
  ThreadExecutor log_thread, state_thread;
  replica::Node node;
};

Task<void> put(replica::Node& node, std::string key, std::string value, int& done) {
  store::Txn txn{{}, {store::Put{std::move(key), std::move(value), {}}}};
  const auto result = co_await node.propose({}, std::move(txn));
  EXPECT_TRUE(result) << result.error().message;
  ++done;
}

Task<void> stop(replica::Node& node, bool& stopped) {
  co_await node.stop();
  stopped = true;
}

void write_many(TestLoop& loop, replica::Node& node, int from, int count, std::size_t value_bytes) {
  Scope scope(loop);
  int done = 0;
  for (int i = from; i < from + count; ++i)
    scope.spawn(
        put(node, "key-" + std::to_string(i), std::string(value_bytes, 'v') + std::to_string(i), done));
  ASSERT_TRUE(loop.run_until([&] { return done == count; }));
}

void expect_all(const replica::Node& node, int count, std::size_t value_bytes) {
  EXPECT_EQ(node.store().size(), static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const auto kv = node.latest().find("key-" + std::to_string(i));
    ASSERT_NE(kv, nullptr) << i;
    EXPECT_EQ(kv->value, std::string(value_bytes, 'v') + std::to_string(i));
  }
}

// The files of a state whose names have that in them, sorted.
std::vector<std::string> files_of(const std::string& directory, std::string_view part) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    if (entry.path().filename().string().find(part) != std::string::npos) found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

std::vector<std::string> names_in(RocksState& state) {
  std::vector<std::string> names;
  EXPECT_TRUE(state.load([&](std::string_view name, std::string_view) -> Status {
    names.emplace_back(name);
    return {};
  }));
  return names;
}

TEST(NodeOnDisk, EverythingAcknowledgedIsThereAfterADropWithoutStop) {
  const TempDirectory data;
  TestLoop loop;
  for (int life = 0; life < 4; ++life) {
    Process process(loop, data);
    ASSERT_TRUE(process.node.open());
    EXPECT_TRUE(process.node.leading());
    expect_all(process.node, life * 500, 100);
    write_many(loop, process.node, life * 500, 500, 100);
  }
}

TEST(NodeOnDisk, SegmentsArePreparedRemovedAndTheStateCarriesOn) {
  const TempDirectory data;
  TestLoop loop;
  replica::NodeOptions options;
  options.segment_bytes = 256u << 10;
  options.flush_after_bytes = 512u << 10;
  options.kept_entries = 2;
  options.entry_bytes_max = 16u << 10;
  {
    Process process(loop, data, options);
    ASSERT_TRUE(process.node.open());
    for (int i = 0; i < 40; ++i) write_many(loop, process.node, i * 50, 50, 1'000);
    ASSERT_TRUE(loop.run_until([&] { return process.node.status().log_first > LogIndex{1}; }));
  }
  Process process(loop, data, options);
  ASSERT_TRUE(process.node.open());
  expect_all(process.node, 2'000, 1'000);
}

TEST(NodeOnDisk, AnOrderlyStopLeavesNothingToReplay) {
  const TempDirectory data;
  TestLoop loop;
  {
    Process process(loop, data);
    ASSERT_TRUE(process.node.open());
    write_many(loop, process.node, 0, 100, 10);
    Scope scope(loop);
    bool stopped = false;
    scope.spawn(stop(process.node, stopped));
    ASSERT_TRUE(loop.run_until([&] { return stopped; }));
    EXPECT_FALSE(process.node.leading());
    EXPECT_EQ(process.node.status().state_flushed, process.node.status().applied);
  }
  Process process(loop, data);
  ASSERT_TRUE(process.node.open());
  expect_all(process.node, 100, 10);
}

TEST(NodeOnDisk, ASecondProcessIsToldWhoHasTheDirectory) {
  const TempDirectory data;
  TestLoop loop;
  Process first(loop, data);
  ASSERT_TRUE(first.node.open());
  Process second(loop, data);
  const auto opened = second.node.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::kUnavailable);
  EXPECT_NE(opened.error().message.find("pid " + std::to_string(getpid())), std::string::npos)
      << opened.error().message;
}

TEST(NodeOnDisk, AMissingLogIsRefusedBecauseTheStateIsThere) {
  const TempDirectory data;
  TestLoop loop;
  {
    Process process(loop, data);
    ASSERT_TRUE(process.node.open());
    write_many(loop, process.node, 0, 10, 10);
    Scope scope(loop);
    bool stopped = false;
    scope.spawn(stop(process.node, stopped));
    ASSERT_TRUE(loop.run_until([&] { return stopped; }));
  }
  std::filesystem::remove_all(data / "raft");
  Process process(loop, data);
  EXPECT_FALSE(process.node.open());
}

TEST(NodeOnDisk, ARefusedStartMakesNoStateWhereOneIsMissing) {
  const TempDirectory data;
  TestLoop loop;
  {
    Process process(loop, data);
    ASSERT_TRUE(process.node.open());
    write_many(loop, process.node, 0, 10, 10);
  }
  std::filesystem::remove_all(data / "state");
  std::filesystem::remove(data / "raft/hard_state");
  Process process(loop, data);
  EXPECT_EQ(process.node.open().error().code, Errc::kDamaged);
  EXPECT_FALSE(std::filesystem::exists(data / "state"));
}

TEST(RocksStateTest, IsMadeByItsFirstWrite) {
  const TempDirectory data;
  RocksState state(data / "state");
  ASSERT_TRUE(state.open());
  EXPECT_EQ(names_in(state), std::vector<std::string>{});
  EXPECT_TRUE(state.reader()->done());
  ASSERT_TRUE(state.flush());
  EXPECT_FALSE(std::filesystem::exists(data / "state"));
  ASSERT_TRUE(state.write({{"a", "1", false}}));
  ASSERT_TRUE(state.flush());
  EXPECT_EQ(names_in(state), std::vector<std::string>{"a"});
}

// RocksDB would begin anew beside the tables, and remove them.
TEST(RocksStateTest, TablesWithoutTheirListAreDamage) {
  const TempDirectory data;
  {
    RocksState state(data / "state");
    ASSERT_TRUE(state.open());
    ASSERT_TRUE(state.write({{"a", "1", false}}));
    ASSERT_TRUE(state.flush());
  }
  std::filesystem::rename(data / "state/CURRENT", data / "CURRENT");
  for (const auto access : {RocksState::Access::kFull, RocksState::Access::kLookOnly}) {
    RocksState state(data / "state", access);
    EXPECT_EQ(state.open().error().code, Errc::kDamaged);
  }
  std::filesystem::rename(data / "CURRENT", data / "state/CURRENT");
  RocksState state(data / "state");
  ASSERT_TRUE(state.open());
  EXPECT_EQ(names_in(state), std::vector<std::string>{"a"});
}

// RocksDB takes a list of tables that has lost its end for a shorter one, and would remove what that does not
// name.
TEST(RocksStateTest, OpeningRemovesNothing) {
  const TempDirectory data;
  for (const char* key : {"a", "b", "c"}) {
    RocksState state(data / "state");
    ASSERT_TRUE(state.open());
    ASSERT_TRUE(state.write({{key, std::string(100, 'x'), false}}));
    ASSERT_TRUE(state.flush());
  }
  const auto before = files_of(data / "state", ".sst");
  ASSERT_GE(before.size(), 2u);
  for (const std::string& list : files_of(data / "state", "MANIFEST"))
    std::filesystem::resize_file(list, std::filesystem::file_size(list) - 20);
  {
    RocksState state(data / "state");
    ASSERT_TRUE(state.open());
    EXPECT_LT(names_in(state).size(), 3u);
  }
  EXPECT_EQ(files_of(data / "state", ".sst"), before);
}

TEST(RocksStateTest, AMissingFileIsDamage) {
  const TempDirectory data;
  {
    RocksState state(data / "state");
    ASSERT_TRUE(state.open());
    ASSERT_TRUE(state.write({{"a", "1", false}}));
    ASSERT_TRUE(state.flush());
  }
  for (const char* what : {".sst", "MANIFEST"}) {
    for (const std::string& file : files_of(data / "state", what)) std::filesystem::remove(file);
    RocksState state(data / "state");
    Status opened = state.open();
    if (opened) opened = state.load([](std::string_view, std::string_view) -> Status { return {}; });
    ASSERT_FALSE(opened) << what;
    EXPECT_EQ(opened.error().code, Errc::kDamaged) << opened.error().message;
  }
}

TEST(RocksStateTest, ACheckpointOpensAsAStateOfItsOwn) {
  const TempDirectory data;
  RocksState state(data / "state");
  ASSERT_TRUE(state.open());
  ASSERT_TRUE(state.write({{"a", "1", false}, {"b", "2", false}}));
  ASSERT_TRUE(state.write({{"a", "", true}, {"c", "3", false}}));
  ASSERT_TRUE(state.checkpoint(data / "copy"));
  ASSERT_TRUE(state.write({{"d", "4", false}}));
  RocksState copy(data / "copy");
  ASSERT_TRUE(copy.open());
  std::string seen;
  ASSERT_TRUE(copy.load([&](std::string_view name, std::string_view value) -> Status {
    seen.append(name).append("=").append(value).append(" ");
    return {};
  }));
  EXPECT_EQ(seen, "b=2 c=3 ");
}

// No file may grow any more, of this process: as on a full disk, every write fails.
class NoSpace {
 public:
  NoSpace() {
    EXPECT_EQ(getrlimit(RLIMIT_FSIZE, &before_), 0);
    const rlimit none{0, before_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &none), 0);
  }
  NoSpace(const NoSpace&) = delete;
  NoSpace& operator=(const NoSpace&) = delete;
  ~NoSpace() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int) = signal(SIGXFSZ, SIG_IGN);
  rlimit before_{};
};

TEST(RocksStateTest, AnOpeningWithoutSpaceIsAnErrorAndLosesNothing) {
  const TempDirectory data;
  {
    RocksState state(data / "state");
    ASSERT_TRUE(state.open());
    ASSERT_TRUE(state.write({{"a", "1", false}}));
    ASSERT_TRUE(state.flush());
  }
  Status opened;
  {
    const NoSpace full;
    RocksState state(data / "state");
    ASSERT_TRUE(state.open()) << "to look, it needs none";
    opened = state.write({{"b", "2", false}});
  }
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("File too large"), std::string::npos) << opened.error().message;
  RocksState state(data / "state");
  ASSERT_TRUE(state.open());
  std::string found;
  ASSERT_TRUE(state.load([&](std::string_view name, std::string_view value) -> Status {
    found += std::string(name) + "=" + std::string(value);
    return {};
  }));
  EXPECT_EQ(found, "a=1");
}

TEST(RocksStateTest, WhatWasFlushedSurvivesAndTheRestMayBeLost) {
  const TempDirectory data;
  {
    RocksState state(data / "state");
    ASSERT_TRUE(state.open());
    ASSERT_TRUE(state.write({{"a", "1", false}}));
    ASSERT_TRUE(state.flush());
    ASSERT_TRUE(state.write({{"b", "2", false}}));
  }
  RocksState state(data / "state");
  ASSERT_TRUE(state.open());
  const auto names = names_in(state);
  ASSERT_FALSE(names.empty());
  EXPECT_EQ(names.front(), "a");
}

TEST(PosixDiskTest, DoesWhatThePortSays) {
  const TempDirectory data;
  auto disk = *PosixDisk::open_directory(data / "a/b/c/");
  EXPECT_EQ(disk->open("none").error().code, Errc::kNotFound);
  auto file = *disk->create("one");
  ASSERT_TRUE(file->write(10, "hello"));
  ASSERT_TRUE(file->sync());
  EXPECT_EQ(*file->size(), 15u);
  EXPECT_EQ(*file->read(8, 100), std::string("\0\0hello", 7));
  ASSERT_TRUE(disk->rename("one", "two"));
  ASSERT_TRUE(disk->sync_directory());
  EXPECT_EQ(*disk->list(), std::vector<std::string>{"two"});
  ASSERT_TRUE(disk->remove("two"));
  EXPECT_FALSE(disk->remove("two"));
}

TEST(PosixDiskTest, WhoHasTheLockMayTakeItAgainAndWhoWasRefusedMayTryAgain) {
  const TempDirectory data;
  auto one = *PosixDisk::open_directory(data / "d");
  const auto other = *PosixDisk::open_directory(data / "d");
  ASSERT_TRUE(one->lock());
  EXPECT_TRUE(one->lock());
  EXPECT_EQ(other->lock().error().code, Errc::kUnavailable);
  EXPECT_EQ(other->lock().error().code, Errc::kUnavailable);
  one.reset();
  EXPECT_TRUE(other->lock());
}

TEST(PosixDiskTest, APrivateFileIsNewAndItsOwners) {
  const TempDirectory data;
  auto disk = *PosixDisk::open_directory(data / "a");
  ASSERT_TRUE(disk->create_private("one"));
  EXPECT_EQ(std::filesystem::status(data / "a/one").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(disk->create_private("one").error().code, Errc::kConflict);
  std::filesystem::create_symlink(data / "nowhere", data / "a/link");
  EXPECT_EQ(disk->create_private("link").error().code, Errc::kConflict);
  EXPECT_FALSE(std::filesystem::exists(data / "nowhere"));
}

TEST(PosixDiskTest, ANewNameReplacesNothing) {
  const TempDirectory data;
  auto disk = *PosixDisk::open_directory(data / "a");
  ASSERT_TRUE((*disk->create("one"))->write(0, "first"));
  ASSERT_TRUE((*disk->create("two"))->write(0, "second"));
  EXPECT_EQ(disk->rename_to_new("one", "two").error().code, Errc::kConflict);
  EXPECT_EQ(*(*disk->open("two"))->read(0, 10), "second");
  EXPECT_EQ(*(*disk->open("one"))->read(0, 10), "first");
  ASSERT_TRUE(disk->rename_to_new("one", "three"));
  EXPECT_EQ(*disk->list(), (std::vector<std::string>{"three", "two"}));
  EXPECT_FALSE(disk->rename_to_new("one", "four"));
}

}  // namespace
}  // namespace batata::platform
