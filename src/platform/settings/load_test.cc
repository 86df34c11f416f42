#include "platform/settings/load.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "platform/settings/keys.h"
#include "platform/settings/values.h"

namespace batata::platform {
namespace {

namespace fs = std::filesystem;

// A folder with a settings file, removed at the end of the test.
class SettingsLoad : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "batata-settings-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string file(const std::string& text) {
    const fs::path path = folder_ / "settings.yml";
    std::ofstream(path) << text;
    return path.string();
  }
  static Result<LoadedSettings> load(std::vector<std::string> arguments,
                                     std::vector<std::string> environment = {}) {
    return load_settings(
        {.program_folder = {}, .environment = std::move(environment), .arguments = std::move(arguments)});
  }
  Result<LoadedSettings> load_file(const std::string& text) { return load({"--config", file(text)}); }

  fs::path folder_;
};

// A value that the row accepts and that is not its default.
std::string other_value(const Row& row) {
  for (const std::string candidate :
       {"true", "false", "7", "1234", "65000", "90000", "100KiB", "32MiB", "11s", "debug", "json", "ldap",
        "10.0.0.7", "/elsewhere", "ldap://10.0.0.7", "required", "common-name", "1.3", "TLSv1.3"}) {
    Settings settings;
    if (set_value(row, candidate, settings) && value_text(row, settings) != row.fallback) return candidate;
  }
  return {};
}

std::string origin_of(const LoadedSettings& loaded, const Row& row) {
  for (const SettingOrigin& origin : loaded.origins) {
    if (origin.row == &row) return origin.where;
  }
  return "no origin";
}

std::string spelled(const Row& row, const std::string& value) {
  Settings settings;
  EXPECT_TRUE(set_value(row, value, settings).has_value()) << row.key;
  return value_text(row, settings);
}

TEST_F(SettingsLoad, EveryRowIsReadFromFileEnvironmentAndCommandLineInRisingPrecedence) {
  for (const Row& row : rows()) {
    if (!row.is_built() || !row.refused.empty()) continue;
    const std::string key(row.key), value = other_value(row), fallback(row.fallback);
    ASSERT_FALSE(value.empty()) << key;
    const std::string path = file(key + ": \"" + value + "\"\n");

    const auto from_file = load({"--config", path});
    ASSERT_TRUE(from_file.has_value()) << from_file.error().message;
    EXPECT_EQ(value_text(row, from_file->settings), spelled(row, value));
    EXPECT_EQ(origin_of(*from_file, row), path + ", line 1");

    const std::string variable = variable_of(row);
    const auto from_environment = load({"--config", path}, {variable + "=" + fallback});
    ASSERT_TRUE(from_environment.has_value()) << from_environment.error().message;
    if (row.key != "nacos.sdk.port") {
      EXPECT_EQ(value_text(row, from_environment->settings), fallback) << variable;
    }
    EXPECT_EQ(origin_of(*from_environment, row), "environment variable " + variable);

    const auto from_flag = load({"--config", path, "--" + key + "=" + value}, {variable + "=" + fallback});
    ASSERT_TRUE(from_flag.has_value()) << from_flag.error().message;
    EXPECT_EQ(value_text(row, from_flag->settings), spelled(row, value));
    EXPECT_EQ(origin_of(*from_flag, row), "command line, --" + key);
    EXPECT_TRUE(from_flag->warnings.empty()) << from_flag->warnings[0];
  }
}

TEST_F(SettingsLoad, EveryOtherNameOfARowReachesIt) {
  for (const Row& row : rows()) {
    if (!row.is_built() || !row.refused.empty() || row.key == "batata.log.level") continue;
    const std::string value = other_value(row);
    const auto expect_read = [&](const Result<LoadedSettings>& loaded, std::string_view name) {
      ASSERT_TRUE(loaded.has_value()) << name << ": " << loaded.error().message;
      EXPECT_EQ(value_text(row, loaded->settings), spelled(row, value)) << name;
    };
    for (const std::string_view key : row.also) {
      if (!key.empty()) expect_read(load_file(std::string(key) + ": \"" + value + "\""), key);
    }
    for (const std::string_view name : row.variables) {
      if (!name.empty()) expect_read(load({}, {std::string(name) + "=" + value}), name);
    }
    if (!row.flag.empty()) expect_read(load({std::string(row.flag), value}), row.flag);
  }
}

