#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "wire/http.h"

namespace batata::wire {

/// The text of a row that only administrators may use: no permission stands for it, whatever its pattern.
inline constexpr std::string_view kAdministrators = "administrators";

/// The right that a row asks for. Immutable; `text` is a literal.
struct Right {
  /// Names what a request touches, in the face's own words: who asks needs the right to all of it. Reads the
  /// request as the row's handler does, with the handler's own functions: what one of them sees and the other
  /// does not goes around every permission. Must not wait, and not be empty for what the handler would
  /// accept.
  using Resources = std::vector<std::string> (*)(const Request& request);

  constexpr Right() = default;
  /// A right to just what the text names, whatever the request says.
  // NOLINTBEGIN(google-explicit-constructor): so that a row says it in its place
  constexpr Right(const char* name) : text(name) {}
  constexpr Right(std::string_view name) : text(name) {}
  // NOLINTEND(google-explicit-constructor)
  constexpr Right(std::string_view name, Resources touched) : text(name), resources(touched) {}

  std::string_view text;
  Resources resources = nullptr;
};

}  // namespace batata::wire
