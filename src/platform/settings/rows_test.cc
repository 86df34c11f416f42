#include "platform/settings/rows.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "platform/settings/documents.h"
#include "platform/settings/keys.h"
#include "platform/settings/values.h"
#include "platform/settings/yaml_text.h"

namespace batata::platform {
namespace {

std::string source_file(const std::string& path) {
  std::ifstream file(std::string(BATATA_SOURCE_FOLDER) + "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(SettingsRows, EveryNameLeadsToItsOwnRow) {
  for (const Row& row : rows()) {
    const auto expect_key = [&](std::string_view key) {
      if (key.empty()) return;
      if (key.ends_with(".*")) {
        const std::string below = std::string(key.substr(0, key.size() - 1)) + "anything-at-all";
        EXPECT_EQ(row_of_key(below), &row) << key;
      } else {
        EXPECT_EQ(row_of_key(key), &row) << key;
      }
    };
    expect_key(row.key);
    for (const std::string_view key : row.also) expect_key(key);
    for (const std::string_view name : row.variables) {
      if (!name.empty()) EXPECT_EQ(row_of_variable(name), &row) << name;
    }
    if (!row.flag.empty()) EXPECT_EQ(row_of_flag(row.flag), &row) << row.flag;
    if (!row.key.ends_with(".*")) EXPECT_EQ(row_of_variable(variable_of(row)), &row) << variable_of(row);
  }
}

TEST(SettingsRows, EveryDefaultIsAcceptedAndSpelledAsTheTableSpellsIt) {
  const Settings settings;
  for (const Row& row : rows()) {
    Settings ignored;
    EXPECT_TRUE(set_value(row, row.fallback, ignored).has_value()) << row.key;
    if (row.is_built()) EXPECT_EQ(value_text(row, settings), row.fallback) << row.key;
  }
}

TEST(SettingsRows, EveryKeyHasADotByWhichItIsToldFromAShortForm) {
  for (const Row& row : rows()) {
    EXPECT_NE(row.key.find('.'), row.key.npos) << row.key;
  }
}

TEST(SettingsRows, EveryRowHasHelpAndEveryNumberARange) {
  for (const Row& row : rows()) {
    EXPECT_TRUE(row.help.ends_with('.')) << row.key;
    const bool is_number =
        type_name(row) == "number" || type_name(row) == "size" || type_name(row) == "duration";
    EXPECT_EQ(is_number, row.high > row.low) << row.key;
    EXPECT_EQ(row.refused.empty(), row.refused_because.empty()) << row.key;
  }
}

TEST(SettingsRows, EveryFieldOfSettingsHasOneRow) {
  std::set<std::string> seen;
  for (const Row& row : rows()) EXPECT_TRUE(seen.insert(std::string(row.key)).second) << row.key;
  const Settings fresh;
  for (const Row& row : rows()) {
    if (!row.is_built() || !row.refused.empty()) continue;
    for (const Row& other : rows()) {
      if (&row != &other && other.is_built())
        EXPECT_NE(row.field, other.field) << row.key << " and " << other.key;
    }
  }
}

TEST(SettingsRows, SampleFileHoldsEveryBuiltKeyWithItsDefault) {
  const auto entries = parse_settings_text(source_file("conf/application.yml"));
  ASSERT_TRUE(entries.has_value()) << entries.error().message;
  std::map<const Row*, std::string> found;
  for (const FileEntry& entry : *entries) {
    const Row* row = row_of_key(entry.key);
    ASSERT_NE(row, nullptr) << entry.key;
    EXPECT_EQ(entry.key, row->key);
    EXPECT_EQ(entry.value, row->fallback) << entry.key;
    found[row] = entry.value;
  }
  for (const Row& row : rows()) EXPECT_EQ(found.contains(&row), row.is_built()) << row.key;
}

TEST(SettingsRows, DocumentIsFresh) {
  EXPECT_TRUE(source_file("docs/settings.md") == settings_markdown()) << "make it anew: ./x docs";
}

TEST(SettingsRows, HelpShowsEveryBuiltKey) {
  const std::string help = settings_help();
  for (const Row& row : rows()) {
    const std::string flag = "--" + std::string(row.key) + "=";
    EXPECT_EQ(help.find(flag) != help.npos, row.is_built()) << row.key;
  }
}

TEST(SettingsRows, EffectiveSettingsNameValueAndPlace) {
  const auto loaded =
      load_settings({.program_folder = {}, .environment = {"BATATA_PORT=7000"}, .arguments = {}});
  ASSERT_TRUE(loaded.has_value());
  const std::string text = effective_settings(*loaded);
  EXPECT_TRUE(
      text.starts_with("nacos.server.main.port = 7000   # environment variable BATATA_PORT\n"
                       "nacos.sdk.port = 8000   # default\n"))
      << text;
}

TEST(SettingsRows, EffectiveSettingsKeepSecrets) {
  const auto loaded =
      load_settings({.program_folder = {}, .environment = {"NACOS_AUTH_TOKEN=tell-nobody"}, .arguments = {}});
  ASSERT_TRUE(loaded.has_value());
  const std::string text = effective_settings(*loaded);
  EXPECT_EQ(text.find("tell-nobody"), text.npos);
  EXPECT_NE(text.find("token.secret.key = (not shown)   # environment variable NACOS_AUTH_TOKEN\n"),
            text.npos);
}

TEST(SettingsValues, SizesAndDurationsAreReadWithTheirUnits) {
  const Row& size = *row_of_key("batata.net.max-body-size");
  const Row& duration = *row_of_key("batata.net.idle-timeout");
  const Row& milliseconds = *row_of_key("nacos.naming.push.pushTaskDelay");
  Settings settings;
  EXPECT_TRUE(set_value(size, "1048576", settings).has_value());
  EXPECT_EQ(settings.max_body_bytes, 1u << 20);
  EXPECT_TRUE(set_value(size, "2 mb", settings).has_value());
  EXPECT_EQ(settings.max_body_bytes, 2u << 20);
  EXPECT_TRUE(set_value(duration, "2m", settings).has_value());
  EXPECT_EQ(settings.idle_timeout, std::chrono::minutes(2));
  EXPECT_TRUE(set_value(milliseconds, "700", settings).has_value());
  EXPECT_EQ(settings.naming_push_delay, std::chrono::milliseconds(700));
  EXPECT_TRUE(set_value(milliseconds, "2s", settings).has_value());
  EXPECT_EQ(settings.naming_push_delay, std::chrono::seconds(2));
  for (const char* text :
       {"", "75", "s", "1.5s", "-1s", "1 day", "99999999999999999999s", "18446744073709551615h"}) {
    EXPECT_FALSE(set_value(duration, text, settings).has_value()) << text;
  }
  for (const char* text : {"", "MiB", "1TiB", "1 M", "17179869185GiB", "0x10"}) {
    EXPECT_FALSE(set_value(size, text, settings).has_value()) << text;
  }
  EXPECT_EQ(settings.idle_timeout, std::chrono::minutes(2)) << "a refused value changes nothing";
}

TEST(SettingsValues, TextsFollowTheirRules) {
  Settings settings;
  const auto accepts = [&](std::string_view key, std::string_view text) {
    return set_value(*row_of_key(key), text, settings).has_value();
  };
  EXPECT_TRUE(accepts("batata.bind", "::"));
  EXPECT_FALSE(accepts("batata.bind", "localhost"));
  EXPECT_FALSE(accepts("batata.bind", ""));
  EXPECT_TRUE(accepts("nacos.inetutils.ip-address", "node-1.example"));
  EXPECT_FALSE(accepts("nacos.inetutils.ip-address", "a b"));
  EXPECT_FALSE(accepts("batata.data.dir", ""));
}

TEST(SettingsKeys, EditDistanceCountsSwapsAsOne) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("port", ""), 4u);
  EXPECT_EQ(edit_distance("", "port"), 4u);
  EXPECT_EQ(edit_distance("port", "prot"), 1u);
  EXPECT_EQ(edit_distance("port", "ports"), 1u);
  EXPECT_EQ(edit_distance("port", "part"), 1u);
  EXPECT_EQ(edit_distance("main.port", "mian.prot"), 2u);
}

}  // namespace
}  // namespace batata::platform
