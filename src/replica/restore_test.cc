#include "replica/restore.h"

#include <gtest/gtest.h>

#include "async/scope.h"
#include "base/log.h"
#include "replica/node.h"
#include "replica/node_backups.h"
#include "replica/repair.h"
#include "sim/sim_disk.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"
#include "sim/sim_state.h"

namespace batata::replica {
namespace {

// A node with all that it stands on.
struct Member {
  explicit Member(sim::SimRuntime& r) : runtime(r) {}
  ~Member() { end(); }
  testing::AssertionResult opens() {
    const auto opened = open();
    return opened ? testing::AssertionSuccess() : testing::AssertionFailure() << opened.error().message;
  }
  Status open() {
    constexpr auto kSync = std::chrono::milliseconds(1);
    log_executor = std::make_unique<sim::SimExecutor>(runtime, kSync, kSync);
    state_executor = std::make_unique<sim::SimExecutor>(runtime, kSync, kSync);
    NodeOptions options;
    options.segment_bytes = 64u << 10;
    options.state_batch_bytes = 1u << 10;
    node = std::make_unique<Node>(runtime, disk, *log_executor, state, *state_executor, options);
    scope = std::make_unique<Scope>(runtime);
    backups = std::make_unique<NodeBackups>(runtime, *node, state, *state_executor);
    return node->open();
  }
  void end() {
    scope.reset();
    backups.reset();
    node.reset();
    runtime.clear();
    log_executor.reset();
    state_executor.reset();
    disk.end_process();
  }
  void put(const std::string& key, std::string value) {
    bool done = false;
    scope->spawn(write(*node, {{}, {store::Put{key, std::move(value), {}}}}, done));
    while (!done) runtime.run_for(std::chrono::milliseconds(1));
  }
  static Task<void> write(Node& node, store::Txn txn, bool& done) {
    EXPECT_TRUE(co_await node.propose({}, std::move(txn)));
    done = true;
  }
  std::string get(const std::string& key) const {
    const auto kv = node->store().latest().get(key);
    return kv == nullptr ? "" : kv->value;
  }

  sim::SimRuntime& runtime;
  sim::SimPower power;
  sim::SimDisk disk{power};
  sim::SimState state{power};
  std::unique_ptr<sim::SimExecutor> log_executor, state_executor;
  std::unique_ptr<Node> node;
  std::unique_ptr<NodeBackups> backups;
  std::unique_ptr<Scope> scope;
};

class RestoreTest : public testing::Test {
 protected:
  RestoreTest() {
    log::set_sink([](log::Level, std::string_view) {}, log::Level::kError);
  }
  static Task<void> take(NodeBackups& backups, Result<std::string>& bytes, std::function<void()> between) {
    const auto begun = co_await backups.begin();
    if (!begun) {
      bytes = tl::unexpected(begun.error());
      co_return;
    }
    std::string all;
    for (std::uint64_t number = 0;; ++number) {
      const auto part = co_await backups.part(begun->id, number);
      if (!part) {
        bytes = tl::unexpected(part.error());
        co_return;
      }
      all += part->bytes;
      if (part->last) break;
      if (between) between();
    }
    bytes = std::move(all);
  }
  static std::string backup_of(Member& member) {
    Result<std::string> bytes = fail(Errc::kInternal, "not ended");
    member.scope->spawn(take(*member.backups, bytes, {}));
    member.runtime.run_for(std::chrono::minutes(1));
    EXPECT_TRUE(bytes) << bytes.error().message;
    return bytes.value_or("");
  }
  static BackupReader reader_of(const std::string& bytes) {
    return BackupReader([&bytes, at = std::size_t{0}](std::size_t count) mutable -> Result<std::string> {
      std::string piece = bytes.substr(std::min(at, bytes.size()), count);
      at += piece.size();
      return piece;
    });
  }
  static Result<Restored> restore_into(Member& member, const std::string& bytes) {
    auto backup = reader_of(bytes);
    if (auto opened = backup.open(); !opened) return tl::unexpected(opened.error());
    return restore(backup, member.disk, member.state);
  }
  // Reads a backup to its end.
  static Status check(const std::string& bytes) {
    auto backup = reader_of(bytes);
    if (auto opened = backup.open(); !opened) return opened;
    for (;;) {
      auto block = backup.next();
      if (!block) return tl::unexpected(block.error());
      if (!*block) return {};
    }
  }

