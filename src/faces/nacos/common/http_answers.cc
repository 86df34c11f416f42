#include "faces/nacos/common/http_answers.h"

#include <fmt/format.h>

#include <chrono>

#include "base/json.h"
#include "faces/nacos/common/utf8.h"

namespace batata::nacos {
namespace {

struct Calendar {
  int year;
  unsigned month, day;
  std::int64_t hour, minute, second, milliseconds;
};
Calendar calendar_of(WallTime time) {
  using namespace std::chrono;
  const sys_time<milliseconds> point{milliseconds(time.ms)};
  const auto day = floor<days>(point);
  const year_month_day date(day);
  const hh_mm_ss clock(point - day);
  return {int(date.year()),        unsigned(date.month()),  unsigned(date.day()),      clock.hours().count(),
          clock.minutes().count(), clock.seconds().count(), clock.subseconds().count()};
}

}  // namespace

wire::Response answer(int status, std::string_view content_type, std::string body) {
  wire::Response response;
  response.status = status;
  response.content_type = content_type;
  response.body = std::move(body);
  return response;
}

void forbid_caching(wire::Response& response) {
  response.headers.reserve(response.headers.size() + 256);  // of a config's other headers, too
  response.headers +=
      "Pragma: no-cache\r\n"
      "Expires: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
      "Cache-Control: no-cache,no-store\r\n";
}

wire::Response caused(int status, std::string_view message) {
  return answer(status, kText, "caused: " + std::string(message) + ";");
}

std::string missing_parameter(std::string_view name) {
  return "Required request parameter '" + std::string(name) +
         "' for method parameter type String is not present";
}

std::string method_not_supported(const wire::Request& request) {
  return escape_html("Request method '" + std::string(request.method_name) + "' not supported");
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

wire::Response refused_parameter(std::string_view refusal, std::string_view content_type) {
  return answer(400, content_type, std::string(refusal) + "\r\n");
}

wire::Response framework_error(const wire::Request& request, WallTime now, int status,
                               std::string_view message, std::string_view content_type) {
  const std::string_view reason = wire::reason_phrase(status);
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .member("timestamp", iso_time(now))
      .member("status", status)
      .member("error", reason.empty() ? "None" : reason)  // the framework's word for a status without one
      .member("message", message)
      .member("path", path_as_sent(request))
      .end_object();
  return answer(status, content_type, std::move(body));
}

wire::Response result(std::string_view data) {
  std::string body = R"({"code":0,"message":"success","data":)";
  body.append(data).append("}");
  return answer(200, kJson, std::move(body));
}

wire::Response failed_result(int status, ResultCode code, std::string_view data_text) {
  std::string body;
  json::Writer out(body);
  out.begin_object()
      .member("code", code.code)
      .member("message", code.message)
      .member("data", data_text)
      .end_object();
  return answer(status, kJson, std::move(body));
}

wire::Response missing_result(std::string_view text) {
  return failed_result(400, {10000, "parameter missing"}, text);
}

std::string_view path_as_sent(const wire::Request& request) {
  return request.target.substr(0, request.target.find('?'));
}

std::string client_address(const wire::Request& request) {
  // Anybody can send what is longer than an address, and it would be kept with each config of an import.
  constexpr std::size_t kAddressMax = 128;
  const auto is_address = [](std::string_view text) { return !text.empty() && text.size() <= kAddressMax; };
  const auto forwarded = request.header("x-forwarded-for").value_or("");
  if (const auto first = forwarded.substr(0, forwarded.find(',')); is_address(first)) return as_utf8(first);
  const auto real = request.header("x-real-ip").value_or("");
  return is_address(real) ? as_utf8(real) : std::string(request.peer_address);
}

std::string iso_time(WallTime time) {
  const Calendar c = calendar_of(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}+00:00", c.year, c.month, c.day, c.hour,
                     c.minute, c.second, c.milliseconds);
}

}  // namespace batata::nacos
