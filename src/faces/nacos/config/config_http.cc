#include "faces/nacos/config/config_http.h"

#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/limits.h"
#include "faces/nacos/common/listening.h"
#include "faces/nacos/common/param_check.h"
#include "faces/nacos/config/config_params.h"
#include "wire/date.h"

namespace batata::nacos {
namespace {

using domain::ConfigId;

constexpr std::string_view kNotFound = "config data not exist";

// What stands before every handler of v1/cs: the parameter check, then the parameters that must be there.
std::optional<wire::Response> refuse_v1(const wire::Request& request,
                                        std::span<const std::string_view> required) {
  if (const auto refusal = check_config_names(request)) return refused_parameter(*refusal, kJsonUtf8);
  for (const auto name : required) {
    if (!request.param(name)) return caused(500, escape_html(missing_parameter(name)));
  }
  if (const auto tag = check_tag(request.param("tag").value_or("")); !tag)
    return caused(400, tag.error().message);
  return std::nullopt;
}

std::optional<wire::Response> refuse_v2(const wire::Request& request) {
  if (const auto refusal = check_config_names(request)) return refused_parameter(*refusal, {});
  for (const std::string_view name : {"dataId", "group"}) {
    if (!request.param(name)) return missing_result(missing_parameter(name));
  }
  if (const auto tag = check_tag(request.param("tag").value_or("")); !tag) {
    return failed_result(400, result_code(tag.error().code), tag.error().message);
  }
  return std::nullopt;
}

void add_config_headers(wire::Response& response, const domain::Reading& reading) {
  const domain::ConfigView& config = *reading.config;
  const bool gray = !reading.gray_name.empty();
  forbid_caching(response);
  response.header("Config-Type", config.type)
      .header("Content-MD5", config.md5)
      .header("Last-Modified", wire::HttpDate(config.modified).text());
  if (reading.is_beta()) response.header("isBeta", "true");
  if (reading.is_tagged()) response.header("tag", url_encode(reading.rule.expression));
  // Upstream keeps no key with a gray release; one that is there is of use to the client.
  if (!gray || !config.encrypted_data_key.empty())
    response.header("Encrypted-Data-Key", config.encrypted_data_key);
}

}  // namespace

std::optional<domain::Reading> ConfigHttp::read(const wire::Request& request, const ConfigId& id) const {
  std::string_view tag = request.param("tag").value_or("");
  const bool only_tag = !is_blank(tag);
  // Nearly no config has gray releases: who asks is not looked at then.
  if (!configs_.has_grays(id)) {
    auto config = only_tag ? std::nullopt : configs_.get(id);
    if (!config) return std::nullopt;
    return domain::Reading{std::move(*config), {}, {}};
  }
  if (!only_tag) tag = request.header("vipserver-tag").value_or("");
  const std::string address = client_address(request);
  return configs_.read(id, {address, tag, only_tag});
}

wire::Response ConfigHttp::get_v1(const wire::Request& request) const {
  static constexpr std::string_view kRequired[] = {"dataId", "group"};
  if (auto refused = refuse_v1(request, kRequired)) return std::move(*refused);
  const ConfigId id = config_of(request);
  if (const auto named = domain::check_config_id(id); !named)
    return failed_change(Family::kV1, named.error());
  const auto reading = read(request, id);
  if (!reading) return answer(404, kJsonUtf8, std::string(kNotFound) + "\n");
  wire::Response response = answer(200, kText, {});
  add_config_headers(response, *reading);
  // The body stays where the store has it.
  response.owner = {reading->config.stored(), &reading->config.stored()->value};
  response.shared_body = reading->config->content;
  return response;
}

wire::Response ConfigHttp::options_v1(const wire::Request&) const {
  wire::Response response = answer(200, kJsonUtf8, {});
  response.header("Allow", "GET,HEAD,DELETE,POST,OPTIONS").header("Accept-Patch", "");
  return response;
}

Task<wire::Response> ConfigHttp::publish_v1(wire::Request request, cluster::Context context) {
  static constexpr std::string_view kRequired[] = {"dataId", "group", "content"};
  if (auto refused = refuse_v1(request, kRequired)) co_return std::move(*refused);
  domain::Publish publish = publish_of(request, context, Family::kV1);
  auto done = co_await configs_.publish(std::move(context), std::move(publish));
  if (!done) co_return failed_change(Family::kV1, done.error());
  co_return answer(200, kJsonUtf8, "true");
}

Task<wire::Response> ConfigHttp::remove_v1(wire::Request request, cluster::Context context) {
  static constexpr std::string_view kRequired[] = {"dataId", "group"};
  if (auto refused = refuse_v1(request, kRequired)) co_return std::move(*refused);
  // The tag is taken as the name of a release, as upstream does: "tag_blue" for the tag "blue".
  auto removal = removal_of(config_of(request), text_of(request, "tag"), request, context);
  auto done = co_await configs_.remove(std::move(context), std::move(removal));
  if (!done) co_return failed_change(Family::kV1, done.error());
  co_return answer(200, kJsonUtf8, "true");
}

wire::Response ConfigHttp::get_v2(const wire::Request& request) const {
  if (auto refused = refuse_v2(request)) return std::move(*refused);
  const ConfigId id = config_of(request);
  if (const auto named = domain::check_config_id(id); !named)
    return failed_change(Family::kV2, named.error());
  const auto reading = read(request, id);
  if (!reading) {
    wire::Response missing = failed_result(404, result_code(Errc::kNotFound), kNotFound);
    missing.content_type = {};
    missing.body += '\n';
    return missing;
  }
  std::string content;
  json::Writer(content).string(reading->config->content);
  wire::Response response = result(content);
  response.content_type = kJsonUtf8;
  add_config_headers(response, *reading);
  return response;
}

Task<wire::Response> ConfigHttp::publish_v2(wire::Request request, cluster::Context context) {
  if (const auto refusal = check_config_names(request)) co_return refused_parameter(*refusal, {});
  for (const std::string_view name : {"dataId", "group", "content"}) {
    if (is_blank(request.param(name).value_or(""))) {
      co_return missing_result("Required parameter '" + std::string(name) + "' type String is not present");
    }
  }
  if (auto refused = refuse_v2(request)) co_return std::move(*refused);
  domain::Publish publish = publish_of(request, context, Family::kV2);
  if (auto refused = refuse_gray(configs_, publish)) co_return std::move(*refused);
  auto done = co_await configs_.publish(std::move(context), std::move(publish));
  if (!done) co_return failed_change(Family::kV2, done.error());
  co_return result("true");
}

Task<wire::Response> ConfigHttp::remove_v2(wire::Request request, cluster::Context context) {
  if (auto refused = refuse_v2(request)) co_return std::move(*refused);
  auto removal = removal_of(config_of(request), text_of(request, "tag"), request, context);
  auto done = co_await configs_.remove(std::move(context), std::move(removal));
  if (!done) co_return failed_change(Family::kV2, done.error());
  co_return result("true");
}

wire::Response ConfigHttp::get_v3(const wire::Request& request) const {
  const auto group = request.param("groupName").value_or("");
  const auto data_id = request.param("dataId").value_or("");
  const auto space = request.param("namespaceId").value_or("");
  if (const auto refusal = check_namespace(space)) return refused_parameter(*refusal, {});
  if (const auto refusal = check_data_id(data_id)) return refused_parameter(*refusal, {});
  if (const auto refusal = check_group(group)) return refused_parameter(*refusal, {});
  if (is_blank(group)) return caused(400, "Required parameter 'groupName' type String is not present");
  if (is_blank(data_id)) return caused(400, "Required parameter 'dataId' type String is not present");
  const ConfigId id = config_of_v3(request);
  // Clients of v3 are told from each other by their addresses alone.
  const std::string address = client_address(request);
  const auto reading = configs_.read(id, {address, {}, false});
  // A missing config is a success of HTTP here.
  if (!reading) return answer(200, kJson, R"({"code":20004,"message":"resource not found","data":null})");
  const domain::ConfigView& config = *reading->config;
  std::string data;
  json::Writer out(data);
  out.begin_object()
      .member("resultCode", 200)
      .member("errorCode", 0)
      .key("message")
      .null()
      .key("requestId")
      .null();
  out.member("content", config.content).key("encryptedDataKey");
  reading->gray_name.empty() || !config.encrypted_data_key.empty() ? out.string(config.encrypted_data_key)
                                                                   : out.null();
  out.member("contentType", config.type).member("md5", config.md5);
  out.member("lastModified", config.modified.ms)
      .key("tag")
      .null()
      .member("beta", reading->is_beta())
      .member("success", true);
  out.end_object();
  return result(data);
}

}  // namespace batata::nacos
