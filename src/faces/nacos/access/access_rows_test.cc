// Every row about configs and services, asked in every mixture of spellings by somebody who has rights to one
// group: nothing of the others is told, and nothing of them changed.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/hash.h"
#include "domain/config/archive.h"
#include "tests/support/nacos_access.h"

namespace batata::nacos {
namespace {

using domain::ConfigId;
using wire::Method;

constexpr std::string_view kSecret = "SECRET", kSecretName = "secret", kSecretIp = "10.66.6.6";
constexpr std::string_view kOpenIp = "10.11.1.1";
constexpr std::string_view kMine = "mine", kMyGroup = "G_1";
constexpr std::string_view kSpaces[] = {kMine, "public", "other"};
constexpr std::string_view kGroups[] = {kMyGroup, "G-1", "DEFAULT_GROUP"};
constexpr std::string_view kAbsent = "-";

struct Spelled {
  std::string_view name;
  std::vector<std::string_view> values;  // as they stand in a query
};

const std::vector<Spelled>& spellings() {
  static const std::vector<Spelled> kSpellings = {
      {"tenant", {kAbsent, "", "mine", "mine", "other"}},
      {"namespaceId", {kAbsent, "", "mine", "mine", "other"}},
      {"namespace", {kAbsent, "mine", "other"}},
      {"targetNamespaceId", {kAbsent, "mine", "other"}},
      {"group", {kAbsent, "", "G_1", "G_1", "G_1", "G-1", "G%25", "*", "G_1*"}},
      {"groupName", {kAbsent, "", "G_1", "G_1", "G_1", "G-1", "G%25", "*", "G%255F1"}},
      {"dataId", {"d", "d", "", "_", "%25", "*", "*e*", "_%25"}},
      {"search", {kAbsent, "", "blur", "accurate", "other"}},
      {"serviceName",
       {"d", "d", "d", "G_1@@d", "G-1@@d", "DEFAULT_GROUP@@d", "G_1%2540%2540d", "G-1%2540%2540d", "", "*"}},
      {"encoding", {kAbsent, kAbsent, "utf-8", "iso-8859-1"}},
      {"key", {"mine%23%23G_1@@d", "mine%23%23G-1@@d", "G_1@@d", "d"}},
      {"ip", {"10.77.7.7", "10.0.0.9"}},
      {"beat",
       {kAbsent, "{\"ip\":\"10.77.7.7\",\"port\":1,\"serviceName\":\"G-1@@d\",\"cluster\":\"DEFAULT\"}",
        "{\"ip\":\"10.77.7.7\",\"port\":1,\"serviceName\":\"G_1@@d\",\"cluster\":\"DEFAULT\"}"}},
      {"Listening-Configs", {"d%02G_1%02x%02mine%01", "d%02G-1%02x%02mine%01", "d%02G_1%02x%02other%01"}},
      {"serviceNameParam", {kAbsent, "", "d"}},
      {"groupNameParam", {kAbsent, "", "G"}}};
  return kSpellings;
}

// What every request says, so that as many handlers as can be get to the end.
constexpr std::string_view kRest =
    "pageNo=1&pageSize=100&config_detail=&content=WRITTEN&port=1&weight=1&enabled=true&healthy=true&metadata="
    "a=b"
    "&clusterName=DEFAULT&ephemeral=false&protectThreshold=0&checkPort=80&useInstancePort4Check=true"
    "&healthChecker={\"type\":\"NONE\"}&withInstances=true&all=true&expr=&hasIpCount=false&quota=7";

class AccessOfRows : public testing::Test {
 protected:
  AccessOfRows() {
    for (const std::string_view space : kSpaces)
      for (const std::string_view group : kGroups) fill(std::string(space), std::string(group));
    house.let_joe("mine:G_1:*", "rw");
  }

