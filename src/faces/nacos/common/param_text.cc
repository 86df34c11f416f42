#include "faces/nacos/common/param_text.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/text.h"
#include "faces/nacos/common/utf8.h"

namespace batata::nacos {

namespace {

std::string from_latin1(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xc0 | byte >> 6);
      text += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return text;
}

}  // namespace

std::string text_of_v1(const wire::Request& request, std::string_view name) {
  const std::string_view given = text_param(request, name);
  const std::string encoding = lower_case(text_param(request, "encoding"));
  if (is_blank(encoding)) return as_utf8(given);
  if (encoding == "utf-8" || encoding == "utf8") return as_utf8(trimmed(wire::percent_decode(given, true)));
  if (encoding == "iso-8859-1" || encoding == "iso8859-1" || encoding == "latin1")
    return std::string(trimmed(from_latin1(wire::percent_decode(given, true))));
  return as_utf8(given);
}

std::optional<std::int32_t> parse_int(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto number = parse_int(text);
  if (!number || *number < 0 || *number > UINT16_MAX) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

std::optional<double> parse_double(std::string_view text) {
  while (!text.empty() && is_blank(text.substr(0, 1))) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.substr(text.size() - 1))) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || std::isnan(value)) return std::nullopt;
  return value;
}

std::string for_input(std::string_view text) {
  return "For input string: \"" + std::string(text) + "\"";
}

}  // namespace batata::nacos
