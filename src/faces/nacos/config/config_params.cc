#include "faces/nacos/config/config_params.h"

#include <algorithm>
#include <charconv>

#include "base/assert.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/config/gray_publish.h"
#include "faces/nacos/common/limits.h"
#include "faces/nacos/common/utf8.h"

namespace batata::nacos {
namespace {

std::string for_input(std::string_view text) {
  return "For input string: \"" + std::string(text) + "\"";
}

// The refusal of a text that Java cannot make a value of `type` of; `cause` is what its parser says.
wire::Response not_converted(Family family, std::string_view name, std::string_view type,
                             std::string_view exception, const std::string& cause) {
  const std::string failed =
      "Failed to convert value of type 'java.lang.String' to required type '" + std::string(type) + "'; ";
  const std::string nested =
      failed + "nested exception is java.lang." + std::string(exception) + ": " + cause;
  switch (family) {
    case Family::kV1:
      return answer(400, kText, "caused: " + nested + ";caused: " + cause + ";");
    case Family::kV2:
      return exception_result(400, nested);
    case Family::kV3:
      return exception_result(400, "Method parameter '" + std::string(name) + "': " + failed + cause);
  }
  BATATA_ASSERT(false);
}

std::optional<std::int64_t> parse(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Java's simple name in texts about missing parameters, its full one in texts about conversions.
std::string full_type(std::string_view type) {
  if (type == "List") return "java.util.List";
  return type == "int" ? "int" : "java.lang." + std::string(type);
}

wire::Response refused_page(Family family, std::string_view name, std::int64_t value) {
  constexpr std::string_view kBoth = "pageNo and pageSize must be greater than zero";
  if (family == Family::kV1) return caused(400, kBoth);
  if (family == Family::kV2) return failed_result(400, result_code(Errc::kInvalidArgument), kBoth);
  return failed_result(400, result_code(Errc::kInvalidArgument),
                       "Required parameter '" + std::string(name) +
                           "' should be positive integer, current is " + std::to_string(value));
}

}  // namespace

std::string text_of(const wire::Request& request, std::string_view name) {
  return as_utf8(request.param(name).value_or(""));
}

std::string space_of(const wire::Request& request) {
  const auto tenant = request.param("tenant").value_or("");
  return domain::canonical_space(is_blank(tenant) ? request.param("namespaceId").value_or("") : tenant);
}

domain::ConfigId config_named(const wire::Request& request, std::string_view group) {
  return {space_of(request), text_of(request, group), text_of(request, "dataId")};
}
domain::ConfigId config_of(const wire::Request& request) {
  return config_named(request, "group");
}
domain::ConfigId config_of_v3(const wire::Request& request) {
  return {domain::canonical_space(request.param("namespaceId").value_or("")), text_of(request, "groupName"),
          text_of(request, "dataId")};
}

domain::ConfigId listened_config(const wire::Request& request) {
  domain::ConfigId id = config_of(request);
  if (is_blank(id.group)) id.group = "DEFAULT_GROUP";
  return id;
}
domain::ConfigId metered_config(const wire::Request& request) {
  return {domain::canonical_space(text_of(request, "tenant")), text_of(request, "group"),
          text_of(request, "dataId")};
}

std::string polled_text(const wire::Request& request) {
  return wire::percent_decode(request.param("Listening-Configs").value_or(""), true);
}

Refusal check_config_names(const wire::Request& request) {
  for (const std::string_view name : {"tenant", "namespaceId"})
    if (auto refusal = check_namespace(request.param(name).value_or(""))) return refusal;
  if (auto refusal = check_data_id(request.param("dataId").value_or(""))) return refusal;
  for (const std::string_view name : {"group", "groupName"})
    if (auto refusal = check_group(request.param(name).value_or(""))) return refusal;
  return std::nullopt;
}

std::optional<wire::Response> refuse_v3(const wire::Request& request) {
  if (const auto refusal = check_config_names(request)) return refused_parameter(*refusal, {});
  for (const std::string_view name : {"groupName", "dataId"}) {
    if (is_blank(request.param(name).value_or("")))
      return missing_result("Required parameter '" + std::string(name) + "' type String is not present");
  }
  return std::nullopt;
}

wire::Response missing_answer(Family family, std::string_view name, std::string_view type) {
  const std::string text = "Required request parameter '" + std::string(name) +
                           "' for method parameter type " + std::string(type) + " is not present";
  return family == Family::kV1 ? caused(500, escape_html(text)) : missing_result(text);
}

Parsed<std::optional<std::int64_t>> number_of(const wire::Request& request, Family family,
                                              std::string_view name, std::string_view type) {
  const auto text = request.param(name);
  if (!text) return std::nullopt;
  const auto number = parse(*text);
  if (!number)
    return tl::unexpected(
        not_converted(family, name, full_type(type), "NumberFormatException", for_input(*text)));
  return *number;
}

Parsed<std::int64_t> required_number(const wire::Request& request, Family family, std::string_view name,
                                     std::string_view type) {
  auto number = number_of(request, family, name, type);
  if (!number) return tl::unexpected(std::move(number.error()));
  if (!*number) return tl::unexpected(missing_answer(family, name, type));
  return **number;
}

Parsed<std::vector<std::uint64_t>> required_numbers(const wire::Request& request, Family family,
                                                    std::string_view name) {
  const auto text = request.param(name);
  if (!text) return tl::unexpected(missing_answer(family, name, "List"));
  std::vector<std::uint64_t> numbers;
  std::string_view rest = *text;
  while (!is_blank(rest)) {
    const auto comma = std::min(rest.find(','), rest.size());
    const std::string_view one = trimmed(rest.substr(0, comma));
    rest.remove_prefix(std::min(rest.size(), comma + 1));
    const auto number = parse(one);
    if (!number)
      return tl::unexpected(
          not_converted(family, name, "java.util.List", "NumberFormatException", for_input(one)));
    if (numbers.size() == kNumbersMax) {
      const std::string much = "too many " + std::string(name) + ", over " + std::to_string(kNumbersMax);
      return tl::unexpected(family == Family::kV1
                                ? caused(400, much)
                                : failed_result(400, result_code(Errc::kInvalidArgument), much));
    }
    numbers.push_back(static_cast<std::uint64_t>(*number));
  }
  return numbers;
}

Parsed<bool> flag_of(const wire::Request& request, Family family, std::string_view name) {
  const std::string_view text = trimmed(request.param(name).value_or(""));
  const std::string lower = lower_case(text);
  for (const std::string_view yes : {"true", "on", "yes", "1"})
    if (lower == yes) return true;
  for (const std::string_view no : {"", "false", "off", "no", "0"})
    if (lower == no) return false;
  return tl::unexpected(not_converted(family, name, "boolean", "IllegalArgumentException",
                                      "Invalid boolean value [" + std::string(text) + "]"));
}

Parsed<PageAsked> page_of(const wire::Request& request, Family family) {
  PageAsked page;
  for (const auto& [name, target] : {std::pair("pageNo", &page.number), {"pageSize", &page.size}}) {
    auto number = number_of(request, family, name, "Integer");
    if (!number) return tl::unexpected(std::move(number.error()));
    *target = number->value_or(*target);
    if (*target < 1) return tl::unexpected(refused_page(family, name, *target));
  }
  page.size = std::min(page.size, kPageMax);
  return page;
}

domain::Publish publish_of(const wire::Request& request, const cluster::Context& context, Family family) {
  const bool old_names = family == Family::kV1;
  domain::Publish publish;
  publish.id = family == Family::kV3 ? config_of_v3(request) : config_of(request);
  publish.content = text_of(request, "content");
  publish.type = text_of(request, "type");
  publish.app = text_of(request, "appName");
  publish.description = text_of(request, "desc");
  publish.use = text_of(request, "use");
  publish.effect = text_of(request, "effect");
  publish.schema = text_of(request, "schema");
  publish.encrypted_data_key = text_of(request, "encryptedDataKey");
  publish.user = text_of(request, old_names ? "src_user" : "srcUser");
  if (is_blank(publish.user)) publish.user = context.principal;
  publish.address = client_address(request);
  publish.expected_md5 = request.header("casmd5").value_or("");
  if (const auto given = request.param(old_names ? "config_tags" : "configTags"))
    publish.tags = as_utf8(*given);
  const auto addresses = request.header("betaips").value_or("");
  const auto tag = request.param("tag").value_or("");
  if (!is_blank(addresses)) {
    publish.gray = domain::beta_release(as_utf8(addresses));
  } else if (!is_blank(tag)) {
    publish.gray = domain::tag_release(tag);
  }
  return publish;
}

domain::Removal removal_of(domain::ConfigId id, std::string gray, const wire::Request& request,
                           const cluster::Context& context) {
  return {std::move(id), std::move(gray), context.principal, client_address(request)};
}

wire::Response failed_change(Family family, const Error& error) {
  if (error.code == Errc::kNotFound)
    return family == Family::kV1 ? caused(500, escape_html(kNoSuchGray)) : exception_result(500, kNoSuchGray);
  if (const auto limit = domain::capacity_limit(error)) {
    return family == Family::kV1 ? caused(kOverQuota, error.message)
                                 : failed_result(kOverQuota, result_code(*limit), error.message);
  }
  // A failed comparison has no status of its own.
  const int status = error.code == Errc::kConflict ? 500 : http_status(error.code);
  return family == Family::kV1 ? caused(status, error.message)
                               : failed_result(status, result_code(error.code), error.message);
}

std::optional<wire::Response> refuse_gray(const domain::ConfigService& configs,
                                          const domain::Publish& publish) {
  if (!publish.gray || configs.has_room_for(publish.id, publish.gray->name)) return std::nullopt;
  return failed_result(400, {20010, "config gray version version over max count"},
                       domain::too_many_grays(configs.options().grays_max));
}

wire::Response rest_answer(int code, std::optional<std::string_view> message, std::string_view data) {
  std::string body;
  json::Writer out(body);
  out.begin_object().member("code", code).key("message");
  message ? out.string(*message) : out.null();
  out.key("data").raw(data).end_object();
  return answer(200, kJsonUtf8, std::move(body));
}

wire::Response exception_result(int status, std::string_view message) {
  std::string body;
  json::Writer out(body);
  out.begin_object().member("code", 30'000).member("message", message).key("data").null();
  out.end_object();
  return answer(status, kJson, std::move(body));
}

std::string gray_rule_json(const domain::GrayRuleView& rule) {
  std::string json;
  json::Writer out(json);
  out.begin_object().member("type", rule.type).member("version", rule.version);
  out.member("expr", rule.expression).member("priority", static_cast<std::int64_t>(rule.priority));
  out.end_object();
  return json;
}

}  // namespace batata::nacos
