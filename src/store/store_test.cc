#include "store/store.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "store/record_check.h"
#include "store/records.h"

namespace batata::store {
namespace {

using std::chrono::milliseconds;

Applied apply(Store& store, std::vector<Op> then, std::vector<Unchanged> when = {}, std::int64_t at = 0) {
  return store.apply(Command{0, WallTime{at}, {std::move(when), std::move(then)}});
}

TEST(StoreTxn, AllOperationsShareOneRevision) {
  Store store;
  const Applied applied = apply(store, {Put{"a", "1", {}}, Put{"b", "2", {}}, Erase{KeyRange::one("a")}});
  EXPECT_EQ(applied.result.revision, Revision{1});
  ASSERT_EQ(applied.events.size(), 3u);
  for (const Event& event : applied.events) EXPECT_EQ(event.revision, Revision{1});
  EXPECT_EQ(store.latest().get("a"), nullptr);
  EXPECT_EQ(store.latest().get("b")->value, "2");
}

TEST(StoreTxn, FailedCompareChangesNothing) {
  Store store;
  apply(store, {Put{"a", "1", {}}});
  const std::uint64_t digest = store.digest();
  const Applied applied =
      apply(store, {Put{"a", "2", {}}, Put{"b", "2", {}}}, {{KeyRange::one("a"), Revision{0}}});
  EXPECT_FALSE(applied.result.applied);
  EXPECT_TRUE(applied.events.empty());
  EXPECT_TRUE(applied.changes.empty());
  EXPECT_EQ(store.digest(), digest);
}

TEST(StoreTxn, AnErasureCountsAsAChange) {
  Store store;
  apply(store, {Put{"a", "1", {}}});
  apply(store, {Erase{KeyRange::one("a")}});
  EXPECT_FALSE(apply(store, {Put{"a", "2", {}}}, {{KeyRange::one("a"), Revision{1}}}).result.applied);
  EXPECT_TRUE(apply(store, {Put{"a", "2", {}}}, {{KeyRange::one("a"), Revision{2}}}).result.applied);
}

TEST(StoreTxn, WritingNothingDoesNotRaiseTheRevision) {
  Store store;
  EXPECT_EQ(apply(store, {}).result.revision, Revision{0});
  EXPECT_EQ(apply(store, {Erase{KeyRange::prefix("none")}}).result.revision, Revision{0});
  EXPECT_TRUE(apply(store, {Erase{KeyRange::prefix("none")}}).result.applied);
}

TEST(StoreLease, APutUnderAnUnknownLeaseFailsTheWhole) {
  Store store;
  EXPECT_FALSE(apply(store, {Put{"a", "1", {}}, Put{"b", "1", LeaseId{5}}}).result.applied);
  EXPECT_EQ(store.size(), 0u);
}

TEST(StoreLease, EndsByTheTimeOfALaterCommandAndTakesItsKeys) {
  Store store;
  apply(store, {Grant{LeaseId{1}, milliseconds(100)}, Put{"a", "1", LeaseId{1}}}, {}, 1'000);
  EXPECT_EQ(store.next_expiry(), WallTime{1'100});
  apply(store, {}, {}, 1'099);
  EXPECT_NE(store.latest().get("a"), nullptr);
  const Applied applied = apply(store, {Put{"b", "1", {}}}, {}, 1'100);
  EXPECT_EQ(store.latest().get("a"), nullptr);
  ASSERT_EQ(applied.events.size(), 2u);
  EXPECT_EQ(applied.events[0].revision, Revision{2});
  EXPECT_EQ(applied.events[1].revision, Revision{3});
  EXPECT_FALSE(store.next_expiry());
}

TEST(StoreLease, AGrantAgainBeginsAnew) {
  Store store;
  apply(store, {Grant{LeaseId{1}, milliseconds(100)}, Put{"a", "1", LeaseId{1}}}, {}, 1'000);
  apply(store, {Grant{LeaseId{1}, milliseconds(100)}}, {}, 1'090);
  apply(store, {}, {}, 1'150);
  EXPECT_NE(store.latest().get("a"), nullptr);
}

TEST(StoreLease, TimeNeverGoesBack) {
  Store store;
  apply(store, {}, {}, 5'000);
  apply(store, {Grant{LeaseId{1}, milliseconds(10)}}, {}, 1'000);
  EXPECT_EQ(store.time(), WallTime{5'000});
  EXPECT_EQ(store.next_expiry(), WallTime{5'010});
}

TEST(StoreTxn, AnAdvanceLeavesRoomForWritesThatCanBeRestored) {
  Store store, twin;
  apply(store, {Advance{UINT64_MAX, Revision{UINT64_MAX}}});
  apply(store, {Advance{UINT64_MAX, Revision{UINT64_MAX}}});
  apply(store, {Put{"k", "v", {}}});
  for (const Record& record : store.snapshot()) EXPECT_TRUE(twin.restore(record.name, record.value));
  EXPECT_EQ(twin.digest(), store.digest());
}

TEST(StoreTxn, TheBytesAreThoseOfTheKeysThatAreThere) {
  Store store, twin;
  apply(store, {Put{"key", "value", {}}, Put{"k", "v", {}}});
  EXPECT_EQ(store.bytes(), 10u);
  apply(store, {Put{"key", "a longer value", {}}});
  EXPECT_EQ(store.bytes(), 19u);
  for (const Record& record : store.snapshot()) EXPECT_TRUE(twin.restore(record.name, record.value));
  EXPECT_EQ(twin.bytes(), 19u);
  apply(store, {Erase{KeyRange::one("key")}});
  EXPECT_EQ(store.bytes(), 2u);
}

TEST(StoreLease, AClockBeyondAllTimesLeavesAStateThatCanBeRestored) {
  Store store, twin;
  for (const std::int64_t wild : {INT64_MIN, std::int64_t{-1}, kTimeMax.ms + 1, INT64_MAX}) {
    Command command;
    command.proposed_at = {wild};
    command.txn.then = {Grant{LeaseId{1}, std::chrono::seconds(10)}, Put{"k", "v", LeaseId{1}}};
    (void)store.apply(command);
    EXPECT_TRUE(is_in_range(store.time())) << wild;
  }
  for (const Record& record : store.snapshot()) EXPECT_TRUE(twin.restore(record.name, record.value));
  EXPECT_EQ(twin.digest(), store.digest());
}

TEST(StoreLease, NoTimeToLiveOverflows) {
  Store store;
  apply(store, {Grant{LeaseId{1}, milliseconds(INT64_MAX)}}, {}, INT64_MAX - 10);
  EXPECT_EQ(store.next_expiry(), (WallTime{kTimeMax.ms + records::kLeaseMax.count()}));
  apply(store, {Grant{LeaseId{2}, milliseconds(-5)}}, {}, INT64_MAX - 5);
  EXPECT_EQ(store.next_expiry(), kTimeMax);
}

TEST(StoreLease, AKeyWrittenAgainLeavesItsLease) {
  Store store;
  apply(store, {Grant{LeaseId{1}, milliseconds(10)}, Put{"a", "1", LeaseId{1}}}, {}, 1'000);
  apply(store, {Put{"a", "2", {}}}, {}, 1'001);
  apply(store, {}, {}, 2'000);
  EXPECT_EQ(store.latest().get("a")->value, "2");
}

TEST(StoreHistory, CompactionEndsWhatCanBeAsked) {
  Store store;
  for (int i = 0; i < 10; ++i) apply(store, {Put{"a", std::to_string(i), {}}});
  apply(store, {Compact{Revision{6}}});
  EXPECT_EQ(store.events(KeyRange::one("a"), Revision{5}).error().code, Errc::kCompacted);
  EXPECT_EQ(store.range_at(KeyRange::one("a"), Revision{5}).error().code, Errc::kCompacted);
  EXPECT_EQ(store.events(KeyRange::one("a"), Revision{6})->size(), 4u);
  EXPECT_EQ(store.range_at(KeyRange::one("a"), Revision{6})->front()->value, "5");
  EXPECT_EQ(store.range_at(KeyRange::one("a"), Revision{11}).error().code, Errc::kInvalidArgument);
}

TEST(StoreHistory, IsBoundedAndForgetsWholeRevisions) {
  Store store;
  for (std::size_t i = 0; i < Store::kHistoryEventsMax / 2 + 100; ++i)
    apply(store, {Put{"a", "x", {}}, Put{"b", "x", {}}});
  EXPECT_GE(store.oldest_known(), Revision{100});
  const auto events = store.events(KeyRange::prefix(""), store.oldest_known());
  ASSERT_TRUE(events);
  EXPECT_LE(events->size(), Store::kHistoryEventsMax);
  EXPECT_EQ(events->size() % 2, 0u);
  EXPECT_EQ(events->front().revision.value, store.oldest_known().value + 1);
}

TEST(StoreTombstones, TheOldestAreForgottenAndThenNothingThatOldIsVouchedFor) {
  Store store;
  const std::size_t count = Store::kTombstonesMax + 10;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string key = "k" + std::to_string(i);
    apply(store, {Put{key, "x", {}}});
    apply(store, {Erase{KeyRange::one(key)}});
  }
  // "k0" was erased at revision 2, and that has been forgotten: whoever read before cannot be told
  // "unchanged".
  EXPECT_FALSE(apply(store, {Put{"k0", "y", {}}}, {{KeyRange::one("k0"), Revision{1}}}).result.applied);
  EXPECT_TRUE(apply(store, {Put{"k0", "y", {}}}, {{KeyRange::one("k0"), store.revision()}}).result.applied);
}

constexpr std::uint64_t kMax = std::uint64_t{1} << 62;   // docs/formats.md
constexpr std::int64_t kLatestMs = 253'402'300'799'999;  // the end of the year 9999

std::string meta(std::uint64_t revision, std::int64_t time_ms, std::uint64_t compacted, std::uint64_t floor) {
  std::string value;
  ByteWriter out(value);
  out.u8(1), out.varint(revision), out.i64(time_ms), out.varint(compacted), out.varint(floor);
  return value;
}

TEST(StoreSnapshot, RefusesDamagedRecords) {
  const auto refused = [](std::string_view name, std::string_view value) {
    return !Store().restore(name, value);
  };
  EXPECT_TRUE(refused("", ""));
  EXPECT_TRUE(refused("kkey", ""));
  EXPECT_TRUE(refused("kkey", "\x80\x80"));
  EXPECT_TRUE(refused("l123", "\x01"));
  EXPECT_TRUE(refused("l12345678", "\x01"));
  EXPECT_TRUE(refused("tkey", std::string_view("\x01\x02", 2)));
  EXPECT_TRUE(refused("z", "\x02"));
  EXPECT_TRUE(refused("q", "x"));
}

TEST(StoreSnapshot, RefusesARecordThatComesTwice) {
  Store store;
  apply(store, {Grant{LeaseId{1}, milliseconds(100)}, Put{"a", "1", LeaseId{1}}, Put{"b", "1", {}}});
  apply(store, {Erase{KeyRange::one("b")}});
  for (const Record& record : store.snapshot()) {
    if (record.name[0] == 'z') continue;  // of these the last counts
    Store restored;
    EXPECT_TRUE(restored.restore(record.name, record.value)) << record.name;
    EXPECT_FALSE(restored.restore(record.name, record.value)) << record.name;
  }
}

TEST(StoreSnapshot, RefusesAKeyWhoseLeaseIsMissing) {
  Store store;
  apply(store, {Grant{LeaseId{1}, milliseconds(100)}, Put{"a", "1", LeaseId{1}}});
  Store restored;
  Status last;
  for (const Record& record : store.snapshot())
    if (record.name[0] != 'l') last = restored.restore(record.name, record.value);
  EXPECT_FALSE(last);
}

TEST(StoreChanges, CondenseToTheLastRecordOfEachName) {
  Store store;
  std::vector<Change> changes;
  const auto note = [&](const Applied& applied) {
    changes.insert(changes.end(), applied.changes.begin(), applied.changes.end());
  };
  note(apply(store, {Put{"b", "1", {}}, Put{"a", "1", {}}, Put{"c", "1", {}}}));
  note(apply(store, {Put{"b", "2", {}}, Erase{KeyRange::one("a")}, Erase{KeyRange::one("c")}}));
  note(apply(store, {Put{"c", "3", {}}}));
  Store restored;
  std::vector<std::string> names;
  for (const Record& record : condense(changes)) {
    names.push_back(record.name + (record.erased ? "-" : ""));
    if (!record.erased) ASSERT_TRUE(restored.restore(record.name, record.value));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"ka-", "kb", "kc", "ta", "tc-"}));
  const Record meta = store.meta_record();
  ASSERT_TRUE(restored.restore(meta.name, meta.value));
  EXPECT_EQ(restored.digest(), store.digest());
}

TEST(StoreHistory, CountsWhatItAloneKeepsAlive) {
  Store store;
  const std::string large(1 << 20, 'x');
  for (int i = 0; i < 100; ++i) apply(store, {Put{std::to_string(i), large, {}}});
  const Revision written = store.revision();
  for (int i = 0; i < 100; ++i) apply(store, {Put{std::to_string(i), "small", {}}});
  EXPECT_GT(store.oldest_known(), written) << "large values that were overwritten are let go";
}

TEST(StoreRestore, RefusesNumbersThatAreWrittenAsNoStoreWritesThem) {
  EXPECT_TRUE(Store().restore("tk", "\x7f"));
  EXPECT_FALSE(Store().restore("tk", std::string_view("\xff\0", 2)));
  EXPECT_FALSE(Store().restore("tk", std::string_view("\x7f\0", 2)));
  EXPECT_FALSE(Store().restore("tk", ""));
  const std::string lease = "l" + std::string(8, '\0');
  const std::string end = std::string(5, '\1') + std::string(3, '\0');
  EXPECT_TRUE(Store().restore(lease, "\x05" + end));
  EXPECT_FALSE(Store().restore(lease, std::string("\x85\0", 2) + end));
  EXPECT_FALSE(Store().restore(lease, "\x05" + end + "x"));
}

TEST(StoreRestore, RefusesNumbersOutOfRange) {
  const auto bytes = [](auto write) {
    std::string out;
    write(ByteWriter(out));
    return out;
  };
  const auto key = [&](std::uint64_t created, std::uint64_t modified) {
    return bytes([=](ByteWriter out) { out.varint(created), out.varint(modified), out.varint(0); });
  };
  EXPECT_TRUE(Store().restore("kk", key(1, kMax)));
  EXPECT_FALSE(Store().restore("kk", key(1, kMax + 1)));
  EXPECT_FALSE(Store().restore("kk", key(0, 1))) << "the first revision is 1";
  EXPECT_FALSE(Store().restore("kk", key(2, 1))) << "modified before it was created";
  const auto tombstone = [&](std::uint64_t revision) {
    return bytes([=](ByteWriter out) { out.varint(revision); });
  };
  EXPECT_TRUE(Store().restore("tk", tombstone(kMax)));
  EXPECT_FALSE(Store().restore("tk", tombstone(kMax + 1)));
  EXPECT_FALSE(Store().restore("tk", tombstone(0)));
  const auto lease = [&](std::uint64_t ttl_ms, std::int64_t ends_ms) {
    return bytes([=](ByteWriter out) { out.varint(ttl_ms), out.i64(ends_ms); });
  };
  const std::string name = "l" + std::string(8, '\1');
  constexpr std::uint64_t kTenYearsMs = std::uint64_t{24} * 366 * 10 * 3'600'000;
  EXPECT_TRUE(Store().restore(name, lease(kTenYearsMs, kLatestMs + static_cast<std::int64_t>(kTenYearsMs))));
  EXPECT_FALSE(Store().restore(name, lease(kTenYearsMs + 1, 5)));
  EXPECT_FALSE(Store().restore(name, lease(UINT64_MAX, 5)));
  EXPECT_FALSE(Store().restore(name, lease(1, kLatestMs + static_cast<std::int64_t>(kTenYearsMs) + 1)));
  EXPECT_FALSE(Store().restore(name, lease(1, -1)));
  EXPECT_TRUE(Store().restore("z", meta(kMax, kLatestMs, kMax, kMax)));
  EXPECT_FALSE(Store().restore("z", meta(kMax + 1, 0, 0, 0)));
  EXPECT_FALSE(Store().restore("z", meta(1, kLatestMs + 1, 0, 0)));
  EXPECT_FALSE(Store().restore("z", meta(1, -1, 0, 0)));
  EXPECT_FALSE(Store().restore("z", meta(1, 0, 2, 0))) << "compacted what is yet to come";
  EXPECT_FALSE(Store().restore("z", meta(1, 0, 0, 2)));
}

TEST(StoreRestore, RefusesARecordOfARevisionThatIsYetToCome) {
  for (const auto& [name, value] :
       {std::pair("kk", std::string("\1\7\0v", 4)), std::pair("tk", std::string("\7"))}) {
    Store good, bad;
    ASSERT_TRUE(good.restore(name, value));
    EXPECT_TRUE(good.restore("z", meta(7, 0, 0, 0)));
    ASSERT_TRUE(bad.restore(name, value));
    EXPECT_EQ(bad.restore("z", meta(6, 0, 0, 0)).error().code, Errc::kDamaged) << name;
  }
}

TEST(StoreRestore, LaterMetaLeavesRoom) {
  EXPECT_TRUE(later_meta(meta(kMax - 5, 0, 0, 0), {5, {}}));
  EXPECT_EQ(later_meta(meta(kMax - 5, 0, 0, 0), {6, {}}).error().code, Errc::kDamaged);
}

}  // namespace
}  // namespace batata::store
