#pragma once
#include <array>
#include <string_view>

#include "base/types.h"

namespace batata::wire {

/// A time as HTTP headers have it, "Sat, 21 Nov 2026 13:58:59 GMT": whole seconds, for years 0 to 9999.
/// Source: RFC 9110, 5.6.7.
class HttpDate {
 public:
  explicit HttpDate(WallTime time);
  [[nodiscard]] std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 29> text_;
};

}  // namespace batata::wire
