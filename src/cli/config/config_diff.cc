#include "cli/config/config_diff.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/json.h"
#include "cli/common/client.h"
#include "cli/config/stored_config.h"
#include "cli/config/unified_diff.h"

namespace batata::cli {
namespace {

// One of the two that are compared.
struct Side {
  std::string label, content;
};

std::optional<std::int64_t> history_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

Result<Side> side_of(const std::string& word, const Client& client, const Invocation& wanted,
                     const Outside& outside) {
  if (word == "current") {
    auto found = read_config(client, wanted.data_id);
    if (!found && found.error().code != Errc::kNotFound) return tl::unexpected(std::move(found.error()));
    return Side{wanted.data_id + (found ? " (current)" : " (current: not there)"),
                found ? std::move(found->content) : ""};
  }
  if (const auto number = history_number(word)) {
    auto found = read_history(client, wanted.data_id, *number);
    if (!found) return tl::unexpected(std::move(found.error()));
    return Side{wanted.data_id + " (history " + word + ")", std::move(found->content)};
  }
  auto content = outside.read_content(word);
  if (!content) return tl::unexpected(std::move(content.error()));
  return Side{word == "-" ? "standard input" : word, std::move(*content)};
}

}  // namespace

Result<Printed> config_diff(const Invocation& wanted, const Outside& outside) {
  if (wanted.config.from == "-" && wanted.config.to == "-")
    return fail(Errc::kInvalidArgument, "standard input is only one of the two that are compared");
  const auto client = Client::connect(wanted);
  if (!client) return tl::unexpected(client.error());
  const auto from = side_of(wanted.config.from, *client, wanted, outside);
  if (!from) return tl::unexpected(from.error());
  const auto to = side_of(wanted.config.to, *client, wanted, outside);
  if (!to) return tl::unexpected(to.error());
  std::string diff = unified_diff(from->content, to->content, from->label, to->label);
  if (!wanted.json) return Printed{outside.is_terminal ? coloured_diff(diff) : std::move(diff)};
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  name_of(*client, wanted.data_id).write(writer);
  writer.member("from", from->label).member("to", to->label).member("equal", diff.empty());
  writer.member("diff", diff).end_object();
  return Printed{out + "\n"};
}

}  // namespace batata::cli
