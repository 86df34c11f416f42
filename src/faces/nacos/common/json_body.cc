#include "faces/nacos/common/json_body.h"

#include <string>

#include "base/text.h"
#include "faces/nacos/common/http_answers.h"
#include "faces/nacos/common/param_text.h"

namespace batata::nacos {
namespace {

bool is_json(std::string_view media_type) {
  const std::string type = lower_case(media_type.substr(0, media_type.find_first_of("; ")));
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

Error unsupported(std::string_view media_type) {
  if (media_type.find('/') == media_type.npos) {
    return {Errc::kUnsupported,
            "Invalid mime type \"" + std::string(media_type) + "\": does not contain '/'"};
  }
  std::string shown(media_type);
  // Upstream's framework takes every text for UTF-8 and says so.
  if (lower_case(media_type).find("charset=") == std::string::npos) shown += ";charset=UTF-8";
  return {Errc::kUnsupported, "Content-Type '" + shown + "' is not supported"};
}

}  // namespace

Result<json::Value> json_body(const wire::Request& request) {
  const auto media_type = request.header("content-type");
  if (!media_type && !request.body.empty()) return tl::unexpected(unsupported("application/octet-stream"));
  if (media_type && !is_json(*media_type)) return tl::unexpected(unsupported(*media_type));
  if (request.body.empty()) return fail(Errc::kInvalidArgument, "Required request body is missing");
  auto value = json::parse(request.body);
  if (!value) return fail(std::move(value.error()), "JSON parse error");
  return value;
}

wire::Response refused_body(const Error& error) {
  if (error.code == Errc::kUnsupported) return failed_result(400, {20003, "MediaType Error"}, error.message);
  return missing_result(error.message);
}

}  // namespace batata::nacos
