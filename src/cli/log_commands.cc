#include "cli/log_commands.h"

#include <string>

#include "base/json.h"
#include "cli/common/output.h"

namespace batata::cli {

Result<Printed> log_level(const Client& client, const Invocation& wanted) {
  constexpr const char* kLevel = "/batata/v1/log/level";
  const auto answer =
      wanted.log_filter
          ? client.call_own("PUT", kLevel + ("?" + encode_form({{"level", *wanted.log_filter}})))
          : client.call_own("GET", kLevel);
  if (!answer) return tl::unexpected(answer.error());
  const auto body = json::parse(answer->body);
  const auto level = body ? (*body)["level"].as_text() : std::nullopt;
  if (!level) return fail(Errc::kInternal, "the server's answer is not what batata would say; is it one?");
  if (wanted.json) return Printed{answer->body + "\n", {}};
  Printed printed{printable(*level) + "\n", {}};
  if (wanted.log_filter)
    printed.note = "until the server ends; batata.log.level in its settings is what the next start logs\n";
  return printed;
}

}  // namespace batata::cli
