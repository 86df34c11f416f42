#include "faces/nacos/config/config_admin_http.h"

#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/common/limits.h"

namespace batata::nacos {
namespace {

// Whose answers differ in places.
bool is_console(const wire::Request& request) {
  return surface_of(request.path) == Surface::kConsole;
}

using domain::ConfigId;

// What stands before the handlers of v1's console.
std::optional<wire::Response> refuse_v1(const wire::Request& request) {
  if (const auto refusal = check_config_names(request)) return refused_parameter(*refusal, kJsonUtf8);
  for (const std::string_view name : {"dataId", "group"})
    if (!request.param(name)) return missing_answer(Family::kV1, name, "String");
  return std::nullopt;
}

// Who is named as the one who created a config is who published it last, as upstream has it.
void write_times_and_people(json::Writer& out, const domain::ConfigView& config) {
  out.member("createTime", config.created.ms).member("modifyTime", config.modified.ms);
  out.text_or_null("createUser", config.modified_by);
  out.text_or_null("createIp", config.modified_from);
}

void write_descriptions(json::Writer& out, const domain::ConfigView& config) {
  out.text_or_null("desc", config.description);
  out.text_or_null("use", config.use);
  out.text_or_null("effect", config.effect);
}

// The members that every object of v3 about a config begins with.
void begin_basic_v3(json::Writer& out, std::uint64_t number, const ConfigId& id, std::string_view md5) {
  out.begin_object().member("id", std::to_string(number)).member("namespaceId", id.space);
  out.member("groupName", id.group).member("dataId", id.data_id).member("md5", md5);
}

wire::Response not_in_beta(const wire::Request& request) {
  if (is_console(request)) return result("null");
  return failed_result(404, result_code(Errc::kNotFound), "Config is not in beta.");
}

}  // namespace

wire::Response ConfigAdminHttp::detail_v1(const wire::Request& request) const {
  if (auto refused = refuse_v1(request)) return std::move(*refused);
  const ConfigId id = config_of(request);
  if (const auto named = domain::check_config_id(id); !named)
    return failed_change(Family::kV1, named.error());
  const auto found = configs_.get(id);
  if (!found) return answer(200, kJsonUtf8, {});
  const domain::ConfigView& config = **found;
  std::string body;
  json::Writer out(body);
  out.begin_object().member("id", std::to_string(domain::numeric_id(id))).member("dataId", id.data_id);
  out.member("group", id.group).member("content", config.content).member("md5", config.md5);
  out.member("encryptedDataKey", config.encrypted_data_key).member("tenant", tenant_of(id));
  out.member("appName", config.app).member("type", config.type);
  write_times_and_people(out, config);
  write_descriptions(out, config);
  out.text_or_null("schema", config.schema);
  out.text_or_null("configTags", config.tags);
  out.end_object();
  return answer(200, kJsonUtf8, std::move(body));
}

wire::Response ConfigAdminHttp::catalog_v1(const wire::Request& request) const {
  if (auto refused = refuse_v1(request)) return std::move(*refused);
  const auto found = configs_.get(config_of(request));
  if (!found) return rest_answer(200, std::nullopt, "null");
  const domain::ConfigView& config = **found;
  std::string data;
  json::Writer out(data);
  out.begin_object();
  write_times_and_people(out, config);
  write_descriptions(out, config);
  out.member("type", config.type);
  out.text_or_null("schema", config.schema);
  out.text_or_null("configTags", config.tags);
  out.end_object();
  return rest_answer(200, std::nullopt, data);
}

wire::Response ConfigAdminHttp::beta_v1(const wire::Request& request) const {
  if (auto refused = refuse_v1(request)) return std::move(*refused);
  const ConfigId id = config_of(request);
  const auto beta = configs_.gray(id, domain::kBetaName);
  if (!beta) return rest_answer(200, "query beta ok", "null");
  const domain::ConfigView& config = *beta->config;
  std::string data;
  json::Writer out(data);
  out.begin_object().member("id",
                            std::to_string(domain::numeric_id_of_key(domain::gray_key(id, beta->gray_name))));
  out.member("dataId", id.data_id).member("group", id.group).member("content", config.content);
  out.member("md5", config.md5);
  out.text_or_null("encryptedDataKey", config.encrypted_data_key);
  out.member("tenant", tenant_of(id)).member("appName", config.app).key("type").null();
  out.member("betaIps", beta->rule.expression).end_object();
  return rest_answer(200, "query beta ok", data);
}

Task<wire::Response> ConfigAdminHttp::stop_beta_v1(wire::Request request, cluster::Context context) {
  if (auto refused = refuse_v1(request)) co_return std::move(*refused);
  auto removal = removal_of(config_of(request), std::string(domain::kBetaName), request, context);
  auto done = co_await configs_.remove(std::move(context), std::move(removal));
  if (done) co_return rest_answer(200, "stop beta ok", "true");
  if (done.error().code != Errc::kNotFound) co_return failed_change(Family::kV1, done.error());
  co_return rest_answer(500, "remove beta data error", "false");
}

Task<wire::Response> ConfigAdminHttp::remove_numbered_v1(wire::Request request, cluster::Context context) {
  auto numbers = required_numbers(request, Family::kV1, "ids");
  if (!numbers) co_return std::move(numbers.error());
  const auto done =
      co_await configs_.remove_numbered(std::move(context), std::move(*numbers), client_address(request));
  if (!done) co_return failed_change(Family::kV1, done.error());
  co_return rest_answer(200, std::nullopt, "true");
}

wire::Response ConfigAdminHttp::detail_v3(const wire::Request& request) const {
  if (auto refused = refuse_v3(request)) return std::move(*refused);
  const ConfigId id = config_of_v3(request);
  const auto found = configs_.get(id);
  if (!found) {
    if (is_console(request)) return result("null");
    return failed_result(404, result_code(Errc::kNotFound), "Config not exist, please publish Config first.");
  }
  const domain::ConfigView& config = **found;
  std::string data;
  json::Writer out(data);
  begin_basic_v3(out, domain::numeric_id(id), id, config.md5);
  out.member("type", config.type).member("appName", config.app);
  out.member("createTime", config.created.ms).member("modifyTime", config.modified.ms);
  out.member("content", config.content);
  out.text_or_null("desc", config.description);
  out.member("encryptedDataKey", config.encrypted_data_key);
  out.text_or_null("createUser", config.modified_by);
  out.text_or_null("createIp", config.modified_from);
  out.text_or_null("configTags", config.tags);
  out.end_object();
  return result(data);
}

Task<wire::Response> ConfigAdminHttp::publish_v3(wire::Request request, cluster::Context context) {
  if (auto refused = refuse_v3(request)) co_return std::move(*refused);
  if (is_blank(request.param("content").value_or("")))
    co_return missing_result("Required parameter 'content' type String is not present");
  if (const auto tag = check_tag(request.param("tag").value_or("")); !tag)
    co_return failed_change(Family::kV3, tag.error());
  domain::Publish publish = publish_of(request, context, Family::kV3);
  if (auto refused = refuse_gray(configs_, publish)) co_return std::move(*refused);
  auto done = co_await configs_.publish(std::move(context), std::move(publish));
  if (!done) co_return failed_change(Family::kV3, done.error());
  co_return result("true");
}

Task<wire::Response> ConfigAdminHttp::remove_v3(wire::Request request, cluster::Context context) {
  if (auto refused = refuse_v3(request)) co_return std::move(*refused);
  if (const auto tag = check_tag(request.param("tag").value_or("")); !tag)
    co_return failed_change(Family::kV3, tag.error());
  auto removal = removal_of(config_of_v3(request), text_of(request, "tag"), request, context);
  auto done = co_await configs_.remove(std::move(context), std::move(removal));
  if (!done) co_return failed_change(Family::kV3, done.error());
  co_return result("true");
}

Task<wire::Response> ConfigAdminHttp::remove_numbered_v3(wire::Request request, cluster::Context context) {
  auto numbers = required_numbers(request, Family::kV3, "ids");
  if (!numbers) co_return std::move(numbers.error());
  const auto done =
      co_await configs_.remove_numbered(std::move(context), std::move(*numbers), client_address(request));
  if (!done) co_return failed_change(Family::kV3, done.error());
  co_return result("true");
}

wire::Response ConfigAdminHttp::beta_v3(const wire::Request& request) const {
  if (auto refused = refuse_v3(request)) return std::move(*refused);
  const ConfigId id = config_of_v3(request);
  const auto beta = configs_.gray(id, domain::kBetaName);
  if (!beta) return not_in_beta(request);
  const domain::ConfigView& config = *beta->config;
  std::string data;
  json::Writer out(data);
  begin_basic_v3(out, domain::numeric_id_of_key(domain::gray_key(id, beta->gray_name)), id, config.md5);
  // The console shows the type of the value for everybody.
  const auto formal = is_console(request) ? configs_.get(id) : std::nullopt;
  out.text_or_null("type", formal ? (*formal)->type : std::string_view{});
  out.member("appName", config.app).member("createTime", config.created.ms);
  out.member("modifyTime", config.modified.ms).member("content", config.content).key("desc").null();
  out.text_or_null("encryptedDataKey", config.encrypted_data_key);
  out.text_or_null("createUser", config.modified_by);
  out.key("createIp").null().key("configTags").null();
  out.member("grayName", beta->gray_name).member("grayRule", gray_rule_json(beta->rule)).end_object();
  return result(data);
}

Task<wire::Response> ConfigAdminHttp::stop_beta_v3(wire::Request request, cluster::Context context) {
  if (auto refused = refuse_v3(request)) co_return std::move(*refused);
  auto removal = removal_of(config_of_v3(request), std::string(domain::kBetaName), request, context);
  auto done = co_await configs_.remove(std::move(context), std::move(removal));
  if (done) co_return result("true");
  if (done.error().code != Errc::kNotFound) co_return failed_change(Family::kV3, done.error());
  co_return answer(200, kJson,
                   is_console(request) ? R"({"code":500,"message":"Internal Server Error","data":false})"
                                       : R"({"code":30000,"message":"remove beta data error","data":false})");
}

}  // namespace batata::nacos
