#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/http.h"

namespace batata::wire {

/// Who is served first when there is too much to do. What comes later here is refused earlier.
enum class Priority : std::uint8_t {
  kDefault,  ///< of a row that says nothing: priority_of
  kVital,    ///< health and heartbeats: refusing them makes of a busy server a lost one, and of its clients
             ///< more load
  kRead,     ///< what clients ask for
  kWrite,    ///< what they change; they try again
  kAdministration,  ///< what people look at and operators do: consoles, searches, exports
};
constexpr std::size_t kPriorities = 5;
[[nodiscard]] std::string_view name_of(Priority priority);

/// The priority of an HTTP row of which nobody says another: administration by its permission, else a read or
/// a write by its method.
[[nodiscard]] Priority priority_of(Method method, std::string_view permission);

}  // namespace batata::wire
