#pragma once
#include <functional>
#include <string>

#include "base/result.h"
#include "cli/common/client.h"
#include "cli/common/command.h"

namespace batata::cli {

/// `Error::detail` of a standard output that takes no more: no server mends that.
inline constexpr std::uint16_t kOutputIsGone = 5;

/// What goes on asking a server for as long as nobody says stop: waits while it is away, says on standard
/// error once that it is and once that it is back, and signs in again when the time of that is up.
class Patience {
 public:
  /// `wanted` and `outside` outlive it.
  Patience(const Invocation& wanted, const Outside& outside, Client client)
      : wanted_(wanted), outside_(outside), client_(std::move(client)) {}

  [[nodiscard]] const Client& client() const { return client_; }

  /// Calls `step` again and again until it is told to stop, a second after each one that failed. Errors:
  /// those that waiting does not mend: kInvalidArgument, a refusal in spite of a new sign-in, kOutputIsGone.
  [[nodiscard]] Status repeat(const std::function<Status(const Client&)>& step);

 private:
  /// Whether it is worth going on; the error, if it is not.
  [[nodiscard]] Status endure(Error error);

  const Invocation& wanted_;
  const Outside& outside_;
  Client client_;
  bool is_away_ = false, has_signed_in_again_ = false;
};

/// The time of day as "2026-11-27T20:38:17Z".
[[nodiscard]] std::string utc_now();

}  // namespace batata::cli
