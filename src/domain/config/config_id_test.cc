#include "domain/config/config_id.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "domain/config/names.h"

namespace batata::domain {
namespace {

using namespace std::string_literals;

// Names with every byte that means something to the key's form.
std::vector<ConfigId> awkward_ids() {
  const std::vector<std::string> parts = {"a"s,     "ab"s,  "a\0b"s, "a\x01"s, "a\x01\x01"s,
                                          "a\x02"s, "a/b"s, "\0"s,   "é"s};
  std::vector<ConfigId> ids;
  for (const auto& space : parts)
    for (const auto& group : parts)
      for (const auto& data_id : parts) ids.push_back({space, group, data_id});
  return ids;
}

TEST(ConfigKey, NamesExactlyOneConfig) {
  for (const ConfigId& id : awkward_ids()) EXPECT_EQ(config_id(config_key(id)), id);
}

TEST(ConfigKey, SortsAsTheNamesDo) {
  auto ids = awkward_ids();
  std::sort(ids.begin(), ids.end());
  std::vector<std::string> keys;
  for (const ConfigId& id : ids) keys.push_back(config_key(id));
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST(ConfigKey, OfANamespaceLiesInItsRangeAlone) {
  const auto range = configs_of("a");
  EXPECT_TRUE(range.contains(config_key({"a", "g", "d"})));
  EXPECT_FALSE(range.contains(config_key({"ab", "g", "d"})));
  EXPECT_FALSE(range.contains(config_key({"a\x01", "g", "d"})));
  EXPECT_TRUE(all_configs().contains(config_key({"ab", "g", "d"})));
}

TEST(ConfigKey, RefusesOtherKeys) {
  for (const auto& key :
       {""s, "config/"s, "config/a\0b"s, "config/a\0b\0c\0d"s, "config/a\0b\0c\x01"s, "configs/a\0b\0c"s})
    EXPECT_FALSE(config_id(key)) << key;
}

TEST(ConfigKey, OfTheHistoryNamesConfigAndEntry) {
  for (const ConfigId& id : awkward_ids()) {
    const std::string key = history_key(id, 0x1234'5678'9abc'def0);
    const auto found = history_id(key);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->config, id);
    EXPECT_EQ(found->nid, 0x1234'5678'9abc'def0u);
    EXPECT_TRUE(history_of(id).contains(key));
  }
  EXPECT_LT(history_key({"s", "g", "d"}, 9), history_key({"s", "g", "d"}, 16));
  EXPECT_FALSE(history_of({"s", "g", "d"}).contains(history_key({"s", "g", "de"}, 1)));
  for (const auto& key : {""s, "config-history/a\0b\0c"s, "config-history/a\0b\0c\0"s + "00000000000000000"s,
                          "config-history/a\0b\0c\0000000000000000g"s, config_key({"a", "b", "c"})})
    EXPECT_FALSE(history_id(key)) << key;
}

TEST(ConfigKey, OfTheIndexOfGrayReleasesNamesItsConfig) {
  for (const ConfigId& id : awkward_ids()) {
    EXPECT_EQ(config_key_of_grays(grays_key(id)), config_key(id));
    EXPECT_FALSE(config_key_of_grays(gray_key(id, "beta")));
    EXPECT_FALSE(config_id(gray_key(id, "beta")));
  }
  EXPECT_NE(gray_key({"s", "g", "d"}, "a"), gray_key({"s", "g", "d"}, "b"));
}

TEST(ConfigKey, OfEverythingThatAChangeTouchesLiesInOneRange) {
  const ConfigId id{"s", "g", "d"};
  for (const auto& key : {config_key(id), grays_key(id), gray_key(id, "beta"), history_key(id, 1)}) {
    EXPECT_TRUE(all_config_changes().contains(key)) << key;
    EXPECT_EQ(all_configs().contains(key), key == config_key(id));
    EXPECT_EQ(all_history().contains(key), key == history_key(id, 1));
  }
  EXPECT_FALSE(all_config_changes().contains("capacity/x"));
  EXPECT_FALSE(all_config_changes().contains("instance/x"));
}

TEST(ConfigNumber, IsPositiveAndGoesWithTheName) {
  EXPECT_EQ(numeric_id({"public", "g", "a"}), numeric_id({"public", "g", "a"}));
  EXPECT_NE(numeric_id({"public", "g", "a"}), numeric_id({"public", "g", "b"}));
  for (const ConfigId& id : awkward_ids()) {
    EXPECT_GT(numeric_id(id), 0u);
    EXPECT_LE(numeric_id(id), 0x7fff'ffff'ffff'ffffu);
  }
}

TEST(ConfigSpace, BlankAndPublicAreOne) {
  EXPECT_EQ(canonical_space(""), "public");
  EXPECT_EQ(canonical_space(" \t"), "public");
  EXPECT_EQ(canonical_space("public"), "public");
  EXPECT_EQ(canonical_space("dev"), "dev");
}

TEST(ConfigNames, AreLettersDigitsAndFourMarks) {
  EXPECT_TRUE(is_name("aZ9_-.:"));
  for (const std::string_view text : {"", " ", "a b", "a/b", "é", "a?"}) EXPECT_FALSE(is_name(text)) << text;
}

TEST(ConfigNames, AreRefusedWithTheNameInTheText) {
  EXPECT_EQ(check_config_id({"public", "g", "a b"}).error().message, "invalid dataId : a b");
  EXPECT_EQ(check_config_id({"public", "", "a"}).error().message, "invalid group : ");
  EXPECT_EQ(check_config_id({"x y", "g", "a"}).error().message, "invalid tenant");
  EXPECT_TRUE(check_config_id({"public", "g", "a"}));
}

}  // namespace
}  // namespace batata::domain
