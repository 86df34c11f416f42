#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/config/config_http.h"
#include "faces/nacos/config/config_rights.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;

constexpr Param kDataId = {"dataId", true, "Name of the config"};
constexpr Param kGroup = {"group", true, "Group of the config"};
constexpr Param kTag = {"tag", false,
                        "Gray release: of the clients with this tag; erased is the release of that name"};
constexpr Param kContent = {"content", true, "Text of the config, up to 10 MiB"};

constexpr Param kNamesV1[] = {kDataId, kGroup, {"tenant", false, "Namespace; blank is public"}, kTag};
constexpr Param kNamesV2[] = {kDataId, kGroup, {"namespaceId", false, "Namespace; blank is public"}, kTag};
constexpr Param kNamesV3[] = {kDataId,
                              {"groupName", true, "Group of the config"},
                              {"namespaceId", false, "Namespace; blank is public"}};
constexpr Param kPublishV1[] = {kDataId,
                                kGroup,
                                kContent,
                                {"tenant", false, "Namespace; blank is public"},
                                {"type", false, "text, json, xml, yaml, html, properties, toml or unset"},
                                {"appName", false, "Application"},
                                {"src_user", false, "Who publishes"},
                                {"config_tags", false, "Up to five tags, with commas between"},
                                {"desc", false, "Description"},
                                {"use", false, "Use"},
                                {"effect", false, "Effect"},
                                {"schema", false, "Schema"},
                                {"encryptedDataKey", false, "Key of encrypted content"}};
constexpr Param kPublishV2[] = {kDataId,
                                kGroup,
                                kContent,
                                {"namespaceId", false, "Namespace; blank is public"},
                                {"type", false, "text, json, xml, yaml, html, properties, toml or unset"},
                                {"appName", false, "Application"},
                                {"srcUser", false, "Who publishes"},
                                {"configTags", false, "Up to five tags, with commas between"},
                                {"desc", false, "Description"},
                                {"use", false, "Use"},
                                {"effect", false, "Effect"},
                                {"schema", false, "Schema"},
                                {"encryptedDataKey", false, "Key of encrypted content"}};
constexpr Param kListen[] = {
    {"Listening-Configs", true, "What the client has: names and md5s (listening.h)"}};

constexpr std::string_view kV1 = "docs: nacos.io/docs/v2/guide/user/open-api (2.5.1)";
constexpr std::string_view kV2 = "docs: nacos.io/docs/v2/guide/user/open-api, v2 (2.5.1)";
constexpr std::string_view kV3 = "docs: nacos.io/docs/v3.0/manual/user/open-api (3.1)";

}  // namespace

std::span<const wire::Endpoint<ConfigHttp>> ConfigHttp::rows() {
  using Row = wire::Endpoint<ConfigHttp>;
  static constexpr Row kRows[] = {
      {Method::kGet, "/nacos/v1/cs/configs", &ConfigHttp::get_v1, nullptr, kReadsConfig,
       "Reads a config as the client gets it: by tag, header Vipserver-Tag or address.", kNamesV1, kV1},
      {Method::kOptions,
       "/nacos/v1/cs/configs",
       &ConfigHttp::options_v1,
       nullptr,
       "",
       "Tells the methods of the path. Public: it tells of no config.",
       {},
       kV1},
      {Method::kPost, "/nacos/v1/cs/configs", nullptr, &ConfigHttp::publish_v1, kWritesConfig,
       "Writes a config; headers casMd5: only over that md5, betaIps: only for clients at these addresses.",
       kPublishV1, kV1},
      {Method::kDelete, "/nacos/v1/cs/configs", nullptr, &ConfigHttp::remove_v1, kWritesConfig,
       "Erases a config.", kNamesV1, kV1},
      {Method::kPost, "/nacos/v1/cs/configs/listener", nullptr, &ConfigHttp::listen_v1, kPollsConfigs,
       "Waits until one of many configs changes.", kListen, kV1, "", true},
      {Method::kGet, "/nacos/v2/cs/config", &ConfigHttp::get_v2, nullptr, kReadsConfig,
       "Reads a config as v1 does.", kNamesV2, kV2},
      {Method::kPost, "/nacos/v2/cs/config", nullptr, &ConfigHttp::publish_v2, kWritesConfig,
       "Writes a config; headers casMd5: only over that md5, betaIps: only for clients at these addresses.",
       kPublishV2, kV2},
      {Method::kDelete, "/nacos/v2/cs/config", nullptr, &ConfigHttp::remove_v2, kWritesConfig,
       "Erases a config.", kNamesV2, kV2},
      {Method::kGet, "/nacos/v3/client/cs/config", &ConfigHttp::get_v3, nullptr, kReadsConfigV3,
       "Reads a config as a client at this address gets it.", kNamesV3, kV3},
  };
  return kRows;
}

void ConfigHttp::add_fallbacks(wire::Router& router) const {
  // 2.5.1 answers a wrong method under /v1/cs from its last handler of exceptions.
  router.set_fallback("/nacos/v1/cs/", [this](const wire::Request& request, std::string_view allowed) {
    if (!allowed.empty()) return caused(500, method_not_supported(request));
    return framework_error(request, runtime_.wall_now(), 404, "No message available", kJsonUtf8);
  });
  router.set_fallback("/nacos/v2/", [this](const wire::Request& request, std::string_view allowed) {
    if (allowed.empty()) return framework_error(request, runtime_.wall_now(), 404, "No message available");
    return answer(
        500, kJson,
        R"({"code":500,"message":"caused: )" + method_not_supported(request) + R"(;","data":null})");
  });
}

}  // namespace batata::nacos
