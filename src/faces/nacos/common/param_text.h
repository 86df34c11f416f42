#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/http.h"

namespace batata::nacos {

// Parameters as texts and numbers, as Java reads them. Pure; any thread.

/// The parameter, blank when it is absent.
[[nodiscard]] inline std::string_view text_param(const wire::Request& request, std::string_view name) {
  return request.param(name).value_or("");
}
/// A parameter of v1, blank when it is absent. With `encoding` (UTF-8 or ISO-8859-1, in any spelling) it was
/// URL-encoded once more, in that character set; another character set leaves it as it is.
/// Source: upstream's WebUtils.
[[nodiscard]] std::string text_of_v1(const wire::Request& request, std::string_view name);
/// A whole number in decimal digits, as Integer.parseInt reads it.
[[nodiscard]] std::optional<std::int32_t> parse_int(std::string_view text);
/// The same of a port, 0 to 65535.
[[nodiscard]] std::optional<std::uint16_t> parse_port(std::string_view text);
/// As Double.parseDouble reads it, without its hexadecimal and suffixed forms.
[[nodiscard]] std::optional<double> parse_double(std::string_view text);
/// "For input string: \"x\"": what Java says of a text that is no number.
[[nodiscard]] std::string for_input(std::string_view text);

}  // namespace batata::nacos
