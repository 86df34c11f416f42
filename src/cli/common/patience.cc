#include "cli/common/patience.h"

#include <fmt/format.h>

#include <ctime>
#include <utility>

#include "cli/common/output.h"

namespace batata::cli {
namespace {

constexpr std::chrono::milliseconds kPause{1'000};  // between two tries at a server that is away

bool is_refusal(Errc code) {
  return code == Errc::kUnauthenticated || code == Errc::kPermissionDenied;
}

bool may_pass(const Error& error) {
  // A certificate does not mend itself.
  if (error.code == Errc::kUnavailable) return error.detail < kServerNotTrusted || error.detail > kNoLibrary;
  return error.code != Errc::kInvalidArgument && error.detail != kOutputIsGone &&
         error.code != Errc::kNotFound;
}

}  // namespace

Status Patience::repeat(const std::function<Status(const Client&)>& step) {
  while (!outside_.wait_for_stop({})) {
    auto done = step(client_);
    if (done) {
      if (std::exchange(is_away_, false)) outside_.note("the server is back\n");
      has_signed_in_again_ = false;
      continue;
    }
    if (outside_.wait_for_stop({})) return {};  // that was why
    if (auto endured = endure(std::move(done.error())); !endured) return endured;
    if (outside_.wait_for_stop(kPause)) return {};
  }
  return {};
}

Status Patience::endure(Error error) {
  if (is_refusal(error.code)) {
    const bool can_sign_in = wanted_.token.empty() && !wanted_.user.empty();
    if (!can_sign_in || std::exchange(has_signed_in_again_, true)) return tl::unexpected(std::move(error));
    auto again = Client::connect(wanted_);
    if (again) {
      client_ = std::move(*again);
      return {};
    }
    error = std::move(again.error());
    has_signed_in_again_ = false;
  }
  if (!may_pass(error) || is_refusal(error.code)) return tl::unexpected(std::move(error));
  if (!std::exchange(is_away_, true))
    outside_.note("batata: " + printable(error.message) + "\nnext: nothing: it is asked again each second\n");
  return {};
}

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace batata::cli
