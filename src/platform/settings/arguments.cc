#include "platform/settings/arguments.h"

#include <string_view>
#include <utility>

#include "platform/settings/keys.h"
#include "platform/settings/values.h"

namespace batata::platform {
namespace {

bool looks_like_flag(std::string_view word) {
  return word.size() > 1 && word.front() == '-';
}

// Whether the word behind a flag is its value. Booleans and flags that are not ours take one only when it
// can be one.
bool takes_next(const Row* row, std::string_view next) {
  if (row == nullptr || !row->is_built()) return !looks_like_flag(next);
  if (!std::holds_alternative<bool Settings::*>(row->field)) return !next.starts_with("--");
  Settings ignored;
  const Status fits = set_value(*row, next, ignored);
  return fits.has_value() || fits.error().code == Errc::kUnsupported;
}

bool needs_value(const Row* row) {
  return row != nullptr && row->is_built() && !std::holds_alternative<bool Settings::*>(row->field);
}

// Every key has a dot, so this can only be a mistyped short form: starting without it would be no service.
tl::unexpected<Error> no_such_flag(const std::string& flag) {
  const std::string_view nearest = nearest_flag(flag);
  std::string what = "command line: there is no " + flag;
  if (!nearest.empty()) what += "; did you mean " + std::string(nearest) + "?";
  return fail(Errc::kInvalidArgument, std::move(what));
}

}  // namespace

Result<Arguments> parse_arguments(const std::vector<std::string>& arguments) {
  Arguments parsed;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const bool is_config = word == "-c" || word == "--config" || word.starts_with("--config=");
    if (!is_config && (!word.starts_with("--") || word.size() == 2))
      return fail(Errc::kInvalidArgument,
                  "command line: '" + word + "' is not a setting; settings look like --key=value");
    const std::size_t equals = word.find('=');
    const std::string flag = word.substr(0, equals);
    const Row* row = row_of_flag(flag);
    if (row == nullptr && !is_config) row = row_of_key(std::string_view(flag).substr(2));
    if (row == nullptr && !is_config && flag.find('.') == flag.npos) return no_such_flag(flag);
    std::optional<std::string> value;
    if (equals != word.npos) value = word.substr(equals + 1);
    const bool has_next = i + 1 < arguments.size();
    if (!value && has_next &&
        (is_config ? !looks_like_flag(arguments[i + 1]) : takes_next(row, arguments[i + 1])))
      value = arguments[++i];
    if (!value && (is_config || needs_value(row)))
      return fail(Errc::kInvalidArgument, "command line: " + flag + " needs a value");
    if (is_config) {
      parsed.config_file = std::move(value);
    } else {
      parsed.entries.push_back({flag, value.value_or("true"), row});
    }
  }
  return parsed;
}

}  // namespace batata::platform
