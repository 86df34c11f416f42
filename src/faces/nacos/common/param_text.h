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
/// A whole number in decimal digits, as Integer.parseInt reads it.
[[nodiscard]] std::optional<std::int32_t> parse_int(std::string_view text);
/// As Double.parseDouble reads it, without its hexadecimal and suffixed forms.
[[nodiscard]] std::optional<double> parse_double(std::string_view text);
/// "For input string: \"x\"": what Java says of a text that is no number.
[[nodiscard]] std::string for_input(std::string_view text);

}  // namespace batata::nacos
