#include "faces/nacos/config/config_transfer_answers.h"

#include <algorithm>

#include "base/assert.h"
#include "base/json.h"
#include "base/text.h"
#include "faces/nacos/common/errors.h"
#include "faces/nacos/common/utf8.h"

namespace batata::nacos {
namespace {

struct Words {
  int code;  // of v3; v1 has another one for a missing namespace
  const char *v1, *v3;
};
Words words_of(TransferFailure failure) {
  switch (failure) {
    case TransferFailure::kNoNamespace:
      return {22001, "目标 namespace 不存在", "namespace not exist"};
    case TransferFailure::kIllegalMetadata:
      return {100002, "导入的元数据非法", "Imported metadata is invalid"};
    case TransferFailure::kUnreadable:
      return {100004, "解析数据失败", "Failed to parse data"};
    case TransferFailure::kEmpty:
      return {100005, "导入的文件数据为空", "Imported file data is empty"};
    case TransferFailure::kNothingSelected:
      return {100006, "没有选择任何配置", "No configuration selected"};
  }
  BATATA_ASSERT(false);
}

constexpr int kNoNamespaceV1 = 100001;

wire::Response result_of_v3(int code, std::string_view message, std::string_view data) {
  std::string body;
  json::Writer out(body);
  out.begin_object().member("code", code).member("message", message).key("data").raw(data).end_object();
  return answer(200, kJson, std::move(body));
}

void write_ids(json::Writer& out, std::string_view name, const std::vector<domain::ConfigId>& ids) {
  if (ids.empty()) return;
  out.key(name).begin_array();
  for (const domain::ConfigId& id : ids)
    out.begin_object().member("dataId", id.data_id).member("group", id.group).end_object();
  out.end_array();
}

// How an entry that was of no use is told: the admin's words, and those of v1 and of the console.
std::string told(Surface surface, const domain::Unrecognized& entry) {
  const bool is_admin = surface == Surface::kV3;
  switch (entry.why) {
    case domain::Unrecognized::Why::kName:
    case domain::Unrecognized::Why::kDoubled:  // which upstream has no words for
      return entry.name;
    case domain::Unrecognized::Why::kNotInMetadata:
      return (is_admin ? "Item not found in metadata: " : "未在元数据中找到: ") + entry.name;
    case domain::Unrecognized::Why::kNotInArchive:
      return (is_admin ? "Item not found in file: " : "未在文件中找到: ") + entry.name;
  }
  BATATA_ASSERT(false);
}

std::string digits_of(WallTime time) {
  std::string digits;
  for (const char c : iso_time(time))
    if (c >= '0' && c <= '9' && digits.size() < 14) digits += c;
  return digits;
}

// What upstream's framework says of a body that it cannot read; the consoles and the admin have classes of
// their own.
std::string_view element_class(Surface surface) {
  return surface == Surface::kV3 ? "com.alibaba.nacos.api.config.model.ConfigCloneInfo"
                                 : "com.alibaba.nacos.config.server.controller.parameters.SameNamespaceClone"
                                   "ConfigBean";
}
std::string no_body(Surface surface) {
  const std::string list = "java.util.List<" + std::string(element_class(surface)) + ">";
  constexpr std::string_view kResult =
      "Required request body is missing: public com.alibaba.nacos.api.model.v2.Result<java.util.Map<"
      "java.lang.String, java.lang.Object>> ";
  const bool is_admin = surface == Surface::kV3;
  return std::string(kResult) +
         (is_admin ? "com.alibaba.nacos.config.server.controller.v3.ConfigControllerV3"
                   : "com.alibaba.nacos.console.controller.v3.config.ConsoleConfigController") +
         ".cloneConfig(jakarta.servlet.http.HttpServletRequest,java.lang.String,java.lang.String," + list +
         ",com.alibaba.nacos.api.config.model.SameConfigPolicy) throws "
         "com.alibaba.nacos.api.exception.NacosException";
}

wire::Response unreadable_body(Surface surface, const std::string& text) {
  return surface == Surface::kV1 ? caused(400, escape_html(text)) : missing_result(text);
}

wire::Response not_json(Surface surface, const wire::Request& request) {
  auto type = std::string(request.header("content-type").value_or("application/octet-stream"));
  // Forms get the character set in which they are read.
  if (type == "application/x-www-form-urlencoded") type += ";charset=UTF-8";
  if (surface == Surface::kV1) return caused(500, escape_html("Content type '" + type + "' not supported"));
  return failed_result(400, {20003, "MediaType Error"}, "Content-Type '" + type + "' is not supported");
}

bool is_json(const wire::Request& request) {
  std::string type(request.header("content-type").value_or(""));
  type.resize(std::min(type.size(), type.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  type = lower_case(type);
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

domain::CloneWish wish_of(json::Value value, Surface surface) {
  const bool is_admin = surface == Surface::kV3;
  domain::CloneWish wish;
  const auto number = value[is_admin ? "configId" : "cfgId"].as_int();
  if (number && *number > 0) wish.number = static_cast<std::uint64_t>(*number);
  wish.group = as_utf8(value[is_admin ? "targetGroupName" : "group"].as_string().value_or(""));
  wish.data_id = as_utf8(value[is_admin ? "targetDataId" : "dataId"].as_string().value_or(""));
  return wish;
}

std::string no_policy(Surface surface, std::string_view word) {
  const std::string type = surface == Surface::kV1 ? "com.alibaba.nacos.config.server.model.SameConfigPolicy"
                                                   : "com.alibaba.nacos.api.config.model.SameConfigPolicy";
  const std::string failed =
      "Failed to convert value of type 'java.lang.String' to required type '" + type + "'; ";
  const std::string conversion =
      "Failed to convert from type [java.lang.String] to type "
      "[@org.springframework.web.bind.annotation.RequestParam " +
      type + "] for value [" + std::string(word) + "]";
  if (surface != Surface::kV1) return "Method parameter 'policy': " + failed + conversion;
  const std::string constant = "No enum constant " + type + "." + std::string(word);
  const std::string nested =
      conversion + "; nested exception is java.lang.IllegalArgumentException: " + constant;
  return "caused: " + failed +
         "nested exception is org.springframework.core.convert.ConversionFailedException: " + nested +
         ";caused: " + nested + ";caused: " + constant + ";";
}

}  // namespace

wire::Response transfer_failed(Surface surface, TransferFailure failure, bool has_count) {
  const Words words = words_of(failure);
  const std::string_view data = has_count ? R"({"succCount":0})" : "{}";
  if (surface != Surface::kV1) return result_of_v3(words.code, words.v3, data);
  return rest_answer(failure == TransferFailure::kNoNamespace ? kNoNamespaceV1 : words.code, words.v1, data);
}

wire::Response import_failed(Surface surface, const domain::ImportError& error) {
  if (const auto* other = std::get_if<Error>(&error)) return transfer_error(surface, *other);
  switch (std::get<domain::ImportFault>(error)) {
    case domain::ImportFault::kUnreadable:
      return transfer_failed(surface, TransferFailure::kUnreadable);
    case domain::ImportFault::kNoMetadata:
      return exception_result(500,
                              "Cannot invoke \"com.alibaba.nacos.config.server.utils.ZipUtils$ZipItem."
                              "getItemData()\" because \"metaDataItem\" is null");
    case domain::ImportFault::kIllegalMetadata:
      return transfer_failed(surface, TransferFailure::kIllegalMetadata);
    case domain::ImportFault::kEmpty:
      return transfer_failed(surface, TransferFailure::kEmpty);
  }
  BATATA_ASSERT(false);
}

wire::Response transferred(Surface surface, std::string_view what, const domain::TransferOutcome& outcome,
                           const std::vector<domain::Unrecognized>& unrecognized) {
  std::string data;
  json::Writer out(data);
  out.begin_object();
  write_ids(out, "skipData", outcome.skipped);
  out.member("succCount", static_cast<std::int64_t>(outcome.published));
  if (!unrecognized.empty()) out.member("unrecognizedCount", static_cast<std::int64_t>(unrecognized.size()));
  write_ids(out, "failData", outcome.failed);
  out.member("skipCount", static_cast<std::int64_t>(outcome.skipped.size()));
  if (!unrecognized.empty()) {
    out.key("unrecognizedData").begin_array();
    for (const domain::Unrecognized& entry : unrecognized)
      out.begin_object().member("itemName", as_utf8(told(surface, entry))).end_object();
    out.end_array();
  }
  out.end_object();
  return surface == Surface::kV1 ? rest_answer(200, what, data) : result(data);
}

wire::Response transfer_error(Surface surface, const Error& error) {
  return surface == Surface::kV1
             ? caused(http_status(error.code), error.message)
             : failed_result(http_status(error.code), result_code(error.code), error.message);
}

wire::Response archive_answer(Surface surface, std::string bytes, WallTime now) {
  wire::Response response = answer(
      200, surface == Surface::kV1 ? "application/octet-stream;charset=UTF-8" : "application/octet-stream",
      std::move(bytes));
  response.header("Content-Disposition",
                  "attachment;filename=nacos_config_export_" + digits_of(now) + ".zip");
  return response;
}

Parsed<domain::SamePolicy> policy_of(const wire::Request& request, Surface surface) {
  const std::string word = text_of(request, "policy");
  if (word.empty()) return domain::SamePolicy::kAbort;
  if (const auto policy = domain::policy_named(word)) return *policy;
  const std::string text = no_policy(surface, word);
  return tl::unexpected(surface == Surface::kV1 ? answer(400, kText, text) : exception_result(400, text));
}

Parsed<std::vector<domain::CloneWish>> read_wishes(const wire::Request& request, Surface surface) {
  if (!is_json(request)) return tl::unexpected(not_json(surface, request));
  if (request.body.empty()) return tl::unexpected(unreadable_body(surface, no_body(surface)));
  const auto body = json::parse(request.body);
  if (!body || !body->is_array()) {
    const bool is_object = request.body.starts_with('{');
    const std::string why = is_object ? "Cannot deserialize value of type `java.util.ArrayList<" +
                                            std::string(element_class(surface)) +
                                            ">` from Object value (token `JsonToken.START_OBJECT`)"
                                      : "the body is no list of configs";
    return tl::unexpected(unreadable_body(surface, "JSON parse error: " + why));
  }
  std::vector<domain::CloneWish> wishes;
  bool is_too_long = false;
  body->each([&](json::Value value) {
    is_too_long = wishes.size() == kWishesMax;
    if (!is_too_long && value.is_object()) wishes.push_back(wish_of(value, surface));
  });
  if (is_too_long)
    return tl::unexpected(unreadable_body(surface, "too many configs, over " + std::to_string(kWishesMax)));
  return wishes;
}

}  // namespace batata::nacos
