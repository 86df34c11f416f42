#include "store/slices.h"

#include <gtest/gtest.h>

#include <string>

namespace batata::store {
namespace {

void put(Store& store, std::string key) {
  ASSERT_TRUE(store.apply({0, {}, {{}, {Put{std::move(key), "v", {}}}}}).result.applied);
}

// The keys of the range, with a bar behind each slice.
std::string walked(const Store& store, const KeyRange& range, std::size_t max) {
  std::string text;
  for (Slices slices(store, range, max); !slices.done(); text += "|")
    for (const KeyValuePtr& stored : slices.next()) text += stored->key;
  return text;
}

TEST(Slices, GiveEachKeyOfTheRangeOnce) {
  Store store;
  for (const char* key : {"a", "b", "c", "d", "e"}) put(store, key);
  EXPECT_EQ(walked(store, KeyRange::prefix(""), 2), "ab|cd|e|");
  EXPECT_EQ(walked(store, KeyRange::prefix(""), 5), "abcde||") << "the end is seen with the next look";
  EXPECT_EQ(walked(store, {"b", "d"}, 10), "bc|");
  EXPECT_EQ(walked(store, {"x", "z"}, 10), "|");
}

TEST(Slices, FindWhatIsWrittenBehindThemMeanwhile) {
  Store store;
  for (const char* key : {"b", "c"}) put(store, key);
  Slices slices(store, KeyRange::prefix(""), 2);
  EXPECT_EQ(slices.next().size(), 2u);
  for (const std::string& key : {std::string("a"), std::string("c\0", 2)}) put(store, key);
  const auto rest = slices.next();
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest.front()->key, std::string("c\0", 2)) << "the very next key";
  EXPECT_TRUE(slices.done());
}

}  // namespace
}  // namespace batata::store
