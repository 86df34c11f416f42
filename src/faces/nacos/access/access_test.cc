#include "faces/nacos/access/access.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/crypto.h"
#include "base/json.h"
#include "tests/support/nacos_access.h"

namespace batata::nacos {
namespace {

using wire::Method;

constexpr std::string_view kConfigV1 = "/nacos/v1/cs/configs?dataId=d&group=g";
constexpr std::string_view kConfigV3 = "/nacos/v3/client/cs/config?dataId=d&groupName=g";

using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

class AccessOverHttp : public testing::Test {
 protected:
  wire::Response get(std::string_view target, Headers headers = {}) {
    return std::move(house.ask(Method::kGet, std::string(target), {}, std::move(headers))->value());
  }
  std::string message(std::string_view target, Headers headers = {}) {
    const auto response = get(target, std::move(headers));
    const auto json = json::parse(response.body);
    const std::string text = json ? (*json)["message"].as_text().value_or("") : response.body;
    return std::to_string(response.status) + " " + text;
  }
  int status(std::string_view user, std::string_view target, Method method = Method::kGet) {
    return house.as(user, method, std::string(target)).status;
  }
  GuardedHouse house;
};

constexpr std::string_view kNobodyV1 = "403 user not found!";
constexpr std::string_view kNobodyV3 =
    "403 Code: 401, Message: User not found! Please check user exist or password is right!.";

TEST_F(AccessOverHttp, RefusesInTheWordsOfThePathsFamily) {
  EXPECT_EQ(message(kConfigV1), kNobodyV1);
  EXPECT_EQ(message("/nacos/v2/cs/config?dataId=d&group=g"), kNobodyV1);
  EXPECT_EQ(message(kConfigV3), kNobodyV3);
  EXPECT_EQ(message(kConfigV1, {{"accesstoken", "garbage"}}), "403 token invalid!");
  EXPECT_EQ(message(kConfigV3, {{"accesstoken", "garbage"}}), "403 Code: 401, Message: token invalid!.");
  const auto v1 = get(kConfigV1);
  EXPECT_EQ(v1.content_type, "application/json;charset=UTF-8");
  EXPECT_NE(
      v1.body.find(
          R"("status":403,"error":"Forbidden","message":"user not found!","path":"/nacos/v1/cs/configs"})"),
      std::string::npos);
  EXPECT_EQ(get("/nacos/v1/ns/instance/list?serviceName=s").content_type, "application/json");
}

wire::PeerCertificate certificate_of(std::string common_name, std::vector<std::string> alternative = {}) {
  return {std::move(common_name), std::move(alternative)};
}

TEST_F(AccessOverHttp, ACertificateIsAnAccountWhereTheOptionsSaySo) {
  const auto as = [](CertificateName name, wire::PeerCertificate certificate) {
    AccessOptions rules = guarded();
    rules.certificate_name = name;
    GuardedHouse other(std::move(rules));
    other.let_joe("*:*:config/*", "r");
    other.certificate = std::make_shared<const wire::PeerCertificate>(std::move(certificate));
    const auto status = [&other](Method method, std::string target, std::string form = {}) {
      return std::to_string((*other.ask(method, std::move(target), std::move(form)))->status);
    };
    return status(Method::kGet, std::string(kConfigV1)) + " " +
           status(Method::kPost, "/nacos/v1/cs/configs", "dataId=d&group=g&content=1") + " " +
           status(Method::kGet, "/nacos/v3/auth/user/list?pageNo=1&pageSize=10");
  };
  const std::string nobody = "403 403 403", reads = "404 403 403", all = "404 200 200";
  EXPECT_EQ(as(CertificateName::kCommon, certificate_of("joe")), reads) << "what joe may, and no more";
  EXPECT_EQ(as(CertificateName::kCommon, certificate_of("nacos")), all);
  EXPECT_EQ(as(CertificateName::kNone, certificate_of("nacos", {"nacos"})), nobody);
  EXPECT_EQ(as(CertificateName::kCommon, certificate_of("ghost", {"nacos"})), nobody);
  EXPECT_EQ(as(CertificateName::kCommon, certificate_of("")), nobody);
  EXPECT_EQ(as(CertificateName::kAlternative, certificate_of("nacos", {"ghost", "joe", "nacos"})), reads);
  EXPECT_EQ(as(CertificateName::kAlternative, certificate_of("nacos")), nobody);
}

TEST_F(AccessOverHttp, ProofThatIsShownCountsAndNotTheCertificate) {
  AccessOptions rules = guarded();
  rules.certificate_name = CertificateName::kCommon;
  GuardedHouse other(std::move(rules));
  other.certificate = std::make_shared<const wire::PeerCertificate>(certificate_of("nacos"));
  const auto status = [&other](Headers headers) {
    return (*other.ask(Method::kGet, std::string(kConfigV1), {}, std::move(headers)))->status;
  };
  EXPECT_EQ(status({}), 404);
  EXPECT_EQ(status({{"accesstoken", "garbage"}}), 403);
  EXPECT_EQ(status({{"username", "nacos"}, {"password", "wrong"}}), 403);
  EXPECT_EQ(status({{"accesstoken", other.token("joe")}}), 403) << "joe may not";
}

TEST_F(AccessOverHttp, TakesProofFromHeadersAndParameters) {
  const std::string token = house.token("nacos"), bearer = "Bearer " + token;
  const std::string query = std::string(kConfigV1) + "&accessToken=" + token;
  EXPECT_EQ(get(query).status, 404);
  EXPECT_EQ(get(kConfigV1, {{"accesstoken", token}}).status, 404);
  EXPECT_EQ(get(kConfigV1, {{"authorization", bearer}}).status, 404);
  EXPECT_EQ(get(kConfigV1, {{"username", "nacos"}, {"password", "pw"}}).status, 404);
  EXPECT_EQ(get(std::string(kConfigV1) + "&username=nacos&password=pw").status, 404);
  EXPECT_EQ(
      (*house.ask(Method::kPost, "/nacos/v1/cs/configs", "dataId=x&group=g&content=1&accessToken=" + token))
          ->status,
      200);
  // No proof at all:
  EXPECT_EQ(message(kConfigV1, {{"authorization", token}}), kNobodyV1);
  EXPECT_EQ(message(kConfigV1, {{"accesstoken", "  "}}), kNobodyV1);
  EXPECT_EQ(message(std::string(kConfigV1) + "&accesstoken=" + token), kNobodyV1);
  EXPECT_EQ(message(std::string(kConfigV1) + "&username=nacos"), kNobodyV1);
  EXPECT_EQ(message(std::string(kConfigV1) + "&username=nacos&password=wrong"), kNobodyV1);
  EXPECT_EQ(message(std::string(kConfigV3) + "&username=nacos&password=wrong"), kNobodyV3);
  EXPECT_EQ(message(std::string(kConfigV3) + "&username=ghost&password=wrong"), kNobodyV3);
}

TEST_F(AccessOverHttp, ParametersComeBeforeHeadersAndTokensBeforePasswords) {
  const std::string token = house.token("nacos");
  const std::string good = std::string(kConfigV1) + "&accessToken=" + token;
  EXPECT_EQ(get(good, {{"accesstoken", "garbage"}}).status, 404);
  EXPECT_EQ(message(std::string(kConfigV1) + "&accessToken=garbage", {{"accesstoken", token}}),
            "403 token invalid!");
  EXPECT_EQ(get(good + "&username=nacos&password=wrong").status, 404);
  const std::string bearer = "Bearer garbage";
  EXPECT_EQ(message(good, {{"authorization", bearer}}), "403 token invalid!");
}

TEST_F(AccessOverHttp, APublishIsSignedByWhoItNamesElseByWhoHasSignedIn) {
  const std::pair<std::string, std::string> forms[] = {
      {"/nacos/v1/cs/configs", "dataId=d&group=g&content=x&src_user="},
      {"/nacos/v2/cs/config", "dataId=d&group=g&content=x&srcUser="},
      {"/nacos/v3/admin/cs/config", "dataId=d&groupName=g&content=x&srcUser="}};
  for (const auto& [path, form] : forms) {
    EXPECT_EQ(house.as("nacos", Method::kPost, path, form + "someone").status, 200) << path;
    EXPECT_EQ((*house.configs.get({"public", "g", "d"}))->modified_by, "someone") << path;
    EXPECT_EQ(house.as("nacos", Method::kPost, path, form).status, 200) << path;
    EXPECT_EQ((*house.configs.get({"public", "g", "d"}))->modified_by, "nacos") << path;
  }
}

TEST_F(AccessOverHttp, S01AUserAgentMeansNothing) {
  for (const std::string_view agent : {"Nacos-Server", "Nacos-Server:v2.5.1", "Nacos-Server/"}) {
    EXPECT_EQ(message(kConfigV1, {{"user-agent", agent}}), kNobodyV1);
    const auto write = *house.ask(Method::kPost, "/nacos/v1/cs/configs", "dataId=d&group=g&content=1",
                                  {{"user-agent", agent}});
    EXPECT_EQ(write->status, 403);
  }
  EXPECT_EQ(get(kConfigV1, {{"user-agent", "Nacos-Server"}, {"golden-identity", "golden-value"}}).status,
            404);
}

TEST_F(AccessOverHttp, S02OnlyTheConfiguredServerIdentityCounts) {
  EXPECT_EQ(get(kConfigV1, {{"golden-identity", "golden-value"}}).status, 404);
  EXPECT_EQ(get(kConfigV3, {{"golden-identity", "golden-value"}}).status, 200);
  for (const auto& header : Headers{{"golden-identity", "x"},
                                    {"golden-identity", ""},
                                    {"golden-identity", "golden-value "},
                                    {"serveridentity", "security"},
                                    {"default-server-key", "default-server-value"},
                                    {"nacos", "nacos"},
                                    {"", "golden-value"},
                                    {"", ""}}) {
    EXPECT_EQ(message(kConfigV1, {header}), kNobodyV1) << header.first << "=" << header.second;
  }
  // Users are an administrator's, not another server's; nor does it count as a parameter.
  EXPECT_EQ(
      get("/nacos/v3/auth/user/list?pageNo=1&pageSize=10", {{"golden-identity", "golden-value"}}).status,
      403);
  EXPECT_EQ(get("/v3/auth/user/list?pageNo=1&pageSize=10", {{"golden-identity", "golden-value"}}).status,
            403);
  EXPECT_EQ(message(std::string(kConfigV1) + "&golden-identity=golden-value"), kNobodyV1);
}

TEST_F(AccessOverHttp, S02WithoutAConfiguredIdentityNoneIsAccepted) {
  for (const bool named : {false, true}) {
    AccessOptions rules = guarded();
    rules.identity_value = Secret();
    if (!named) rules.identity_name.clear();
    GuardedHouse plain(std::move(rules));
    for (const auto& header : Headers{{"golden-identity", ""}, {"golden-identity", "golden-value"}, {"", ""}})
      EXPECT_EQ((*plain.ask(Method::kGet, std::string(kConfigV1), {}, {header}))->status, 403);
    EXPECT_EQ(plain.as("nacos", Method::kGet, std::string(kConfigV1)).status, 404);
  }
}

TEST_F(AccessOverHttp, S04TokensThatWeDidNotSignAreRefused) {
  const auto refused = [this](const std::string& token) {
    return message(kConfigV3, {{"accesstoken", token}});
  };
  const WallTime later{house.runtime.wall_now().ms + 3'600'000};
  EXPECT_EQ(refused(sign_token("SecretKey012345678901234567890123456789012345678901234567890123456789",
                               "nacos", later)),
            "403 Code: 401, Message: Invalid signature.");
  EXPECT_EQ(refused(sign_token(kTestKey, "nacos", {house.runtime.wall_now().ms - 2000})),
            "403 Code: 401, Message: token expired!.");
  EXPECT_EQ(
      refused(base64url(R"({"alg":"none"})") + "." + base64url(R"({"sub":"nacos","exp":4000000000})") + "."),
      "403 Code: 401, Message: token invalid!.");
  EXPECT_EQ(refused(std::string(10'000, 'a') + ".b.c"), "403 Code: 401, Message: token invalid!.");
  EXPECT_EQ(refused(house.token("ghost")), "403 Code: 403, Message: authorization failed!.");
  EXPECT_EQ(get(kConfigV3, {{"accesstoken", house.token("nacos")}}).status, 200);
}

TEST_F(AccessOverHttp, S06NothingAnswersWhereUpstreamHadADatabaseShell) {
  for (const std::string_view path : {"/nacos/v1/cs/ops/derby?sql=select+1", "/nacos/v1/cs/ops/derby/import",
                                      "/nacos/v1/cs/ops/data/removal"}) {
    for (const Method method : {Method::kGet, Method::kPost}) {
      const int nobody = status("", path, method);
      EXPECT_TRUE(nobody >= 400) << path << nobody;
      EXPECT_TRUE(status("joe", path, method) >= 400) << path;
    }
  }
}

TEST_F(AccessOverHttp, S12ARowWithoutARightSaysWhyItIsPublic) {
  for (const wire::RowInfo& row : house.router.rows()) {
    if (row.permission.empty())
      EXPECT_NE(row.summary.find("Public"), row.summary.npos) << wire::name_of(row.method) << ' ' << row.path;
  }
}

TEST_F(AccessOverHttp, S12NothingIsReadOrWrittenWithoutProof) {
  const std::pair<Method, std::string_view> calls[] = {
      {Method::kGet, kConfigV1},
      {Method::kHead, kConfigV1},
      {Method::kPost, "/nacos/v1/cs/configs?dataId=d&group=g&content=1"},
      {Method::kDelete, kConfigV1},
      {Method::kGet, "/nacos/v1/cs/configs?search=blur&dataId=&group=&pageNo=1&pageSize=10"},
      {Method::kPost, "/nacos/v1/cs/configs/listener"},
      {Method::kGet, "/nacos/v2/cs/config?dataId=d&group=g"},
      {Method::kPost, "/nacos/v2/cs/config?dataId=d&group=g&content=1"},
      {Method::kGet, kConfigV3},
      {Method::kGet, "/nacos/v1/ns/instance/list?serviceName=s"},
      {Method::kGet, "/nacos/v1/ns/instance?serviceName=s&ip=1.1.1.1&port=1"},
      {Method::kPost, "/nacos/v1/ns/instance?serviceName=s&ip=1.1.1.1&port=1"},
      {Method::kPut, "/nacos/v1/ns/instance/beat?serviceName=s&ip=1.1.1.1&port=1"},
      {Method::kGet, "/nacos/v1/ns/service/list?pageNo=1&pageSize=10"},
      {Method::kGet, "/nacos/v1/ns/instance/statuses?key=g@@s"},
      {Method::kGet, "/nacos/v3/client/ns/instance/list?serviceName=s"},
      {Method::kPost, "/nacos/v3/client/ns/instance?serviceName=s&ip=1.1.1.1&port=1"}};
  for (const auto& [method, target] : calls) {
    EXPECT_EQ(status("", target, method), 403) << target;
    EXPECT_EQ(status("joe", target, method), 403) << target;
    EXPECT_NE(status("nacos", target, method), 403) << target;
  }
  // What probes and clients ask before anything else stays open.
  for (const std::string_view open :
       {"/nacos/v1/console/server/state", "/nacos/v1/console/health/liveness",
        "/nacos/v1/ns/operator/metrics", "/nacos/v3/admin/core/state/readiness"})
    EXPECT_EQ(status("", open), 200) << open;
}

TEST_F(AccessOverHttp, APermissionReachesAsFarAsItsPattern) {
  house.let_joe("public:g:config/*", "r");
  EXPECT_EQ(status("joe", kConfigV1), 404);
  EXPECT_EQ(status("joe", kConfigV3), 200);
  EXPECT_EQ(status("joe", std::string(kConfigV1) + "&tenant=public"), 404);
  EXPECT_EQ(status("joe", std::string(kConfigV1) + "&tenant=other"), 403);
  EXPECT_EQ(status("joe", "/nacos/v1/cs/configs?dataId=d&group=h"), 403);
  EXPECT_EQ(status("joe", "/nacos/v1/cs/configs?dataId=d&group=g&content=1", Method::kPost), 403);
  EXPECT_EQ(status("joe", "/nacos/v1/cs/configs?search=blur&dataId=&group=&pageNo=1&pageSize=10"), 403);
  EXPECT_EQ(status("joe", "/nacos/v1/ns/instance/list?serviceName=g@@s"), 403);
  house.let_joe(":*:naming/s", "rw");
  EXPECT_EQ(status("joe", "/nacos/v1/ns/instance/list?serviceName=g@@s"), 200);
  EXPECT_EQ(status("joe", "/nacos/v1/ns/instance/statuses?key=public%23%23g@@s"), 200);
  EXPECT_EQ(status("joe", "/nacos/v1/ns/instance/statuses?key=other%23%23g@@s"), 403);
}

// However a thing can be spelled, the handler cannot be led to one that the gate has not seen.
TEST_F(AccessOverHttp, NoSecondSpellingLeadsAroundThePermission) {
  house.let_joe("mine:G:config/*", "rw");
  house.let_joe("mine:G:naming/*", "rw");
  house.as("nacos", Method::kPost, "/nacos/v1/cs/configs", "dataId=d&group=G&content=secret");
  house.as("nacos", Method::kPost, "/nacos/v1/cs/configs", "dataId=d&group=G&tenant=other&content=secret");
  EXPECT_EQ(status("joe", "/nacos/v1/cs/configs?dataId=d&group=G&tenant=mine"), 404);
  for (const std::string_view around :
       {"/nacos/v1/cs/configs?dataId=d&group=G&tenant=other&namespaceId=mine",
        "/nacos/v1/cs/configs?dataId=d&group=G&namespaceId=other",
        "/nacos/v2/cs/config?dataId=d&group=G&namespaceId=mine&tenant=other",
        "/nacos/v2/cs/config?dataId=d&group=H&groupName=G&namespaceId=mine",
        "/nacos/v3/client/cs/config?dataId=d&groupName=G&tenant=mine",
        "/nacos/v3/client/cs/config?dataId=d&groupName=H&group=G&namespaceId=mine",
        "/nacos/v1/ns/instance/list?namespaceId=mine&serviceName=H@@s&groupName=G"})
    EXPECT_EQ(status("joe", around), 403) << around;
  // What the handler does not go by takes nothing away either.
  for (const std::string_view own :
       {"/nacos/v3/client/cs/config?dataId=d&groupName=G&namespaceId=mine&tenant=other",
        "/nacos/v1/ns/instance/list?namespaceId=mine&serviceName=G@@s&groupName=H"})
    EXPECT_EQ(status("joe", own), 200) << own;
  EXPECT_EQ(status("joe", "/nacos/v1/cs/configs?dataId=d&group=G&tenant=mine&namespaceId=other"), 404);
}

// Handlers of v1 and some of v2 decode names once more where `encoding` says so.
TEST_F(AccessOverHttp, NoEncodingLeadsAroundThePermission) {
  house.let_joe("public:DEFAULT_GROUP:naming/*", "rw");
  EXPECT_EQ(status("joe", "/nacos/v1/ns/instance/list?serviceName=s"), 200);
  EXPECT_EQ(status("joe", "/nacos/v1/ns/instance/list?serviceName=a%2525b&encoding=utf-8"), 200);
  for (const std::string encoding : {"utf-8", "UTF8", "iso-8859-1", "latin1"}) {
    const std::string hidden = "serviceName=other%2540%2540s&encoding=" + encoding;
    EXPECT_EQ(status("joe", "/nacos/v1/ns/instance/list?" + hidden), 403) << encoding;
    EXPECT_EQ(status("joe", "/nacos/v1/ns/instance?ip=10.1.0.1&port=1&" + hidden, Method::kPost), 403);
    // This one decodes nothing: a name with percent signs, in the default group.
    EXPECT_EQ(status("joe", "/nacos/v2/ns/catalog/instances?pageNo=1&pageSize=1&" + hidden), 200) << encoding;
    EXPECT_EQ(status("joe", "/nacos/v1/ns/service/list?pageNo=1&pageSize=1&groupName=o%2574her&encoding=" +
                                encoding),
              403);
  }
}

// Names that a row does not go by cannot make what it reaches look small.
TEST_F(AccessOverHttp, NoNameMakesAListSmallerThanItIs) {
  house.let_joe("public:mine:config/*", "rw");
  house.let_joe("public:mine:naming/s", "rw");
  const std::string config = "tenant=&namespaceId=&group=mine&groupName=mine&dataId=d";
  const std::string service = "namespaceId=public&groupName=mine&serviceName=s&pageNo=1&pageSize=10";
  EXPECT_EQ(status("joe", "/nacos/v1/cs/configs?group=mine&dataId=d"), 404);
  EXPECT_EQ(status("joe", "/nacos/v1/ns/instance/list?groupName=mine&serviceName=s"), 200);
  for (const std::string path :
       {"/nacos/v1/cs/history/configs", "/nacos/v2/cs/history/configs", "/nacos/v3/admin/cs/history/configs",
        "/nacos/v1/cs/capacity", "/nacos/v1/cs/listener", "/nacos/v1/cs/communication/watcherConfigs"})
    EXPECT_EQ(status("joe", path + "?ip=10.1.0.1&" + config), 403) << path;
  for (const std::string path :
       {"/nacos/v1/cs/configs?import=true&", "/nacos/v3/admin/cs/config/import?", "/nacos/v1/cs/capacity?"})
    EXPECT_EQ(status("joe", path + config, Method::kPost), 403) << path;
  for (const std::string path :
       {"/nacos/v1/ns/service/list", "/nacos/v2/ns/service/list", "/nacos/v3/admin/ns/service/list",
        "/nacos/v1/ns/catalog/services", "/nacos/v1/ns/service/names", "/nacos/v1/ns/service/subscribers",
        "/nacos/v3/admin/ns/service/subscribers", "/nacos/v3/admin/ns/client/list"})
    EXPECT_EQ(status("joe", path + "?" + service), 403) << path;
}

TEST_F(AccessOverHttp, ALongPollNeedsARightToEveryNamespaceThatItNames) {
  house.let_joe("mine:*:*", "r");
  const auto poll = [this](std::string_view entries) {
    return house
        .as("joe", Method::kPost, "/nacos/v1/cs/configs/listener",
            "Listening-Configs=" + std::string(entries))
        .status;
  };
  // An md5 that is not the config's is told at once.
  EXPECT_EQ(poll("d%02g%02x%02mine%01"), 200);
  EXPECT_EQ(poll("d%02g%02x%02mine%01d%02g%02x%02other%01"), 403);
  EXPECT_EQ(poll("d%02g%02x%01"), 403);
  EXPECT_EQ(poll("d%2502g%2502x%2502mine%2501"), 200);
  EXPECT_EQ(poll("d%2502g%2502x%2502other%2501"), 403);
}

TEST_F(AccessOverHttp, ATokenOutlivesItsUserButOpensNothing) {
  house.let_joe(":*:*", "rw");
  EXPECT_EQ(status("joe", kConfigV1), 404);
  house.as("nacos", Method::kDelete, "/nacos/v3/auth/user?username=joe");
  EXPECT_EQ(status("joe", kConfigV1), 403);
  EXPECT_EQ(status("joe", "/nacos/v3/auth/user?username=joe&newPassword=x", Method::kPut), 403);
}

// S03 at the face: what a transport makes of each spelling is either guarded or another path.
TEST_F(AccessOverHttp, S03EverySpellingOfAGuardedPathIsRefused) {
  for (const std::string_view spelling :
       {"/nacos/v1/cs/configs/", "//nacos/v1/cs/configs", "/nacos/./v1/cs/configs",
        "/nacos/v1/cs/configs;x=1", "/nacos/v1/cs/%63onfigs", "/nacos%2fv1/cs/configs",
        "/nacos/x/%2e%2e/v1/cs/configs", "/nacos/v1/auth/../cs/configs",
        "/nacos/v3/auth/user/login/../../../../v1/cs/configs"}) {
    const auto normal = wire::normalise_path(spelling);
    ASSERT_TRUE(normal) << spelling;
    EXPECT_EQ(status("", *normal + "?dataId=d&group=g"), 403) << spelling;
  }
  for (const std::string_view other :
       {"/Nacos/v1/cs/configs", "/nacos/v1/cs/Configs", "/nacos/v1/cs/configs%20",
        "/nacos/v1/cs/configs.json", "/nacos/v1/cs/configs%3b"}) {
    const auto normal = wire::normalise_path(other);
    ASSERT_TRUE(normal) << other;
    EXPECT_EQ(status("", *normal + "?dataId=d&group=g"), 404) << other;
  }
}

// ---------------------------------------------------------------- every row

bool names_one(const wire::RowInfo& row) {
  return std::ranges::any_of(row.params, [](const wire::Param& param) {
    for (const std::string_view name : {"dataId", "serviceName", "key", "ids", "Listening-Configs"})
      if (param.name == name) return true;
    return false;
  });
}

// A row that asks for a right to one thing must be told which; copies ask for a right to everything by
// themselves.
TEST_F(AccessOverHttp, ARowWithoutANameOfOneThingAsksForARightToAll) {
  for (const wire::RowInfo& row : house.router.rows()) {
    const std::string_view kind = row.permission.substr(0, row.permission.find(':'));
    if ((kind != "config" && kind != "naming") || row.params.empty()) continue;
    if (row.selector == "clone=true" || row.path.ends_with("/clone")) continue;
    EXPECT_TRUE(names_one(row)) << row.path << " " << row.selector;
  }
}

TEST_F(AccessOverHttp, ARowThatAsksForNothingSaysWhy) {
  for (const wire::RowInfo& row : house.router.rows())
    if (row.permission.empty()) EXPECT_NE(row.summary.find("ublic"), std::string_view::npos) << row.path;
}

TEST_F(AccessOverHttp, EveryRequestTypeOfGrpcAsksForARight) {
  for (const Rpc* row : house.face.rpcs()) {
    if (row->cluster_only || row->request == "HealthCheckRequest") continue;
    EXPECT_FALSE(row->permission.empty()) << row->request;
    const bool is_kind = row->permission.starts_with("config:") || row->permission.starts_with("naming:");
    EXPECT_EQ(row->resources != nullptr, is_kind) << row->request;
  }
}

}  // namespace
}  // namespace batata::nacos