  sim::SimRuntime runtime_{1};
};

TEST_F(RestoreTest, ABackupMakesAMemberThatHasAllOfItAndGrowsOn) {
  Member member(runtime_), other(runtime_);
  ASSERT_TRUE(member.opens());
  for (int i = 0; i < 100; ++i)
    member.put("key-" + std::to_string(i), std::string(1000, 'v') + std::to_string(i));
  const std::string bytes = backup_of(member);
  const Revision revision = member.node->store().revision();
  const auto keys = member.node->store().latest().range(store::KeyRange::prefix(""));
  const auto restored = restore_into(other, bytes);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(restored->revision.value, revision.value + RestoreOptions().revision_gap);
  member.end();
  ASSERT_TRUE(other.opens());
  EXPECT_EQ(other.node->store().revision(), restored->revision);
  const auto theirs = other.node->store().latest().range(store::KeyRange::prefix(""));
  ASSERT_EQ(theirs.size(), keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(theirs[i]->key, keys[i]->key);
    EXPECT_EQ(theirs[i]->value, keys[i]->value);
    EXPECT_EQ(theirs[i]->modified, keys[i]->modified);
  }
  other.put("key-1", "after");
  EXPECT_EQ(other.node->store().latest().get("key-1")->modified, Revision{restored->revision.value + 1});
  other.end();
  ASSERT_TRUE(other.opens()) << "it is a directory like any other";
  EXPECT_EQ(other.get("key-1"), "after");
}

TEST_F(RestoreTest, ABackupIsAsItStoodWhateverIsWrittenMeanwhile) {
  Member member(runtime_), other(runtime_);
  ASSERT_TRUE(member.opens());
  constexpr int kKeys = 300;
  const std::string large(100'000, 'x');  // several parts
  for (int i = 0; i < kKeys; ++i) member.put("key-" + std::to_string(i), large + "before");
  Result<std::string> bytes = fail(Errc::kInternal, "not ended");
  int between = 0;
  Scope scope(runtime_);
  scope.spawn(take(*member.backups, bytes, [&] {
    ++between;
    for (int i = 0; i < kKeys; i += 7)
      member.scope->spawn([](Node& node, std::string key) -> Task<void> {
        (void)co_await node.propose({}, {{}, {store::Put{std::move(key), "during", {}}}});
      }(*member.node, "key-" + std::to_string(i)));
  }));
  runtime_.run_for(std::chrono::minutes(2));
  ASSERT_TRUE(bytes) << bytes.error().message;
  EXPECT_GT(between, 3);
  EXPECT_EQ(member.get("key-0"), "during");
  ASSERT_TRUE(restore_into(other, *bytes));
  member.end();
  ASSERT_TRUE(other.opens());
  for (int i = 0; i < kKeys; ++i) EXPECT_TRUE(other.get("key-" + std::to_string(i)).ends_with("before")) << i;
}

TEST_F(RestoreTest, OneBackupAtATimeAndOnlyForThoseWhoAsk) {
  Member member(runtime_);
  ASSERT_TRUE(member.opens());
  member.put("key", "value");
  using Begun = Result<cluster::Backups::Begun>;
  const auto begin = [&] {
    Begun begun = fail(Errc::kInternal, "not ended");
    member.scope->spawn([](NodeBackups& backups, Begun& out) -> Task<void> {
      out = co_await backups.begin();
    }(*member.backups, begun));
    runtime_.run_for(std::chrono::seconds(1));
    return begun;
  };
  using Part = Result<cluster::Backups::Part>;
  const auto part = [&](const std::string& id, std::uint64_t number) {
    Part got = fail(Errc::kInternal, "not ended");
    member.scope->spawn([](NodeBackups& backups, std::string name, std::uint64_t n, Part& out) -> Task<void> {
      out = co_await backups.part(std::move(name), n);
    }(*member.backups, id, number, got));
    runtime_.run_for(std::chrono::seconds(1));
    return got;
  };
  const auto first = begin();
  ASSERT_TRUE(first);
  EXPECT_EQ(begin().error().code, Errc::kUnavailable) << "another one is under way";
  EXPECT_EQ(part("another", 0).error().code, Errc::kNotFound);
  EXPECT_EQ(part(first->id, 1).error().code, Errc::kInvalidArgument);
  const auto once = part(first->id, 0), again = part(first->id, 0);
  ASSERT_TRUE(once && again);
  EXPECT_TRUE(once->last);
  EXPECT_EQ(once->bytes, again->bytes) << "an answer may get lost";
  EXPECT_EQ(part(first->id, 1).error().code, Errc::kInvalidArgument) << "there is no more";
  const auto second = begin();
  ASSERT_TRUE(second) << "the first has ended";
  runtime_.run_for(NodeBackups::kIdleMax);
  EXPECT_EQ(part(second->id, 0).error().code, Errc::kNotFound) << "nobody asked for a minute";
  EXPECT_TRUE(begin());
}

TEST_F(RestoreTest, EveryFlippedBitAndEveryLengthIsFound) {
  Member member(runtime_);
  ASSERT_TRUE(member.opens());
  for (int i = 0; i < 5; ++i) member.put("key-" + std::to_string(i), "value");
  const std::string bytes = backup_of(member);
  ASSERT_TRUE(check(bytes));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    EXPECT_FALSE(check(damaged)) << at;
    EXPECT_FALSE(check(bytes.substr(0, at))) << at;
  }
  EXPECT_EQ(check(bytes + "x").error().code, Errc::kDamaged);
}

TEST_F(RestoreTest, RefusesADirectoryThatIsSomebodys) {
  Member member(runtime_);
  ASSERT_TRUE(member.opens());
  const std::string bytes = backup_of(member);
  member.end();
  EXPECT_EQ(restore_into(member, bytes).error().code, Errc::kConflict);
}

class RepairTest : public RestoreTest {
 protected:
  // A member with several log files, that was killed.
  static void fill(Member& member) {
    ASSERT_TRUE(member.opens());
    for (int i = 0; i < 40; ++i) member.put("key-" + std::to_string(i), std::string(8000, 'v'));
    member.end();
    ASSERT_GT(member.disk.names().size(), 4u);
  }
  static std::string log_file(const Member& member, std::size_t number) {
    for (const std::string& name : member.disk.names())
      if (name.starts_with("log-") && number-- == 0) return name;
    return {};
  }
  static void flip(Member& member, const std::string& name, std::size_t offset) {
    member.disk.contents(name).at(offset) ^= 1;
  }
  static int kept(const Member& member) {
    int count = 0;
    while (!member.get("key-" + std::to_string(count)).empty()) ++count;
    return count;
  }
};

TEST_F(RepairTest, DropsTheLogFromTheDamageOn) {
  Member member(runtime_);
  fill(member);
  flip(member, log_file(member, 1), 30'000);
  ASSERT_EQ(member.open().error().code, Errc::kDamaged);
  member.end();
  member.state.records().clear();  // as if it had never been flushed: the log is all there is
  const auto repaired = drop_tail(member.disk, member.state);
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_FALSE(repaired->log_begun_anew);
  ASSERT_TRUE(member.opens());
  EXPECT_GT(kept(member), 7);
  EXPECT_LT(kept(member), 20);
  member.put("after", "x");
  member.end();
  ASSERT_TRUE(member.opens());
  EXPECT_EQ(member.get("after"), "x");
}

TEST_F(RepairTest, WhatTheStateHoldsIsKeptThoughTheLogIsGone) {
  Member member(runtime_);
  fill(member);
  ASSERT_TRUE(member.opens());
  const int count = kept(member);
  ASSERT_EQ(count, 40);
  member.put("last", "x");
  bool stopped = false;
  member.scope->spawn([](Node& node, bool& done) -> Task<void> {
    co_await node.stop();
    done = true;
  }(*member.node, stopped));
  runtime_.run_for(std::chrono::seconds(10));
  ASSERT_TRUE(stopped);
  member.end();
  for (const std::string& name : member.disk.names())
    if (name.starts_with("log-")) flip(member, name, 100);  // between header and records
  flip(member, log_file(member, 0), 10);
  ASSERT_EQ(member.open().error().code, Errc::kDamaged);
  member.end();
  const auto repaired = drop_tail(member.disk, member.state);
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_TRUE(repaired->log_begun_anew);
  ASSERT_TRUE(member.opens());
  EXPECT_EQ(kept(member), 40);
  EXPECT_EQ(member.get("last"), "x");
}

TEST_F(RepairTest, AMissingFileIsTheEndOfTheLog) {
  Member member(runtime_);
  fill(member);
  member.state.records().clear();
  member.disk.forget(log_file(member, 2));
  ASSERT_EQ(member.open().error().code, Errc::kDamaged);
  member.end();
  ASSERT_TRUE(drop_tail(member.disk, member.state));
  ASSERT_TRUE(member.opens());
  EXPECT_GT(kept(member), 10);
  EXPECT_LT(kept(member), 25);
}

TEST_F(RepairTest, WithoutTermAndVoteTheTermGoesFarAhead) {
  Member member(runtime_);
  fill(member);
  for (std::size_t slot : {std::size_t{0}, std::size_t{4096}}) flip(member, "hard_state", slot + 26);
  ASSERT_EQ(member.open().error().code, Errc::kDamaged);
  member.end();
  const auto repaired = drop_tail(member.disk, member.state);
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_TRUE(repaired->term_guessed);
  ASSERT_TRUE(member.opens());
  EXPECT_GT(member.node->status().term, Term{1'000'000});
  EXPECT_EQ(kept(member), 40);
}

TEST_F(RepairTest, WithoutAnythingBeforeTheDamageOnlyABackupHelps) {
  Member member(runtime_);
  fill(member);
  member.state.records().clear();
  flip(member, log_file(member, 0), 10);
  EXPECT_EQ(drop_tail(member.disk, member.state).error().code, Errc::kDamaged);
}

}  // namespace
}  // namespace batata::replica