TEST_F(SettingsLoad, EveryRowWithARangeRefusesWhatLiesOutsideAndSaysSo) {
  for (const Row& row : rows()) {
    if (!row.is_built() || row.rule != nullptr) continue;
    const auto loaded = load_file("# first line\n" + std::string(row.key) + ": \"-1 apple\"\n");
    ASSERT_FALSE(loaded.has_value()) << row.key;
    EXPECT_EQ(loaded.error().message, (folder_ / "settings.yml").string() +
                                          ", line 2: " + std::string(row.key) +
                                          " is '-1 apple', which is not " + range_text(row));
  }
}

TEST_F(SettingsLoad, WrongValueNamesEnvironmentVariableOrFlag) {
  EXPECT_EQ(load({}, {"BATATA_PORT=70000"}).error().message,
            "environment variable BATATA_PORT: nacos.server.main.port is '70000', which is not a whole "
            "number from 1 "
            "to 65535");
  EXPECT_EQ(load({"--bind", "nowhere"}).error().message,
            "command line, --bind: batata.bind is 'nowhere', which is not an IPv4 or IPv6 address");
}

TEST_F(SettingsLoad, WrongValuesAreShownShortAndHarmless) {
  EXPECT_EQ(load({"--port=\x1b" + std::string(200, '7')}).error().message,
            "command line, --port: nacos.server.main.port is '?" + std::string(99, '7') +
                "...', which is not a whole number from 1 to 65535");
}

TEST_F(SettingsLoad, WhatIsNotBuiltIsRefusedInPlainWordsWhenItWouldBePretending) {
  const auto cluster = load_file("nacos:\n  standalone: false\n");
  ASSERT_FALSE(cluster.has_value());
  EXPECT_EQ(cluster.error().code, Errc::kUnsupported);
  EXPECT_NE(
      cluster.error().message.find("line 2: nacos.standalone is 'false', but clusters are not built yet"),
      std::string::npos)
      << cluster.error().message;
  EXPECT_FALSE(load({"--nacos.standalone=false"}).has_value());
  EXPECT_TRUE(load({"--nacos.standalone"}).has_value());
}

TEST_F(SettingsLoad, AuthenticationIsReadUnderTheNamesOfTheProductAndItsImage) {
  const auto file =
      load_file("nacos:\n  core:\n    auth:\n      enabled: true\n      system:\n        type: ldap\n");
  ASSERT_TRUE(file.has_value()) << file.error().message;
  EXPECT_TRUE(file->settings.auth_enabled);
  EXPECT_EQ(file->settings.auth_system_type, "ldap");
  const auto image =
      load({}, {"NACOS_AUTH_ENABLE=true", "NACOS_AUTH_TOKEN=c2VjcmV0", "NACOS_AUTH_IDENTITY_KEY=me",
                "NACOS_AUTH_IDENTITY_VALUE=it", "NACOS_AUTH_TOKEN_EXPIRE_SECONDS=600"});
  ASSERT_TRUE(image.has_value()) << image.error().message;
  EXPECT_TRUE(image->settings.auth_enabled);
  EXPECT_EQ(image->settings.token_secret_key, "c2VjcmV0");
  EXPECT_EQ(image->settings.identity_key, "me");
  EXPECT_EQ(image->settings.identity_value, "it");
  EXPECT_EQ(image->settings.token_expire_seconds, 600u);
  EXPECT_FALSE(load({"--nacos.core.auth.system.type=oidc"}).has_value());
  EXPECT_FALSE(load({"--nacos.core.auth.ldap.url=http://directory"}).has_value());
}

TEST_F(SettingsLoad, SecretsAreNeverShown) {
  const auto twice = load({}, {"NACOS_AUTH_TOKEN=aaaaaaaa", "BATATA_AUTH_SECRET_KEY=bbbbbbbb"});
  ASSERT_FALSE(twice.has_value());
  EXPECT_EQ(twice.error().message.find("aaaaaaaa"), std::string::npos) << twice.error().message;
  EXPECT_EQ(twice.error().message.find("bbbbbbbb"), std::string::npos) << twice.error().message;
  EXPECT_NE(twice.error().message.find("(not shown)"), std::string::npos) << twice.error().message;
}

TEST_F(SettingsLoad, NestedAndDottedKeysBothPrefixesAndRelaxedSpellingsAreEqual) {
  for (const std::string text : {"nacos:\n  inetutils:\n    ip-address: h\n",
                                 "nacos.inetutils.ip-address: h\n", "nacos.inetutils:\n  ipAddress: 'h'\n",
                                 "batata.inetutils.ip_address: h\n", "NACOS.InetUtils.IpAddress: h\n"}) {
    const auto loaded = load_file(text);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_EQ(loaded->settings.advertised_address, "h") << text;
  }
}

