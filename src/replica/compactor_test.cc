#include "replica/compactor.h"

#include <gtest/gtest.h>

namespace batata::replica {
namespace {

using std::chrono::minutes;

class CompactorTest : public testing::Test {
 protected:
  void put(int count) {
    for (int i = 0; i < count; ++i)
      (void)store_.apply({0, {}, {{}, {store::Put{"k", std::to_string(i), {}}}}});
  }
  void compact(Revision upto) { (void)store_.apply({0, {}, {{}, {store::Compact{upto}}}}); }
  static SteadyTime at(Duration since_start) { return SteadyTime{} + since_start; }

  store::Store store_;
};

TEST_F(CompactorTest, KeepsTheNewestEventsAndShortensInSteps) {
  Compactor compactor({.events = 80, .age = Duration::zero()});
  put(90);
  EXPECT_EQ(compactor.due(store_, at({})), std::nullopt) << "an eighth more is kept for a while";
  put(1);
  const auto upto = compactor.due(store_, at({}));
  ASSERT_EQ(upto, Revision{11});
  compact(*upto);
  EXPECT_EQ(store_.history_size(), 80u);
  EXPECT_EQ(compactor.due(store_, at({})), std::nullopt);
}

TEST_F(CompactorTest, ForgetsWhatIsOldWhenItIsAndNotBefore) {
  Compactor compactor({.events = 1000, .age = minutes(10)});
  put(5);
  compactor.note(store_, at({}));
  put(5);
  compactor.note(store_, at(minutes(4)));
  EXPECT_EQ(compactor.due(store_, at(minutes(9))), std::nullopt);
  EXPECT_EQ(compactor.due(store_, at(minutes(10))), Revision{5});
  EXPECT_EQ(compactor.due(store_, at(minutes(10))), Revision{5}) << "until it has been done";
  compact(Revision{5});
  EXPECT_EQ(compactor.due(store_, at(minutes(13))), std::nullopt);
  EXPECT_EQ(compactor.due(store_, at(minutes(14))), Revision{10});
}

TEST_F(CompactorTest, OfCountAndAgeTakesWhatForgetsMore) {
  Compactor compactor({.events = 8, .age = minutes(10)});
  put(3);
  compactor.note(store_, at({}));
  put(17);
  EXPECT_EQ(compactor.due(store_, at(minutes(20))), Revision{12});
  compact(Revision{12});
  compactor.note(store_, at(minutes(21)));
  EXPECT_EQ(compactor.due(store_, at(minutes(31))), Revision{20});
}

TEST_F(CompactorTest, AnIdleStoreIsNotedOnce) {
  Compactor compactor({.events = 8, .age = minutes(10)});
  put(1);
  for (int minute = 0; minute < 30; ++minute) compactor.note(store_, at(minutes(minute)));
  EXPECT_EQ(compactor.due(store_, at(minutes(10))), Revision{1}) << "its age counts from the first note";
}

}  // namespace
}  // namespace batata::replica
