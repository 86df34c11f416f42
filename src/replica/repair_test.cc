#include "replica/repair.h"

#include <gtest/gtest.h>

#include <map>

#include "base/hash.h"
#include "base/log.h"
#include "replica/load_state.h"
#include "replica/log.h"
#include "replica/log_salvage.h"
#include "replica/record.h"
#include "replica/segment.h"
#include "sim/sim_member.h"

namespace batata::replica {
namespace {

using Member = sim::SimMember;

constexpr int kKeys = 40;

class RepairTest : public testing::Test {
 protected:
  RepairTest() {
    log::set_sink([](const log::Line&) {}, log::Level::kError);
    fill();
  }

  // A new member with several log files that was killed. Its state was flushed behind the key with that
  // number, or never.
  void fill(int flushed_behind = -1) {
    member_ = std::make_unique<Member>(runtime_);
    fresh_ = std::make_unique<sim::SimDisk>(power_);
    ASSERT_TRUE(member_->opens());
    for (int i = 0; i < kKeys; ++i) {
      put("key-" + std::to_string(i));
      if (i == flushed_behind) flush();
    }
    lose_memory();
    ASSERT_EQ(member_->state.records().empty(), flushed_behind < 0);
  }
  // As kill -9 does.
  void lose_memory() {
    member_->end();
    member_->state.crash([] { return 0; });
  }
  void put(const std::string& key) { member_->put(key, key + std::string(8000, 'v')); }
  void flush() {
    bool flushed = false;
    member_->scope->spawn([](Node& node, bool& done) -> Task<void> {
      done = (co_await node.read_state([](const std::unique_ptr<StateReader>&) {})).has_value();
    }(*member_->node, flushed));
    runtime_.run_for(std::chrono::seconds(10));
    ASSERT_TRUE(flushed);
  }
  std::vector<std::string> logs() {
    std::vector<std::string> names = member_->disk.names();
    std::erase_if(names, [](const std::string& name) { return !name.starts_with("log-"); });
    return names;
  }
  void flip(const std::string& name, std::size_t offset) { member_->disk.contents(name).at(offset) ^= 1; }
  void expect_refused() {
    const auto opened = member_->open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::kDamaged) << opened.error().message;
    member_->end();
  }
  // Repairs, and starts a member on what has been made.
  Result<Repaired> repair(const RepairOptions& options = {}) {
    store::Store store;
    const auto position = load_state(member_->state, store);
    if (!position) return tl::unexpected(position.error());
    const auto before = contents_of(member_->disk);
    auto repaired = replica::repair(member_->disk, *position, *fresh_, options);
    EXPECT_TRUE(contents_of(member_->disk) == before) << "what is damaged was changed";
    return repaired;
  }
  void start_repaired(const std::string& what = "") {
    for (const std::string& name : member_->disk.names()) member_->disk.forget(name);
    for (const std::string& name : fresh_->names()) {
      auto file = member_->disk.create(name);
      ASSERT_TRUE(file && (*file)->write(0, fresh_->contents(name)));
    }
    ASSERT_TRUE(member_->opens()) << what;
  }
  void expect_nothing_lost() {
    expect_refused();
    const auto repaired = repair();
    ASSERT_TRUE(repaired) << repaired.error().message;
    EXPECT_TRUE(repaired->whole);
    start_repaired();
    EXPECT_EQ(kept(), kKeys);
    EXPECT_EQ(revision(), static_cast<std::uint64_t>(kKeys));
  }
  static std::map<std::string, std::string> contents_of(sim::SimDisk& disk) {
    std::map<std::string, std::string> contents;
    for (const std::string& name : disk.names()) contents[name] = disk.contents(name);
    return contents;
  }
  int kept() {
    int count = 0;
    while (!member_->get("key-" + std::to_string(count)).empty()) ++count;
    return count;
  }
  [[nodiscard]] std::uint64_t revision() const { return member_->node->store().revision().value; }
  // Of a key that was put once, without gaps before it.
  [[nodiscard]] std::uint64_t modified(int number) const {
    return member_->node->store().latest().get("key-" + std::to_string(number))->modified.value;
  }

