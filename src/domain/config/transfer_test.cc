#include "domain/config/transfer.h"

#include <gtest/gtest.h>

#include "store/store.h"

namespace batata::domain {
namespace {

struct Text {
  std::string_view content, type = "text", app = {}, tags = {}, description = {};
};

class Transfers : public testing::Test {
 protected:
  void put(const ConfigId& id, const Text& text) {
    ConfigView config;
    config.content = text.content;
    config.type = text.type;
    config.app = text.app;
    config.tags = text.tags;
    config.description = text.description;
    store::Txn txn;
    txn.then.emplace_back(store::Put{config_key(id), encode_config(config), {}});
    ASSERT_TRUE(store.apply({0, {}, std::move(txn)}).result.applied);
  }
  void put_some() {
    put({"dev", "G", "app.yaml"}, Text{.content = "a: 2", .type = "yaml", .app = "app1"});
    put({"dev", "G", "app.json"}, Text{.content = "{}", .type = "json"});
    put({"dev", "H", "other"}, Text{.content = "x=1", .type = "properties", .description = "second"});
    put({"public", "G", "secret"}, Text{.content = "s", .type = "text"});
  }
  std::vector<ArchiveEntry> exported(const ExportQuery& query) {
    const auto bytes = export_configs(store.latest().range(all_configs()), query);
    EXPECT_TRUE(bytes.has_value());
    const auto entries = read_archive(bytes.value_or(std::string()));
    EXPECT_TRUE(entries.has_value());
    return entries.value_or(std::vector<ArchiveEntry>());
  }
  static tl::expected<Import, ImportFault> imported(const std::vector<ArchiveEntry>& entries,
                                                    bool needs_list) {
    const auto bytes = write_archive(entries);
    return read_import(bytes.value_or(std::string()),
                       {.space = "dev", .user = "joe", .address = "10.0.0.9", .needs_list = needs_list});
  }
  // "name(why)" of each entry that is of no use.
  static std::string unrecognized(const Import& import) {
    std::string text;
    for (const auto& [name, why] : import.unrecognized)
      text += name + "(" + std::to_string(static_cast<int>(why)) + ")";
    return text;
  }
  store::Store store;
};

TEST_F(Transfers, ExportsHoldNothingThatIsNotSeen) {
  put_some();
  const auto files = exported({.space = "dev", .data_id = "app_*", .sees = [](const ConfigId& id) {
                                 return id.data_id == "app.json";
                               }});
  ASSERT_EQ(files.size(), 2u);  // and the list
  EXPECT_EQ(files[0].name, "G/app.json");
}

TEST_F(Transfers, ExportsAsAListSayAllOfEachConfig) {
  put_some();
  EXPECT_EQ(exported({.space = "dev"}),
            (std::vector<ArchiveEntry>{{"G/app.yaml", "a: 2"},
                                       {"G/app.json", "{}"},
                                       {"H/other", "x=1"},
                                       {".metadata.yml",
                                        "metadata:\n"
                                        "- appName: app1\n  dataId: app.yaml\n  group: G\n  type: yaml\n"
                                        "- appName: ''\n  dataId: app.json\n  group: G\n  type: json\n"
                                        "- appName: ''\n  dataId: other\n  desc: second\n  group: H\n"
                                        "  type: properties\n"}}));
  EXPECT_EQ(exported({.space = "none"}), (std::vector<ArchiveEntry>{{".metadata.yml", "metadata: []\n"}}));
}

TEST_F(Transfers, ExportsAsLinesSayTheApplications) {
  put_some();
  EXPECT_EQ(exported({.space = "dev", .group = "G", .layout = Layout::kLines}),
            (std::vector<ArchiveEntry>{
                {"G/app.yaml", "a: 2"}, {"G/app.json", "{}"}, {".meta.yml", "G.app~yaml.app=app1\r\n"}}));
  EXPECT_TRUE(exported({.space = "none", .layout = Layout::kLines}).empty());
}

TEST_F(Transfers, ExportsAreOfWhatIsAskedFor) {
  put_some();
  const auto names = [this](const ExportQuery& query) {
    std::string text;
    for (const ArchiveEntry& entry : exported(query))
      if (entry.name != ".metadata.yml") text += entry.name + " ";
    return text;
  };
  EXPECT_EQ(names({.space = "dev", .data_id = "app*"}), "G/app.yaml G/app.json ");
  EXPECT_EQ(names({.space = "dev", .data_id = "app_yaml"}), "");
  EXPECT_EQ(names({.space = "dev", .app = "app1"}), "G/app.yaml ");
  const auto other = numeric_id({"dev", "H", "other"});
  EXPECT_EQ(names({.space = "dev", .group = "G", .numbers = {other, 1}}), "H/other ");
  // A number is no way into another namespace.
  EXPECT_EQ(names({.space = "dev", .numbers = {numeric_id({"public", "G", "secret"})}}), "");
}

TEST_F(Transfers, AnExportIsAnImport) {
  put_some();
  auto import = imported(exported({.space = "dev"}), true);
  ASSERT_TRUE(import.has_value());
  ASSERT_EQ(import->configs.size(), 3u);
  EXPECT_EQ(import->configs[0].id, (ConfigId{"dev", "G", "app.yaml"}));
  EXPECT_EQ(import->configs[0].app, "app1");
  EXPECT_EQ(import->configs[0].content, "a: 2");
  EXPECT_EQ(import->configs[2].description, "second");
  EXPECT_EQ(import->configs[2].type, "properties");
  EXPECT_EQ(import->configs[2].user, "joe");
  EXPECT_EQ(unrecognized(*import), "");
}

TEST_F(Transfers, EntriesThatAreOfNoUseAreTold) {
  auto import = imported({{"G/i4", "four"},
                          {"G/stray", "x"},
                          {"deep/er/file", "x"},
                          {"G/not a name", "x"},
                          {".metadata.yml",
                           "metadata:\n- dataId: i4\n  group: G\n  type: text\n"
                           "- dataId: missing\n  group: G\n  type: text\n"}},
                         true);
  ASSERT_TRUE(import.has_value());
  EXPECT_EQ(import->configs.size(), 1u);
  EXPECT_EQ(unrecognized(*import), "G/stray(1)deep/er/file(0)G/not a name(0)G/missing(2)");
}

// Each of them would hold the whole content: a small archive would be a large import.
TEST_F(Transfers, OfAnElementThatIsThereTwiceTheFirstCounts) {
  const std::string content(1000, 'x');
  auto import = imported({{"G/i", content},
                          {".metadata.yml",
                           "metadata:\n- dataId: i\n  group: G\n  type: json\n"
                           "- dataId: i\n  group: G\n  type: text\n- dataId: i\n  group: G\n  type: text\n"
                           "- dataId: none\n  group: G\n  type: text\n"
                           "- dataId: none\n  group: G\n  type: text\n"}},
                         true);
  ASSERT_TRUE(import.has_value());
  ASSERT_EQ(import->configs.size(), 1u);
  EXPECT_EQ(import->configs.front().type, "json");
  EXPECT_EQ(import->configs.front().content, content);
  EXPECT_EQ(unrecognized(*import), "G/i(3)G/i(3)G/none(2)G/none(3)");
}

// A line names a config by its group and dataId with a dot between, so one line may name several.
TEST_F(Transfers, AnApplicationThatNoConfigMayHaveIsIllegal) {
  const std::vector<ArchiveEntry> files = {{"a.b/c.d", "x"}, {"a/b.c.d", "y"}};
  const auto with = [&files](std::size_t characters) {
    auto entries = files;
    entries.push_back({".meta.yml", "a.b.c~d.app=" + std::string(characters, 'p')});
    return imported(entries, false);
  };
  const auto most = with(3 * kAppCharactersMax);
  ASSERT_TRUE(most.has_value());
  EXPECT_EQ(most->configs.size(), 2u);
  EXPECT_EQ(with(3 * kAppCharactersMax + 1).error(), ImportFault::kIllegalMetadata);
}

TEST_F(Transfers, LinesAndNoneAreReadWhereNoListIsDemanded) {
  auto import =
      imported({{"gi/i3.properties", "a=1"}, {".meta.yml", "gi.i3~properties.app=app7\r\n"}}, false);
  ASSERT_TRUE(import.has_value());
  EXPECT_EQ(import->configs.front().app, "app7");
  EXPECT_EQ(import->configs.front().type, "properties");
  import = imported({{"gi/i1", "one"}, {"x", "y"}}, false);
  ASSERT_TRUE(import.has_value());
  EXPECT_EQ(import->configs.front().type, "text");
  EXPECT_EQ(unrecognized(*import), "x(0)");
}

TEST_F(Transfers, WhatIsNoImportSaysWhy) {
  const ArchiveEntry file{"G/i", "x"};
  EXPECT_EQ(imported({file}, true).error(), ImportFault::kNoMetadata);
  EXPECT_EQ(imported({}, true).error(), ImportFault::kNoMetadata);
  EXPECT_EQ(imported({}, false).error(), ImportFault::kEmpty);
  EXPECT_EQ(imported({{"x", "y"}}, false).error(), ImportFault::kEmpty);
  const std::string_view illegal[] = {"metadata: []\n",
                                      "",
                                      "metadata:\n- dataId: i\n  group: G\n",
                                      "metadata:\n- dataId: i\n  group: ' '\n  type: text\n",
                                      "- a\n",
                                      "[",
                                      "a: &x 1\nb: *x\n"};
  for (const std::string_view text : illegal)
    EXPECT_EQ(imported({file, {".metadata.yml", std::string(text)}}, true).error(),
              ImportFault::kIllegalMetadata)
        << text;
  EXPECT_EQ(imported({file, {".meta.yml", "G.i.app=a"}}, true).error(), ImportFault::kIllegalMetadata);
  for (const std::string_view text : {"", "G.i.app", "G.i.app=", "a=b=c", "a=b\r\nc"})
    EXPECT_EQ(imported({file, {".meta.yml", std::string(text)}}, false).error(),
              ImportFault::kIllegalMetadata)
        << text;
  EXPECT_EQ(imported({{"../../etc/passwd", "x"}}, false).error(), ImportFault::kUnreadable);
  EXPECT_EQ(read_import("hello", {.space = "dev"}).error(), ImportFault::kEmpty);
  EXPECT_EQ(read_import("hello", {.space = "dev", .needs_list = true}).error(), ImportFault::kNoMetadata);
}

TEST(TypeOfName, FollowsTheEnding) {
  EXPECT_EQ(type_of_name("a.yml"), "yaml");
  EXPECT_EQ(type_of_name("a.b.htm"), "html");
  EXPECT_EQ(type_of_name("a.txt"), "text");
  EXPECT_EQ(type_of_name("a.exe"), "text");
  EXPECT_EQ(type_of_name("yaml"), "text");
}

}  // namespace
}  // namespace batata::domain
