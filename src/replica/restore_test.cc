#include "replica/restore.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "sim/sim_member.h"
#include "tests/support/backup_bytes.h"

namespace batata::replica {
namespace {

using Member = sim::SimMember;

class RestoreTest : public testing::Test {
 protected:
  RestoreTest() {
    log::set_sink([](const log::Line&) {}, log::Level::kError);
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
      all += *part->bytes;
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
  static Result<Restored> restore_into(Member& member, const std::string& bytes) {
    auto backup = reader_of(bytes);
    if (auto opened = backup.open(); !opened) return tl::unexpected(opened.error());
    return restore(backup, member.disk, member.state);
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
  EXPECT_EQ(restored->revision.value, revision.value + RevisionGap().by);
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

TEST_F(RestoreTest, EveryFlippedBitAndEveryLengthIsFound) {
  Member member(runtime_);
  ASSERT_TRUE(member.opens());
  for (int i = 0; i < 5; ++i) member.put("key-" + std::to_string(i), "value");
  const std::string bytes = backup_of(member);
  ASSERT_TRUE(records_in(bytes));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    EXPECT_FALSE(records_in(damaged)) << at;
    EXPECT_FALSE(records_in(std::string_view(bytes).substr(0, at))) << at;
  }
  EXPECT_EQ(records_in(bytes + "x").error().code, Errc::kDamaged);
}

TEST_F(RestoreTest, RefusesADirectoryThatIsSomebodys) {
  Member member(runtime_);
  ASSERT_TRUE(member.opens());
  const std::string bytes = backup_of(member);
  member.end();
  EXPECT_EQ(restore_into(member, bytes).error().code, Errc::kConflict);
}

TEST_F(RestoreTest, RefusesAStateThatHoldsSomething) {
  Member member(runtime_), other(runtime_);
  ASSERT_TRUE(member.opens());
  member.put("key", "value");
  const std::string bytes = backup_of(member);
  other.state.records()["kold"] = std::string("\1\1\0old", 6);
  const auto before = other.state.records();
  EXPECT_EQ(restore_into(other, bytes).error().code, Errc::kConflict);
  EXPECT_EQ(other.state.records(), before);
  EXPECT_TRUE(other.disk.names().empty());
}

}  // namespace
}  // namespace batata::replica
