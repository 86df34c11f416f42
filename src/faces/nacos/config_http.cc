#include "faces/nacos/config_http.h"

#include "base/json.h"
#include "domain/config/names.h"
#include "faces/nacos/http_answers.h"
#include "faces/nacos/limits.h"
#include "faces/nacos/param_check.h"
#include "faces/nacos/utf8.h"
#include "wire/date.h"

namespace batata::nacos {
namespace {

using domain::ConfigId;
using domain::is_blank;

constexpr std::string_view kNotFound = "config data not exist";
constexpr std::string_view kNotHere = "is not supported by this server";
constexpr std::string_view kNoGray = "gray releases (beta, tag) are not supported by this server";

std::string text(const wire::Request& request, std::string_view name) {
  return as_utf8(request.param(name).value_or(""));
}

// v1 says `tenant`, later versions `namespaceId`; both count everywhere.
std::string space_of(const wire::Request& request) {
  const auto tenant = request.param("tenant").value_or("");
  return domain::canonical_space(is_blank(tenant) ? request.param("namespaceId").value_or("") : tenant);
}

Refusal check_names(const wire::Request& request) {
  if (auto refusal = check_namespace(request.param("tenant").value_or(""))) return refusal;
  if (auto refusal = check_namespace(request.param("namespaceId").value_or(""))) return refusal;
  if (auto refusal = check_data_id(request.param("dataId").value_or(""))) return refusal;
  return check_group(request.param("group").value_or(""));
}

// What stands before every handler of v1/cs: the parameter check, then the parameters that must be there,
// then what selects another operation on the same path.
std::optional<wire::Response> refuse_v1(const wire::Request& request,
                                        std::span<const std::string_view> required,
                                        std::span<const std::string_view> selectors) {
  if (const auto refusal = check_names(request)) return refused_parameter(*refusal, kJsonUtf8);
  for (const auto selector : selectors) {
    if (request.param(selector)) return caused(501, std::string(selector) + " " + std::string(kNotHere));
  }
  for (const auto name : required) {
    if (!request.param(name)) return caused(500, escape_html(missing_parameter(name)));
  }
  if (const auto tag = check_tag(request.param("tag").value_or("")); !tag)
    return caused(400, tag.error().message);
  return std::nullopt;
}

std::optional<wire::Response> refuse_v2(const wire::Request& request) {
  if (const auto refusal = check_names(request)) return refused_parameter(*refusal, {});
  for (const std::string_view name : {"dataId", "group"}) {
    if (!request.param(name)) return missing_result(missing_parameter(name));
  }
  if (const auto tag = check_tag(request.param("tag").value_or("")); !tag) {
    return failed_result(400, result_code(tag.error().code), tag.error().message);
  }
  return std::nullopt;
}

wire::Response failed_v1(const Error& error) {
  // Upstream has no conflict here: a failed comparison is an error like any other.
  return caused(error.code == Errc::kConflict ? 500 : http_status(error.code), error.message);
}
wire::Response failed_v2(const Error& error) {
  const int status = error.code == Errc::kConflict ? 500 : http_status(error.code);
  return failed_result(status, result_code(error.code), error.message);
}

void add_config_headers(wire::Response& response, const domain::ConfigView& config) {
  forbid_caching(response);
  response.header("Config-Type", config.type)
      .header("Content-MD5", config.md5)
      .header("Last-Modified", wire::HttpDate(config.modified).text())
      .header("Encrypted-Data-Key", config.encrypted_data_key);
}

domain::Publish read_publish(const wire::Request& request, std::string_view user, std::string_view tags) {
  domain::Publish publish;
  publish.id = {space_of(request), text(request, "group"), text(request, "dataId")};
  publish.content = text(request, "content");
  publish.type = text(request, "type");
  publish.app = text(request, "appName");
  publish.description = text(request, "desc");
  publish.use = text(request, "use");
  publish.effect = text(request, "effect");
  publish.schema = text(request, "schema");
  publish.encrypted_data_key = text(request, "encryptedDataKey");
  publish.user = text(request, user);
  publish.address = client_address(request);
  publish.expected_md5 = request.header("casmd5").value_or("");
  if (const auto given = request.param(tags)) publish.tags = as_utf8(*given);
  return publish;
}

bool is_gray(const wire::Request& request) {
  return !is_blank(request.param("tag").value_or("")) || !is_blank(request.header("betaips").value_or(""));
}

}  // namespace

wire::Response ConfigHttp::get_v1(const wire::Request& request) const {
  static constexpr std::string_view kRequired[] = {"dataId", "group"};
  static constexpr std::string_view kSelectors[] = {"search", "show", "beta", "export", "exportV2"};
  if (auto refused = refuse_v1(request, kRequired, kSelectors)) return std::move(*refused);
  std::optional<domain::Config> config;
  // There are no values for tags, and a question for one is not answered with the value for everybody.
  if (is_blank(request.param("tag").value_or("")))
    config = configs_.get({space_of(request), text(request, "group"), text(request, "dataId")});
  if (!config) return answer(404, kJsonUtf8, std::string(kNotFound) + "\n");
  wire::Response response = answer(200, kText, {});
  add_config_headers(response, **config);
  // The body stays where the store has it.
  response.owner = {config->stored(), &config->stored()->value};
  response.shared_body = (*config)->content;
  return response;
}

wire::Response ConfigHttp::options_v1(const wire::Request&) const {
  wire::Response response = answer(200, kJsonUtf8, {});
  response.header("Allow", "GET,HEAD,DELETE,POST,OPTIONS").header("Accept-Patch", "");
  return response;
}

Task<wire::Response> ConfigHttp::publish_v1(wire::Request request, cluster::Context context) {
  static constexpr std::string_view kRequired[] = {"dataId", "group", "content"};
  static constexpr std::string_view kSelectors[] = {"import", "clone"};
  if (auto refused = refuse_v1(request, kRequired, kSelectors)) co_return std::move(*refused);
  domain::Publish publish = read_publish(request, "src_user", "config_tags");
  if (const auto fit = domain::check_content(publish.id, publish.content); !fit)
    co_return failed_v1(fit.error());
  if (is_gray(request)) co_return caused(501, kNoGray);
  auto done = co_await configs_.publish(std::move(context), std::move(publish));
  if (!done) co_return failed_v1(done.error());
  co_return answer(200, kJsonUtf8, "true");
}

Task<wire::Response> ConfigHttp::remove_v1(wire::Request request, cluster::Context context) {
  static constexpr std::string_view kRequired[] = {"dataId", "group"};
  static constexpr std::string_view kSelectors[] = {"delType", "beta"};
  if (auto refused = refuse_v1(request, kRequired, kSelectors)) co_return std::move(*refused);
  if (is_gray(request)) co_return caused(501, kNoGray);
  ConfigId id{space_of(request), text(request, "group"), text(request, "dataId")};
  auto done = co_await configs_.remove(std::move(context), std::move(id));
  if (!done) co_return failed_v1(done.error());
  co_return answer(200, kJsonUtf8, "true");
}

wire::Response ConfigHttp::get_v2(const wire::Request& request) const {
  if (auto refused = refuse_v2(request)) return std::move(*refused);
  std::optional<domain::Config> config;
  if (is_blank(request.param("tag").value_or("")))
    config = configs_.get({space_of(request), text(request, "group"), text(request, "dataId")});
  if (!config) {
    wire::Response missing = failed_result(404, result_code(Errc::kNotFound), kNotFound);
    missing.content_type = {};
    missing.body += '\n';
    return missing;
  }
  std::string content;
  json::Writer(content).string((*config)->content);
  wire::Response response = result(content);
  response.content_type = kJsonUtf8;
  add_config_headers(response, **config);
  return response;
}

Task<wire::Response> ConfigHttp::publish_v2(wire::Request request, cluster::Context context) {
  if (const auto refusal = check_names(request)) co_return refused_parameter(*refusal, {});
  for (const std::string_view name : {"dataId", "group", "content"}) {
    if (is_blank(request.param(name).value_or(""))) {
      co_return missing_result("Required parameter '" + std::string(name) + "' type String is not present");
    }
  }
  if (auto refused = refuse_v2(request)) co_return std::move(*refused);
  domain::Publish publish = read_publish(request, "srcUser", "configTags");
  if (is_gray(request)) co_return failed_v2({Errc::kUnsupported, std::string(kNoGray)});
  auto done = co_await configs_.publish(std::move(context), std::move(publish));
  if (!done) co_return failed_v2(done.error());
  co_return result("true");
}

Task<wire::Response> ConfigHttp::remove_v2(wire::Request request, cluster::Context context) {
  if (auto refused = refuse_v2(request)) co_return std::move(*refused);
  if (is_gray(request)) co_return failed_v2({Errc::kUnsupported, std::string(kNoGray)});
  ConfigId id{space_of(request), text(request, "group"), text(request, "dataId")};
  auto done = co_await configs_.remove(std::move(context), std::move(id));
  if (!done) co_return failed_v2(done.error());
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
  const auto config =
      configs_.get({domain::canonical_space(space), std::string(group), std::string(data_id)});
  // A missing config is a success of HTTP here.
  if (!config) return answer(200, kJson, R"({"code":20004,"message":"resource not found","data":null})");
  std::string data;
  json::Writer out(data);
  out.begin_object()
      .member("resultCode", 200)
      .member("errorCode", 0)
      .key("message")
      .null()
      .key("requestId")
      .null();
  out.member("content", (*config)->content).member("encryptedDataKey", (*config)->encrypted_data_key);
  out.member("contentType", (*config)->type).member("md5", (*config)->md5);
  out.member("lastModified", (*config)->modified.ms)
      .key("tag")
      .null()
      .member("beta", false)
      .member("success", true);
  out.end_object();
  return result(data);
}

}  // namespace batata::nacos
