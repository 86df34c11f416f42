#include "faces/nacos/config/config_rights.h"

#include <gtest/gtest.h>

namespace batata::nacos {
namespace {

using Touched = wire::Right::Resources;

Resources of(const char* one) {
  return {one};
}

// A request as a transport makes it: parameters in the query, and in a form where there is one.
Resources touched(Touched by, std::string_view query, std::string_view form = {}) {
  wire::Request request;
  request.method = form.empty() ? wire::Method::kGet : wire::Method::kPost;
  request.path = "/x";
  request.query = query;
  request.body = form;
  if (!form.empty()) request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  return by(request);
}

TEST(ConfigRights, OfV1AndV2GoByTenantElseNamespaceId) {
  EXPECT_EQ(touched(touched_config, "dataId=d&group=g"), of("public:g:config/d"));
  EXPECT_EQ(touched(touched_config, "dataId=d&group=g&tenant=t"), of("t:g:config/d"));
  EXPECT_EQ(touched(touched_config, "dataId=d&group=g&namespaceId=t"), of("t:g:config/d"));
  EXPECT_EQ(touched(touched_config, "dataId=d&group=g&tenant=t&namespaceId=u"), of("t:g:config/d"));
  EXPECT_EQ(touched(touched_config, "dataId=d&group=g&tenant=&namespaceId=u"), of("u:g:config/d"));
  EXPECT_EQ(touched(touched_config, "dataId=d&group=g&tenant=+&namespaceId=u"), of("u:g:config/d"));
  EXPECT_EQ(touched(touched_config, "dataId=d&group=g&groupName=h&namespace=n"), of("public:g:config/d"));
  EXPECT_EQ(touched(touched_config, "dataId=d&groupName=h"), of("public:*:config/d"));
  EXPECT_EQ(touched(touched_config, ""), of("public:*:config/*"));
}

TEST(ConfigRights, OfV3GoByNamespaceIdAndGroupName) {
  EXPECT_EQ(touched(touched_config_v3, "dataId=d&groupName=g"), of("public:g:config/d"));
  EXPECT_EQ(touched(touched_config_v3, "dataId=d&groupName=g&namespaceId=t&tenant=u&group=h"),
            of("t:g:config/d"));
  EXPECT_EQ(touched(touched_config_v3, "dataId=d&group=h&tenant=u"), of("public:*:config/d"));
}

TEST(ConfigRights, OfListsOfV3GoByTenantToo) {
  EXPECT_EQ(touched(touched_list_v3, "dataId=d&groupName=g&namespaceId=t"), of("t:g:config/d"));
  EXPECT_EQ(touched(touched_list_v3, "dataId=d&groupName=g&namespaceId=t&tenant=u&group=h"),
            of("u:g:config/d"));
  EXPECT_EQ(touched(touched_list_v3, "search=blur&groupName=g_*&dataId="), of("public:g_*:config/*"));
}

TEST(ConfigRights, TakeTheFirstOfTwoAndTheQueryBeforeTheForm) {
  EXPECT_EQ(touched(touched_config, "group=g&group=h&dataId=d&dataId=e"), of("public:g:config/d"));
  EXPECT_EQ(touched(touched_config, "group=g", "group=h&dataId=d&tenant=t"), of("t:g:config/d"));
  EXPECT_EQ(touched(touched_config, "group=%zz&group=h", "group=i&dataId=d"), of("public:h:config/d"));
}

TEST(ConfigRights, OfMultipartFormsReadTheSameParts) {
  wire::Request request;
  request.method = wire::Method::kPost;
  request.path = "/x";
  request.headers = {{"content-type", "multipart/form-data; boundary=b"}};
  request.body =
      "--b\r\nContent-Disposition: form-data; name=\"namespace\"\r\n\r\nt\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"namespaceId\"\r\n\r\nu\r\n--b--\r\n";
  EXPECT_EQ(touched_namespace(request), of("t:*:config/*"));
  EXPECT_EQ(touched_namespace_id(request), of("u:*:config/*"));
  EXPECT_EQ(touched_tenant(request), of("public:*:config/*"));
}

TEST(ConfigRights, OfV1sListenersHaveADefaultGroup) {
  EXPECT_EQ(touched(touched_listened, "dataId=d&group=&tenant=t"), of("t:DEFAULT_GROUP:config/d"));
  EXPECT_EQ(touched(touched_listened, "dataId=d&group=g&Listening-Configs=e%02h%02x%02u%01"),
            of("public:g:config/d"));
}

TEST(ConfigRights, OfV1sMetricsGoByTenantAlone) {
  EXPECT_EQ(touched(touched_metered, "dataId=d&group=g&namespaceId=u"), of("public:g:config/d"));
  EXPECT_EQ(touched(touched_metered, "dataId=d&group=g&tenant=t&namespaceId=u"), of("t:g:config/d"));
}

TEST(ConfigRights, OfAPollAreEveryNamespaceOfItsEntries) {
  EXPECT_EQ(
      touched(touched_polled, "tenant=u", "Listening-Configs=d%02g%02x%02t%01e%02g%02x%01f%02g%02x%02t%01"),
      (Resources{"public:*:config/*", "t:*:config/*"}));
  EXPECT_EQ(touched(touched_polled, "", "Listening-Configs=d%2502g%2502x%2502t%2501"), of("t:*:config/*"));
  for (const std::string_view unreadable : {"Listening-Configs=x", "Listening-Configs=", "a=b"})
    EXPECT_EQ(touched(touched_polled, "tenant=u", unreadable), of("public:*:config/*")) << unreadable;
}

TEST(ConfigRights, OfNumbersAreEverywhereButForExports) {
  EXPECT_EQ(touched(touched_numbered, "ids=1&tenant=t&dataId=d&group=g"), of("*:*:config/*"));
  EXPECT_EQ(touched(touched_export, "ids=1&tenant=t&dataId=d&group=g"), of("t:*:config/*"));
  EXPECT_EQ(touched(touched_export_v3, "ids=1&namespaceId=t&dataId=d&groupName=g"), of("t:*:config/*"));
  EXPECT_EQ(touched(touched_export, "ids=&tenant=t&dataId=d&group=g"), of("t:g:config/d"));
  EXPECT_EQ(touched(touched_export_v3, "ids=+&tenant=t&dataId=d*&groupName=g"), of("t:g:config/d*"));
}

TEST(ConfigRights, OfNamespacesLookAtNoName) {
  const std::string_view query = "tenant=t&namespace=n&namespaceId=i&group=g&groupName=g&dataId=d";
  EXPECT_EQ(touched(touched_tenant, query), of("t:*:config/*"));
  EXPECT_EQ(touched(touched_namespace, query), of("n:*:config/*"));
  EXPECT_EQ(touched(touched_namespace_id, query), of("i:*:config/*"));
}

}  // namespace
}  // namespace batata::nacos
