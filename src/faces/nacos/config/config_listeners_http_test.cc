// Who listens to configs, as recorded from upstream: v1 from 2.5.1, v3 from 3.1.
#include "faces/nacos/config/config_listeners_http.h"

#include <gtest/gtest.h>

#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using wire::Method;

class ConfigListenersPages : public testing::Test {
 protected:
  ConfigListenersPages() { client.set_up("{}"); }
  wire::Response ask(std::string target) {
    const auto answer = house.ask(Method::kGet, std::move(target));
    EXPECT_TRUE(answer->has_value());
    return std::move(**answer);
  }
  std::string get(std::string target) { return ask(std::move(target)).body; }
  void listen(std::string_view data_id, std::string_view tenant, std::string_view md5, bool on = true) {
    std::string body = on ? R"({"listen":true)" : R"({"listen":false)";
    body.append(R"(,"configListenContexts":[{"group":"g","dataId":")").append(data_id);
    body.append(R"(","tenant":")").append(tenant).append(R"(","md5":")").append(md5).append("\"}]}");
    client.call("ConfigBatchListenRequest", body);
  }
  auto poll(std::string_view data_id, std::string_view md5) {
    house.ask(Method::kPost, "/nacos/v1/cs/configs", "group=g&content=v1&dataId=" + std::string(data_id));
    return house.ask(Method::kPost, "/nacos/v1/cs/configs/listener",
                     "Listening-Configs=" + std::string(data_id) + "%02g%02" + std::string(md5) + "%01",
                     {{"long-pulling-timeout", "30000"}, {"x-real-ip", "10.0.0.7"}});
  }
  House house;
  Client client{house};
};

constexpr std::string_view kMd5OfV1 = "6654c734ccab8f440ff0825eb443dc7f";

TEST_F(ConfigListenersPages, AreThoseOverGrpcAndThoseWhoPoll) {
  const auto held = poll("a", kMd5OfV1);
  ASSERT_FALSE(*held);
  listen("a", "", "0");
  EXPECT_EQ(
      get("/nacos/v1/cs/configs/listener?dataId=a&group=g"),
      R"({"collectStatus":200,"lisentersGroupkeyStatus":{"10.0.0.7":"6654c734ccab8f440ff0825eb443dc7f",)"
      R"("10.0.0.9":"0"}})");
  EXPECT_EQ(get("/nacos/v1/cs/communication/configWatchers?dataId=a&group=g&tenant="),
            R"({"lisentersGroupkeyStatus":{"10.0.0.7":"6654c734ccab8f440ff0825eb443dc7f","10.0.0.9":"0"}})");
  EXPECT_EQ(get("/nacos/v1/cs/listener?ip=10.0.0.7"),
            R"({"collectStatus":200,"lisentersGroupkeyStatus":{"a+g":"6654c734ccab8f440ff0825eb443dc7f"}})");
  EXPECT_EQ(get("/nacos/v3/admin/cs/config/listener?dataId=a&groupName=g&aggregation=false"),
            R"({"code":0,"message":"success","data":{"queryType":"config","listenersStatus":)"
            R"({"10.0.0.7":"6654c734ccab8f440ff0825eb443dc7f","10.0.0.9":"0"}}})");
  EXPECT_EQ(get("/nacos/v1/cs/configs/listener?dataId=zz&group=g&tenant="),
            R"({"collectStatus":200,"lisentersGroupkeyStatus":{}})");
}

TEST_F(ConfigListenersPages, EndWithThePollAndTheListening) {
  const auto held = poll("a", kMd5OfV1);
  listen("a", "", "0");
  house.ask(Method::kPost, "/nacos/v1/cs/configs", "group=g&content=v2&dataId=a");
  ASSERT_TRUE(*held);
  listen("a", "public", "", false);
  EXPECT_EQ(get("/nacos/v1/cs/configs/listener?dataId=a&group=g"),
            R"({"collectStatus":200,"lisentersGroupkeyStatus":{}})");
}