TEST_F(SettingsLoad, SdkPortFollowsTheMainPortUnlessItIsSet) {
  EXPECT_EQ(load({})->settings.sdk_port, 9848);
  EXPECT_EQ(load({"--port=7000"})->settings.sdk_port, 8000);
  EXPECT_EQ(load({"--port=7000", "--nacos.sdk.port=7001"})->settings.sdk_port, 7001);
  EXPECT_EQ(load({"--port=65000"}).error().message,
            "nacos.server.main.port is '65000', which leaves no room for nacos.sdk.port 1000 above it; set "
            "nacos.sdk.port");
  EXPECT_EQ(load({"--nacos.sdk.port=8848"}).error().message,
            "nacos.sdk.port is '8848', which is the main port already");
}

TEST_F(SettingsLoad, UnknownKeysAreWarningsWithTheNearestKnownOne) {
  const auto loaded = load_file("nacos:\n  server:\n    main:\n      prot: 1\n");
  ASSERT_TRUE(loaded.has_value());
  ASSERT_EQ(loaded->warnings.size(), 1u);
  EXPECT_EQ(loaded->warnings[0], (folder_ / "settings.yml").string() +
                                     ", line 4: unknown key nacos.server.main.prot; did you mean "
                                     "nacos.server.main.port?");
  EXPECT_EQ(load({"--nacos.standalon=true"})->warnings.at(0),
            "command line, --nacos.standalon: unknown key nacos.standalon; did you mean nacos.standalone?");
  EXPECT_EQ(load({}, {"NACOS_SERVER_MAIN_PROT=1"})->warnings.at(0),
            "environment variable NACOS_SERVER_MAIN_PROT: unknown key nacos.server.main.prot; did you mean "
            "nacos.server.main.port?");
  EXPECT_EQ(load({"--zz.zz=1"})->warnings.at(0),
            "command line, --zz.zz: unknown key zz.zz; docs/settings.md lists all keys");
}

TEST_F(SettingsLoad, KeysWithoutEffectYetAreReportedOnceAndOnlyWhenTheyAskForSomething) {
  const auto quiet =
      load_file("deployment.type: all\ncluster.member.lookup.type: standalone\nxds.enabled: false\n");
  ASSERT_TRUE(quiet.has_value());
  EXPECT_TRUE(quiet->warnings.empty());
  const auto loud = load({"--xds.enabled=true", "--peers", "a:1,b:2", "--bootstrap"},
                         {"BATATA_DB_URL=mysql://x", "BATATA_DATACENTER=dc1"});
  ASSERT_TRUE(loud.has_value()) << loud.error().message;
  ASSERT_EQ(loud->warnings.size(), 1u);
  EXPECT_EQ(
      loud->warnings[0],
      "not built yet, so without effect: db.url (environment variable BATATA_DB_URL); batata.datacenter "
      "(environment variable BATATA_DATACENTER); xds.enabled (command line, --xds.enabled); cluster.members "
      "(command line, --peers); kvstore.bootstrap (command line, --bootstrap)");
}

TEST_F(SettingsLoad, OneSourceThatSaysTwoThingsIsRefused) {
  const auto loaded = load_file("server.port: 7000\nnacos.server.main.port: 7001\n");
  ASSERT_FALSE(loaded.has_value());
  const std::string path = (folder_ / "settings.yml").string();
  EXPECT_EQ(loaded.error().message, path + ", line 2: nacos.server.main.port is '7001', but " + path +
                                        ", line 1 has set it to '7000'");
  EXPECT_FALSE(load_file("nacos.standalone: true\nnacos.standalone: 'yes'\n").has_value());
  EXPECT_TRUE(load_file("server.port: 7000\nnacos.server.port: 7000\n").has_value());
  EXPECT_FALSE(load({}, {"NACOS_SERVER_PORT=1", "BATATA_PORT=2"}).has_value());
}

TEST_F(SettingsLoad, TheLastOfTwoEqualFlagsCounts) {
  EXPECT_EQ(load({"--port=7000", "--port", "7001"})->settings.port, 7001);
}

