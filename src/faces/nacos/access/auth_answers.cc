#include "faces/nacos/access/auth_answers.h"

#include <algorithm>
#include <charconv>

#include "faces/nacos/access/access.h"
#include "faces/nacos/common/errors.h"
#include "faces/nacos/common/utf8.h"

namespace batata::nacos {
namespace {

constexpr std::string_view kNoPage = "pageNo and pageSize must be greater than zero";

wire::Response missing(const wire::Request& request, WallTime now, std::string_view name,
                       std::string_view type) {
  if (surface_of(request.path) == Surface::kV3)
    return framework_error(request, now, 400,
                           "Required parameter '" + std::string(name) + "' is not present.");
  return caused(500, escape_html("Required request parameter '" + std::string(name) +
                                 "' for method parameter type " + std::string(type) + " is not present"));
}

wire::Response not_an_int(const wire::Request& request, WallTime now, std::string_view name,
                          std::string_view text) {
  const std::string input = "For input string: \"" + as_utf8(text) + "\"";
  const std::string failed = "Failed to convert value of type 'java.lang.String' to required type 'int'; ";
  if (surface_of(request.path) == Surface::kV1) {
    const std::string nested = failed + "nested exception is java.lang.NumberFormatException: " + input;
    return caused(400, nested + ";caused: " + input);
  }
  const std::string whole = "Method parameter '" + std::string(name) + "': " + failed + input;
  if (surface_of(request.path) == Surface::kV3) return framework_error(request, now, 400, whole);
  return caused(400, escape_html(whole) + ";caused: " + escape_html(input));
}

AuthRead<std::uint64_t> page_number(const wire::Request& request, WallTime now, std::string_view name) {
  const auto text = request.param(name);
  if (!text) return tl::unexpected(missing(request, now, name, "int"));
  std::int32_t number = 0;  // as Integer.parseInt, but for the '+' that nobody sends
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || end != text->data() + text->size())
    return tl::unexpected(not_an_int(request, now, name, *text));
  return static_cast<std::uint64_t>(std::max(number, 0));
}

}  // namespace

wire::Response rest_result(int code, std::string_view data) {
  std::string body;
  json::Writer out(body);
  out.begin_object().member("code", code).key("message").null().member("data", data).end_object();
  return answer(200, kJson, std::move(body));
}

wire::Response auth_done(Surface surface, std::string_view text) {
  if (surface == Surface::kV1) return rest_result(200, text);
  std::string json;
  json::Writer(json).string(text);
  return result(json);
}

wire::Response auth_data(Surface surface, std::string json) {
  return surface == Surface::kV1 ? answer(200, kJson, std::move(json)) : result(json);
}

wire::Response auth_failed(const Error& error) {
  const bool refused =
      error.code == Errc::kInvalidArgument || error.code == Errc::kNotFound || error.code == Errc::kConflict;
  return caused(refused ? 400 : http_status(error.code), error.message);
}

AuthRead<std::string> auth_param(const wire::Request& request, WallTime now, std::string_view name) {
  const auto text = request.param(name);
  if (!text) return tl::unexpected(missing(request, now, name, "String"));
  return as_utf8(*text);
}

AuthRead<domain::PageRequest> auth_page(const wire::Request& request, WallTime now) {
  const auto number = page_number(request, now, "pageNo");
  if (!number) return tl::unexpected(number.error());
  const auto size = page_number(request, now, "pageSize");
  if (!size) return tl::unexpected(size.error());
  if (*number == 0 || *size == 0) return tl::unexpected(caused(400, kNoPage));
  return domain::PageRequest{.number = *number, .size = *size};
}

domain::Search auth_search(const wire::Request& request) {
  return request.param("search") == "blur" ? domain::Search::kBlur : domain::Search::kAccurate;
}

std::string auth_text(const wire::Request& request, std::string_view name) {
  return as_utf8(request.param(name).value_or(""));
}

}  // namespace batata::nacos