TEST_F(ConfigListenersPages, OfAnAddressAreChosenByNamespace) {
  listen("p", "", "1");
  listen("d", "dev", "2");
  const auto v3 = [this](const std::string& more) {
    return get("/nacos/v3/admin/cs/listener?ip=10.0.0.9" + more);
  };
  const auto info = [](const std::string& status) {
    return R"({"code":0,"message":"success","data":{"queryType":"ip","listenersStatus":)" + status + "}}";
  };
  EXPECT_EQ(v3(""), info("{}"));
  EXPECT_EQ(v3("&all=true"), info(R"({"d+g+dev":"2","p+g+public":"1"})"));
  EXPECT_EQ(v3("&namespaceId=dev"), info(R"({"d+g+dev":"2"})"));
  EXPECT_EQ(get("/v3/console/cs/config/listener/ip?ip=10.0.0.9&namespaceId=public"),
            info(R"({"p+g+public":"1"})"));
  EXPECT_EQ(get("/nacos/v3/admin/cs/listener?ip=10.1.1.1&all=true"), info("{}"));
  EXPECT_EQ(get("/nacos/v1/cs/listener?ip=10.0.0.9"),
            R"({"collectStatus":200,"lisentersGroupkeyStatus":{"p+g":"1"}})");
  EXPECT_EQ(get("/nacos/v1/cs/listener?ip=10.0.0.9&tenant=dev"),
            R"({"collectStatus":200,"lisentersGroupkeyStatus":{"d+g+dev":"2","p+g":"1"}})");
  EXPECT_EQ(get("/nacos/v1/cs/communication/watcherConfigs?ip=10.0.0.9"),
            R"({"lisentersGroupkeyStatus":{"d+g+dev":"2","p+g":"1"}})");
}

TEST_F(ConfigListenersPages, KeepNoMoreOfAnMd5ThanOneHas) {
  listen("a", "", std::string(5000, 'x'));
  EXPECT_EQ(get("/nacos/v1/cs/configs/listener?dataId=a&group=g"),
            R"({"collectStatus":200,"lisentersGroupkeyStatus":{"10.0.0.9":")" +
                std::string(ConfigHub::kShownMd5Max, 'x') + R"("}})");
}

TEST_F(ConfigListenersPages, AreFoundAmongMany) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < ConfigHub::kSliceMax + 1; ++i) {
    clients.push_back(std::make_unique<Client>(house, static_cast<std::uint16_t>(i)));
    clients.back()->set_up("{}");
  }
  clients.back()->call("ConfigBatchListenRequest",
                       R"({"configListenContexts":[{"group":"g","dataId":"a","tenant":"","md5":"7"}]})");
  EXPECT_EQ(get("/nacos/v1/cs/listener?ip=10.0.0.9"),
            R"({"collectStatus":200,"lisentersGroupkeyStatus":{"a+g":"7"}})");
}

TEST_F(ConfigListenersPages, RefuseInTheWordsOfTheirFamilies) {
  const std::tuple<std::string, int, std::string> cases[] = {
      {"/nacos/v1/cs/configs/listener?group=g", 500,
       "caused: Required request parameter &#39;dataId&#39; for method parameter type String is not "
       "present;"},
      {"/nacos/v1/cs/listener", 500,
       "caused: Required request parameter &#39;ip&#39; for method parameter type String is not present;"},
      {"/nacos/v1/cs/listener?ip=1&all=maybe", 400,
       "caused: Failed to convert value of type 'java.lang.String' to required type 'boolean'; nested "
       "exception is "
       "java.lang.IllegalArgumentException: Invalid boolean value [maybe];caused: Invalid boolean value "
       "[maybe];"},
      {"/nacos/v3/admin/cs/listener", 400,
       R"({"code":10000,"message":"parameter missing","data":"Required request parameter 'ip' for method )"
       R"(parameter type String is not present"})"},
      {"/nacos/v3/admin/cs/config/listener?groupName=G", 400,
       R"({"code":10000,"message":"parameter missing","data":"Required parameter 'dataId' type String is not )"
       R"(present"})"},
  };
  for (const auto& [target, status, body] : cases) {
    const auto response = ask(target);
    EXPECT_EQ(response.status, status) << target;
    EXPECT_EQ(response.body, body);
  }
}

}  // namespace
}  // namespace batata::nacos
