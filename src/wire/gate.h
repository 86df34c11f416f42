#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "async/task.h"
#include "wire/http.h"
#include "wire/right.h"

namespace batata::wire {

/// What access control says to one request.
struct Verdict {
  enum class Kind : std::uint8_t {
    kAdmitted,
    kRefused,
    kUndecided,  ///< only the loop can tell: a password must be compared
  };
  Kind kind = Kind::kRefused;
  std::string principal;  ///< of kAdmitted: who has signed in; empty when nobody had to
  Response refusal;       ///< of kRefused

  static Verdict admitted(std::string principal) { return {Kind::kAdmitted, std::move(principal), {}}; }
  static Verdict refused(Response refusal) { return {Kind::kRefused, {}, std::move(refusal)}; }
  static Verdict undecided() { return {Kind::kUndecided, {}, {}}; }
};

/// A face's access control, as the router asks it: before a guarded row, with the very path and parameters
/// that the row will see. Outlives the router that it was given to.
class Gate {
 public:
  virtual ~Gate() = default;

  /// Whether rows with that path and permission ask at all. Called once, when the row is added: a row that is
  /// not guarded costs nothing.
  [[nodiscard]] virtual bool guards(std::string_view path, std::string_view permission) const = 0;
  /// The I/O thread that parsed the request; must not wait.
  [[nodiscard]] virtual Verdict check(const Request& request, const Right& right) const = 0;
  /// Decides what `check` could not; never gives kUndecided. Loop only. Both arguments outlive the task.
  [[nodiscard]] virtual Task<Verdict> decide(const Request& request, const Right& right) = 0;
};

}  // namespace batata::wire