  sim::SimRuntime runtime_{1};
  std::unique_ptr<Member> member_;
  sim::SimPower power_;
  std::unique_ptr<sim::SimDisk> fresh_;
};

TEST_F(RepairTest, WhatLiesBehindTheDamageIsLostAndItsRevisionsAreNotGivenOutAgain) {
  flip(logs()[1], 30'000);
  expect_refused();
  const auto repaired = repair();
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_FALSE(repaired->whole);
  EXPECT_FALSE(repaired->term_guessed);
  EXPECT_GT(repaired->seen, repaired->last);
  start_repaired();
  const int count = kept();
  EXPECT_GT(count, 7);
  EXPECT_LT(count, 20);
  EXPECT_EQ(modified(count - 1), static_cast<std::uint64_t>(count));
  EXPECT_EQ(revision(), count + RevisionGap().by);
  member_->put("after", "x");
  EXPECT_EQ(revision(), count + RevisionGap().by + 1);
  lose_memory();
  ASSERT_TRUE(member_->opens()) << "it is a directory like any other";
  EXPECT_EQ(member_->get("after"), "x");
  EXPECT_EQ(revision(), count + RevisionGap().by + 1);
}

TEST_F(RepairTest, DamageInWhatTheStateHoldsCostsNothing) {
  fill(30);
  const std::string file = logs().front();  // it ends behind the state
  flip(file, kRecordsAt + 100);
  expect_nothing_lost();
}

TEST_F(RepairTest, ALogThatBeginsBehindTheStateIsOfNoUse) {
  fill(30);
  member_->disk.forget(logs().front());
  expect_refused();
  const auto repaired = repair();
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_FALSE(repaired->whole);
  EXPECT_EQ(repaired->last, LogIndex{32}) << "of the state";
  start_repaired();
  EXPECT_EQ(kept(), 31);
}

TEST_F(RepairTest, WhatTheStateHoldsIsKeptThoughTheLogIsGone) {
  fill(kKeys - 1);
  for (const std::string& name : logs()) member_->disk.forget(name);
  expect_refused();
  const auto repaired = repair();
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_FALSE(repaired->whole) << "nobody knows what else was in the log";
  start_repaired();
  EXPECT_EQ(kept(), kKeys);
  EXPECT_EQ(revision(), kKeys + RevisionGap().by);
}

TEST_F(RepairTest, AMissingFileIsTheEndOfTheLog) {
  member_->disk.forget(logs()[2]);
  expect_refused();
  ASSERT_TRUE(repair());
  start_repaired();
  EXPECT_GT(kept(), 10);
  EXPECT_LT(kept(), 25);
}

TEST_F(RepairTest, SoIsTheNewestOne) {
  member_->disk.forget(logs().back());
  expect_refused();
  const auto repaired = repair();
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_FALSE(repaired->whole);
  start_repaired();
  EXPECT_GT(kept(), 25);
  EXPECT_LT(kept(), kKeys);
}

TEST_F(RepairTest, AHeaderIsMadeAgainOfWhatSurroundsIt) {
  for (const std::size_t number : {0u, 2u}) flip(logs()[number], 10);
  expect_nothing_lost();
}

TEST_F(RepairTest, WhatTheDiskCannotReadIsDamageToo) {
  member_->disk.make_unreadable(logs()[1], 30'000);
  expect_refused();
  const auto repaired = repair();
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_FALSE(repaired->whole);
  EXPECT_GT(repaired->seen, repaired->last);
  start_repaired();
  EXPECT_GT(kept(), 9) << "what lies before it in the file is read";
  EXPECT_LT(kept(), 20);
}

TEST_F(RepairTest, EachBlockThatCannotBeReadIsAskedForOnce) {
  for (const std::uint64_t offset : {20'000u, 40'000u}) member_->disk.make_unreadable(logs()[1], offset);
  ASSERT_TRUE(repair());
  // Once in a large piece and once by itself, by each of those who read the file.
  EXPECT_LE(member_->disk.failed_reads(), 12u);
}

TEST_F(RepairTest, ALastWriteThatDoesNotCheckMayBeOneThatWasAcknowledged) {
  std::string& newest = member_->disk.contents(logs().back());
  newest.at(newest.find_last_not_of('\0') - 100) ^= 1;
  member_->disk.forget("hard_state");
  expect_refused();
  const auto repaired = repair();
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_FALSE(repaired->whole);
  start_repaired();
  EXPECT_EQ(kept(), kKeys - 1);
  EXPECT_EQ(revision(), kKeys - 1 + RevisionGap().by);
}

TEST_F(RepairTest, ASecondRepairGoesBehindWhatCameAfterTheFirst) {
  flip(logs()[1], 30'000);
  RepairOptions options;
  options.gap.now = WallTime{1'790'000'000'000};
  ASSERT_TRUE(repair(options));
  start_repaired();
  put("after");
  const std::uint64_t given_out = revision();
  lose_memory();
  const std::string first = logs().front();
  flip(first, member_->disk.contents(first).find_last_not_of('\0') - 60);  // in the first repair's command
  fresh_ = std::make_unique<sim::SimDisk>(power_);
  options.gap.now.ms += 1;
  ASSERT_TRUE(repair(options));
  start_repaired();
  EXPECT_EQ(member_->get("after"), "");
  EXPECT_GT(revision(), given_out);
}

TEST_F(RepairTest, AFoundingEntryIsMadeAnew) {
  for (const std::size_t offset : {kRecordsAt + 20, kRecordsAt + kRecordHeaderBytes + 5}) {
    fill();
    flip(logs().front(), offset);
    expect_nothing_lost();
    member_->end();
  }
}

// As a restored log may begin: what was before its second entry is in the state, and that is gone.
TEST_F(RepairTest, NoFoundingEntryIsMadeForALogThatNeverHadOne) {
  sim::SimDisk restored(power_);
  Log log(restored, 64u << 10);
  ASSERT_TRUE(log.open([](const raft::Entry&) {}));
  for (std::uint64_t index = 2; index < 5; ++index) {
    const raft::Entry entry{LogIndex{index}, Term{1}, raft::EntryType::kBarrier,
                            std::make_shared<const std::string>()};
    ASSERT_TRUE(log.append(std::span(&entry, 1), false));
  }
  const auto repaired = replica::repair(restored, std::nullopt, *fresh_);
  ASSERT_FALSE(repaired);
  EXPECT_EQ(repaired.error().code, Errc::kDamaged);
}

TEST_F(RepairTest, WhatTakesThePlaceOfLostEntriesIsOfATermOfItsOwn) {
  flip(logs()[1], 30'000);
  const auto repaired = repair();
  ASSERT_TRUE(repaired) << repaired.error().message;
  std::map<std::uint64_t, std::uint64_t> before, after;  // the term of each index
  ASSERT_TRUE(salvage_log(member_->disk, {[&](const raft::Entry& entry) -> Status {
                                            before[entry.index.value] = entry.term.value;
                                            return {};
                                          },
                                          [](const std::string&) {}}));
  ASSERT_TRUE(Log(*fresh_, 64u << 10).open([&](const raft::Entry& entry) {
    after[entry.index.value] = entry.term.value;
  }));
  EXPECT_GT(after.rbegin()->second, before.rbegin()->second);
  EXPECT_EQ(after.rbegin()->first, repaired->last.value + 1);
}

TEST_F(RepairTest, AnOlderHardStateIsNoHardState) {
  const std::string before = member_->disk.contents("hard_state");
  for (int starts = 0; starts < 3; ++starts) {
    ASSERT_TRUE(member_->opens());
    put("more-" + std::to_string(starts));
    lose_memory();
  }
  member_->disk.contents("hard_state") = before;
  expect_refused();
  const auto repaired = repair();
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_TRUE(repaired->term_guessed);
  EXPECT_TRUE(repaired->whole);
  start_repaired();
  EXPECT_EQ(kept(), kKeys);
}

// Of any of its parts but the last record that the state holds, which vouches for the first that it does not.
TEST_F(RepairTest, AFlippedBitAnywhereInWhatTheStateHoldsCostsNothing) {
  fill(30);
  const std::string file = logs().front();
  const std::string sound = member_->disk.contents(file);
  const auto end_of_state = sound.find("key-31");
  ASSERT_NE(end_of_state, std::string::npos);
  const std::size_t record = end_of_state / 8 * 8 - 200;  // well before it
  for (std::size_t at = kRecordsAt; at < record; at += 97) {
    flip(file, at);
    const auto repaired = repair();
    ASSERT_TRUE(repaired) << repaired.error().message;
    EXPECT_TRUE(repaired->whole) << at;
    member_->disk.contents(file) = sound;
    fresh_ = std::make_unique<sim::SimDisk>(power_);
  }
}

TEST_F(RepairTest, WithoutTermAndVoteTheTermGoesFarAheadAndNothingIsLost) {
  for (const bool is_missing : {false, true}) {
    for (std::size_t slot : {std::size_t{0}, std::size_t{4096}}) flip("hard_state", slot + 26);
    if (is_missing) member_->disk.forget("hard_state");
    expect_refused();
    const auto repaired = repair();
    ASSERT_TRUE(repaired) << repaired.error().message;
    EXPECT_TRUE(repaired->term_guessed);
    EXPECT_TRUE(repaired->whole);
    start_repaired();
    EXPECT_GT(member_->node->status().term, Term{1'000'000});
    EXPECT_EQ(kept(), kKeys);
    EXPECT_EQ(revision(), static_cast<std::uint64_t>(kKeys));
    member_->end();
    fresh_ = std::make_unique<sim::SimDisk>(power_);
  }
}

TEST_F(RepairTest, WithoutAnythingBeforeTheDamageOnlyABackupHelps) {
  member_->disk.forget(logs().front());
  expect_refused();
  const auto repaired = repair();
  ASSERT_FALSE(repaired);
  EXPECT_EQ(repaired.error().code, Errc::kDamaged);
}

TEST_F(RepairTest, AStateOfAnotherHistoryIsNotContinued) {
  fill(30);
  auto& value = member_->state.records().at(std::string(kPositionName));
  auto position = decode_position(value);
  ASSERT_TRUE(position);
  position->term = Term{77};
  value = encode(*position).value;
  const auto repaired = repair();
  ASSERT_FALSE(repaired);
  EXPECT_NE(repaired.error().message.find("not of one history"), std::string::npos);
}

// Whatever is damaged, and wherever: a start works on what was repaired, all that lies before the damage or
// in the state is there, and what calls itself whole is.
TEST_F(RepairTest, AnyDamageCostsAtMostWhatLiesBehindIt) {
  enum class Damage { kFlip, kZeroes, kUnreadable, kMissing, kShort };
  int wholes = 0, losses = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    auto dice = [seed, thrown = 0](std::uint64_t n) mutable {
      return hash64(std::to_string(++thrown), seed) % n;
    };
    const int flushed = static_cast<int>(dice(kKeys * 3 / 2)) - kKeys / 2;  // negative: never
    fill(std::max(flushed, -1));
    const std::string name = logs()[dice(logs().size())];
    std::string& content = member_->disk.contents(name);
    const std::size_t at = dice(5) == 0 ? dice(kRecordsAt) : dice(content.size());
    const auto damage = static_cast<Damage>(dice(5));
    switch (damage) {
      case Damage::kFlip:
        content[at] ^= 1;
        break;
      case Damage::kZeroes:
        content.replace(at / 512 * 512, 512, 512, '\0');
        break;
      case Damage::kUnreadable:
        member_->disk.make_unreadable(name, at);
        break;
      case Damage::kMissing:
        member_->disk.forget(name);
        break;
      case Damage::kShort:
        content.resize(at);
        break;
    }
    const std::string what = "seed " + std::to_string(seed) + " file " + name + " at " + std::to_string(at);
    const auto opened = member_->open();
    lose_memory();
    if (opened) continue;  // it hurts nothing, or looks like a last write that was not whole
    EXPECT_EQ(opened.error().code, Errc::kDamaged) << what << ": " << opened.error().message;
    const auto repaired = repair();
    if (!repaired) {
      EXPECT_EQ(repaired.error().code, Errc::kDamaged);
      EXPECT_LT(flushed, 0) << what << ": " << repaired.error().message;
      continue;
    }
    start_repaired(what);
    EXPECT_GE(kept(), flushed + 1) << what;
    if (repaired->whole) EXPECT_EQ(kept(), kKeys) << what;
    EXPECT_EQ(revision(), kept() + (repaired->whole ? 0 : RevisionGap().by)) << what;
    ++(repaired->whole ? wholes : losses);
    member_->end();
  }
  EXPECT_GT(wholes, 5);
  EXPECT_GT(losses, 20);
}

}  // namespace
}  // namespace batata::replica