  static bool is_mine(std::string_view space, std::string_view group) {
    return space == kMine && group == kMyGroup;
  }
  void fill(const std::string& space, const std::string& group) {
    const bool mine = is_mine(space, group);
    const std::string names = mine ? "e" : std::string(kSecretName);
    for (const std::string& name : {std::string("d"), names}) {
      for (const std::string_view content : {"before ", "now "})
        house.as("nacos", Method::kPost, "/nacos/v1/cs/configs",
                 "tenant=" + space + "&group=" + group + "&dataId=" + name +
                     "&content=" + std::string(content) + std::string(mine ? "open" : kSecret));
      house.as("nacos", Method::kPost, "/nacos/v1/ns/instance",
               "namespaceId=" + space + "&groupName=" + group + "&serviceName=" + name + "&ephemeral=false" +
                   "&port=1&ip=" + std::string(mine ? kOpenIp : kSecretIp));
    }
  }
  std::string numbers() {
    const ConfigId secret{"other", "G_1", "d"};
    const auto entries = house.configs.history().list(secret);
    const std::string nid = entries.empty() ? "1" : std::to_string(entries.front().nid);
    return "&nid=" + nid + "&id=" + std::to_string(domain::numeric_id(secret));
  }

  // The `n`-th mixture for a row: the same in every run.
  static std::string_view choose(const wire::RowInfo& row, std::size_t n, const Spelled& spelled,
                                 std::string_view salt) {
    std::string seed(row.path);
    seed.append(row.selector).append(spelled.name).append(salt).append(std::to_string(n));
    return spelled.values[hash64(seed) % spelled.values.size()];
  }
  static void append(std::string& out, std::string_view name, std::string_view value) {
    if (value == kAbsent) return;
    out.append("&").append(name).append("=").append(value);
  }
  int ask(const wire::RowInfo& row, std::size_t n, const std::string& more) {
    std::string path(row.path), query(kRest), form;
    if (const auto at = path.find('{'); at != path.npos)
      path = path.substr(0, at) + std::string(choose(row, n, {"key", spellings()[10].values}, "path"));
    if (const auto normal = wire::normalise_path(path)) path = *normal;
    if (!row.selector.empty()) query.append("&").append(row.selector);
    query += more;
    append(query, "ids", choose(row, n, {"ids", {"", "", "1"}}, ""));
    for (const Spelled& spelled : spellings()) {
      // Selectors of other rows would lead there.
      if (spelled.name == "search" && row.path == "/nacos/v1/cs/configs") continue;
      append(query, spelled.name, choose(row, n, spelled, ""));
      append(form, spelled.name, choose(row, n, spelled, "form"));
    }
    const bool has_form = row.method != Method::kGet && n % 2 == 1;
    const auto response = house.as("joe", row.method, path + "?" + query, has_form ? form : std::string());
    const std::string what = std::string(wire::name_of(row.method)) + " " + path + "?" + query;
    EXPECT_FALSE(tells(response.content())) << what << "\n" << response.content();
    return response.status;
  }
  static bool tells(std::string_view body) {
    for (const std::string_view word : {kSecret, kSecretName, kSecretIp})
      if (body.find(word) != body.npos) return true;
    const auto entries = domain::read_archive(body);
    return entries && std::ranges::any_of(*entries, [](const domain::ArchiveEntry& entry) {
             return entry.data.find(kSecret) != entry.data.npos ||
                    entry.name.find(kSecretName) != entry.name.npos;
           });
  }
  // How the others' things stand: what is there, and what should not be.
  std::string others() {
    std::string text;
    for (const auto& stored : house.proposer.store.latest().range(domain::all_configs())) {
      const auto id = domain::config_id(stored->key);
      if (!id || is_mine(id->space, id->group)) continue;
      const auto config = domain::decode_config(stored->value);
      text += id->space + " " + id->group + " " + id->data_id + " " + std::string(config->content) + "\n";
    }
    for (const registry::ServiceKey& service : house.discovery.all_services()) {
      if (is_mine(service.space, service.group)) continue;
      text += service.space + " " + service.group + " " + service.name;
      const auto snapshot = house.discovery.snapshot(service);
      if (snapshot != nullptr)
        for (const auto& one : snapshot->instances)
          text += " " + one->ip + (one->enabled ? "" : "!") + std::to_string(one->metadata.size());
      text += "\n";
    }
    return text;
  }