TEST_F(SettingsLoad, KubernetesVariablesOfAServiceNamedBatataAreNotOurs) {
  const auto loaded = load(
      {}, {"BATATA_PORT=tcp://10.0.0.1:8848", "BATATA_SERVICE_HOST=10.0.0.1", "BATATA_SERVICE_PORT_HTTP=8848",
           "BATATA_PORT_8848_TCP_ADDR=10.0.0.1", "BATATA_ADDR=127.0.0.1:8848", "BATATA_USERNAME=nacos",
           "BATATA_PASSWORD=pw", "BATATA_TOKEN=t", "BATATA_CA_FILE=ca.pem", "BATATA_CLIENT_CERT=c.pem",
           "BATATA_CLIENT_KEY=k.pem", "HOME=/root"});
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_TRUE(loaded->warnings.empty()) << loaded->warnings[0];
  EXPECT_EQ(loaded->settings.port, 8848);
}

TEST_F(SettingsLoad, RustLogIsAFilterBelowOurOwnNames) {
  for (const std::string filter :
       {"debug", "trace", "error,batata=warn,tower=debug", "batata::net=trace,info", "batata"})
    EXPECT_EQ(load({}, {"RUST_LOG=" + filter})->settings.log_level, filter);
  EXPECT_EQ(load({}, {"BATATA_LOG_LEVEL=warn,net=debug", "RUST_LOG=debug"})->settings.log_level,
            "warn,net=debug");
  const auto passed_over = [](const std::string& filter) {
    const auto loaded = load({}, {"RUST_LOG=" + filter});
    EXPECT_EQ(loaded->settings.log_level, "info");
    return loaded->warnings.size() == 1 ? loaded->warnings[0] : "not one warning";
  };
  EXPECT_EQ(
      passed_over("tower=debug"),
      "environment variable RUST_LOG is 'tower=debug', which names no level for batata; batata.log.level "
      "stays 'info'");
  EXPECT_EQ(
      passed_over("info,net=loud"),
      "environment variable RUST_LOG is 'info,net=loud', where 'loud' is no level; levels are trace, debug, "
      "info, warn, error and off; batata.log.level stays 'info'");
}

TEST_F(SettingsLoad, AMistypedLevelOfOurOwnIsRefused) {
  EXPECT_TRUE(load({"--batata.log.level=info,sea_orm=warn"}).has_value());
  for (const std::string filter : {"inof", "net=loud", "info,inof", "sea_orm=warn", ""})
    EXPECT_EQ(load({"--batata.log.level=" + filter}).error().message,
              "command line, --batata.log.level: batata.log.level is '" + filter +
                  "', which is not levels (trace, debug, info, warn, error, off), alone or as MODULE=LEVEL");
}

TEST_F(SettingsLoad, TheFileBesideTheProgramIsFound) {
  fs::create_directories(folder_ / "bin");
  fs::create_directories(folder_ / "conf");
  std::ofstream(folder_ / "conf/application.yml") << "nacos.server.main.port: 7000\n";
  const auto loaded = load_settings({.program_folder = folder_ / "bin", .environment = {}, .arguments = {}});
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->settings.port, 7000);
  std::ofstream(folder_ / "bin/application.yml") << "nacos.server.main.port: 7001\n";
  const auto nearer = load_settings({.program_folder = folder_ / "bin", .environment = {}, .arguments = {}});
  EXPECT_EQ(nearer->settings.port, 7001);
}

TEST_F(SettingsLoad, BrokenFilesAndCommandLinesAreRefusedWithTheirPlace) {
  EXPECT_EQ(load({"--config", "/nowhere/a.yml"}).error().message,
            "/nowhere/a.yml: the settings file cannot be read");
  EXPECT_EQ(load({"-c", folder_.string()}).error().code, Errc::kNotFound);
  const auto broken = load_file("a: 1\nb: [\n");
  ASSERT_FALSE(broken.has_value());
  EXPECT_NE(broken.error().message.find("settings.yml: line 3: not YAML"), std::string::npos)
      << broken.error().message;
  EXPECT_EQ(load({"stray"}).error().message,
            "command line: 'stray' is not a setting; settings look like --key=value");
  EXPECT_EQ(load({"--port"}).error().message, "command line: --port needs a value");
  EXPECT_EQ(load({"--port", "--bind=::"}).error().message, "command line: --port needs a value");
  EXPECT_EQ(load({"--prot=1"}).error().message, "command line: there is no --prot; did you mean --port?");
  EXPECT_EQ(load({"--conifg", "a"}).error().message,
            "command line: there is no --conifg; did you mean --config?");
  EXPECT_EQ(load({"--zzzz"}).error().message, "command line: there is no --zzzz");
  EXPECT_EQ(load({"--config"}).error().message, "command line: --config needs a value");
}

}  // namespace
}  // namespace batata::platform