  GuardedHouse house;
};

TEST_F(AccessOfRows, EveryRightToAKindOfThingSaysToWhich) {
  for (const wire::RowInfo& row : house.router.rows()) {
    const std::string_view what = row.permission.substr(0, row.permission.rfind(':'));
    bool is_kind = false;
    for (const std::string_view kind :
         {"config", "config/*", "*:config/*", "naming", "naming/*", "*:naming/*"})
      is_kind = is_kind || what == kind;
    EXPECT_EQ(row.resources != nullptr, is_kind) << row.path << " " << row.permission;
  }
}

TEST_F(AccessOfRows, NoMixtureOfSpellingsLeadsAroundAPermission) {
  const std::string before = others(), more = numbers();
  ASSERT_NE(before.find(kSecret), before.npos);
  ASSERT_NE(before.find(kSecretIp), before.npos);
  constexpr std::size_t kMixtures = 40;
  int admitted = 0, refused = 0;
  for (const wire::RowInfo& row : house.router.rows()) {
    if (row.resources == nullptr) continue;
    for (std::size_t n = 0; n < kMixtures; ++n) ++(ask(row, n, more) == 403 ? refused : admitted);
  }
  EXPECT_EQ(others(), before);
  EXPECT_GT(admitted, 200);
  EXPECT_GT(refused, 500);
}

// Its twin: who names what is his gets it, whatever else the request says that the row does not go by.
TEST_F(AccessOfRows, WhatIsOnesOwnIsReached) {
  for (const std::string_view own :
       {"/nacos/v1/cs/configs?tenant=mine&group=G_1&dataId=d&namespaceId=other&groupName=G-1",
        "/nacos/v1/cs/configs?namespaceId=mine&group=G_1&dataId=d",
        "/nacos/v2/cs/config?namespaceId=mine&group=G_1&dataId=d",
        "/nacos/v3/client/cs/config?namespaceId=mine&groupName=G_1&dataId=d&tenant=other&group=G-1"}) {
    const auto response = house.as("joe", Method::kGet, std::string(own));
    EXPECT_NE(response.content().find("open"), std::string_view::npos) << own;
  }
  for (const std::string_view own :
       {"/nacos/v1/ns/instance/list?namespaceId=mine&serviceName=G_1@@d&groupName=G-1",
        "/nacos/v1/ns/instance/list?namespaceId=mine&serviceName=d&groupName=G_1",
        "/nacos/v2/ns/instance/list?namespaceId=mine&serviceName=d&groupName=G_1",
        "/nacos/v2/ns/catalog/instances?namespaceId=mine&serviceName=G_1@@d&pageNo=1&pageSize=9",
        "/nacos/v3/client/ns/instance/list?namespaceId=mine&serviceName=d&groupName=G_1",
        "/nacos/v1/ns/instance/statuses?key=mine%23%23G_1@@d"}) {
    const auto response = house.as("joe", Method::kGet, std::string(own));
    EXPECT_NE(response.content().find(kOpenIp), std::string_view::npos) << own << "\n" << response.content();
  }
}

// '_' stands for any character in a pattern, and is a letter of many names: who has a right to team_a lists
// it, and finds nothing of team-a.
TEST_F(AccessOfRows, AListByPatternsShowsWhatItsReaderMayRead) {
  const std::string mine = "&tenant=mine&group=G_1&config_detail=&pageNo=1&pageSize=9";
  const std::string mine_v3 = "&namespaceId=mine&groupName=G_1";
  for (const std::string& list :
       {"/nacos/v1/cs/configs?search=blur&dataId=*" + mine, "/nacos/v1/cs/configs?search=blur&dataId=" + mine,
        "/nacos/v2/cs/config/searchDetail?search=blur&dataId=%25" + mine,
        "/nacos/v2/cs/config/searchDetail?dataId=" + mine,  // without a word they are by patterns, too
        "/nacos/v3/admin/cs/config/list?search=blur&dataId=*" + mine_v3,
        "/nacos/v3/admin/cs/config/list?dataId=" + mine_v3,
        "/v3/console/cs/config/list?search=blur&dataId=" + mine_v3}) {
    const auto response = house.as("joe", Method::kGet, list);
    EXPECT_EQ(response.status, 200) << list;
    EXPECT_NE(response.content().find(R"("totalCount":2)"), std::string_view::npos) << list << "\n"
                                                                                    << response.content();
  }
  // Others' rights show more of the same.
  const auto all = house.as("nacos", Method::kGet, "/nacos/v1/cs/configs?search=blur&dataId=" + mine);
  EXPECT_NE(all.content().find(R"("totalCount":4)"), std::string_view::npos) << all.content();
}

TEST_F(AccessOfRows, AnExportByPatternHoldsWhatItsReaderMayRead) {
  house.let_joe("mine:G-1:config/d_*", "r");
  for (const std::string name : {"d_1", "d-1"})
    house.as("nacos", Method::kPost, "/nacos/v1/cs/configs",
             "tenant=mine&group=G-1&dataId=" + name + "&content=x");
  for (const std::string path :
       {"/nacos/v1/cs/configs?export=true&tenant=mine", "/nacos/v1/cs/configs?exportV2=true&tenant=mine",
        "/nacos/v3/admin/cs/config/export?namespaceId=mine",
        "/v3/console/cs/config/export2?namespaceId=mine"}) {
    const auto response =
        house.as("joe", Method::kGet, path + "&group=G-1&groupName=G-1&dataId=d_*&appName=&ids=");
    EXPECT_EQ(response.status, 200) << path;
    const auto entries = domain::read_archive(response.content());
    ASSERT_TRUE(entries.has_value()) << path;
    const auto has = [&entries](std::string_view name) {
      return std::ranges::any_of(*entries, [name](const auto& entry) { return entry.name == name; });
    };
    EXPECT_TRUE(has("G-1/d_1")) << path;
    EXPECT_FALSE(has("G-1/d-1")) << path;
  }
}

TEST_F(AccessOfRows, ANumberIsNoWayToAnotherConfig) {
  const std::string secret = std::to_string(domain::numeric_id({"mine", "G-1", "d"}));
  const std::string own = std::to_string(domain::numeric_id({"mine", "G_1", "d"}));
  for (const std::string& number : {secret, own}) {
    EXPECT_EQ(
        house.as("joe", Method::kDelete, "/nacos/v1/cs/configs?tenant=mine&delType=ids&ids=" + number).status,
        403);
    EXPECT_EQ(
        house.as("joe", Method::kGet, "/nacos/v1/cs/configs?export=true&tenant=mine&group=G_1&ids=" + number)
            .status,
        403);
    EXPECT_EQ(house.as("joe", Method::kPost, "/nacos/v1/cs/configs?clone=true&tenant=mine").status, 403);
  }
  house.let_joe("mine:*:config/*", "rw");
  EXPECT_EQ(
      house.as("joe", Method::kGet, "/nacos/v1/cs/configs?export=true&tenant=mine&ids=" + secret).status,
      200);
  EXPECT_EQ(
      house.as("joe", Method::kGet, "/nacos/v1/cs/configs?export=true&tenant=other&ids=" + secret).status,
      403);
  EXPECT_EQ(
      house.as("joe", Method::kDelete, "/nacos/v3/admin/cs/config/batch?namespaceId=mine&ids=" + own).status,
      403);
}

// A poll's entries are of the POST that polls; the GET of that path tells who listens to the config that its
// own parameters name.
TEST_F(AccessOfRows, APollsEntriesSayNothingOfWhoListens) {
  const std::string entry = "Listening-Configs=d%02G_1%02x%02mine%01";
  house.let_joe("mine:*:config/*", "r");
  EXPECT_EQ(
      house.as("joe", Method::kGet, "/nacos/v1/cs/configs/listener?dataId=d&group=G_1&tenant=other&" + entry)
          .status,
      403);
  EXPECT_EQ(
      house.as("joe", Method::kGet, "/nacos/v1/cs/configs/listener?dataId=d&group=G_1&tenant=mine").status,
      200);
  EXPECT_EQ(
      house.as("joe", Method::kPost, "/nacos/v1/cs/configs/listener?tenant=other", std::string(entry)).status,
      200);
}

TEST_F(AccessOfRows, TheCatalogOfV2GoesByNoGroupName) {
  house.let_joe("public:G_1:naming/*", "r");
  const std::string page = "&pageNo=1&pageSize=10";
  EXPECT_EQ(house.as("joe", Method::kGet, "/nacos/v2/ns/catalog/instances?serviceName=d&groupName=G_1" + page)
                .status,
            403);
  EXPECT_EQ(house.as("joe", Method::kGet, "/nacos/v2/ns/catalog/instances?serviceName=G_1@@d" + page).status,
            200);
}

}  // namespace
}  // namespace batata::nacos
