#include "platform/settings/values.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "platform/settings/keys.h"

namespace batata::platform {
namespace {

using std::chrono::milliseconds;

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

template <class T>
struct Choice {
  std::string_view name;
  T value;
};
constexpr std::array<Choice<LogFormat>, 2> kFormats{{{"text", LogFormat::kText}, {"json", LogFormat::kJson}}};

template <class Choices>
std::string one_of(const Choices& choices) {
  std::string text = "one of ";
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i != 0) text += i + 1 == choices.size() ? " and " : ", ";
    text += choices[i].name;
  }
  return text;
}
template <class Choices>
auto chosen(const Choices& choices, std::string_view text) -> std::optional<decltype(choices[0].value)> {
  const std::string wanted = lower_case(text);
  for (const auto& choice : choices) {
    if (choice.name == wanted) return choice.value;
  }
  return std::nullopt;
}
template <class Choices, class T>
std::string name_in(const Choices& choices, T value) {
  for (const auto& choice : choices) {
    if (choice.value == value) return std::string(choice.name);
  }
  return {};
}

std::optional<bool> parse_boolean(std::string_view text) {
  const std::string word = lower_case(text);
  if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
  if (word == "false" || word == "no" || word == "off" || word == "0") return false;
  return std::nullopt;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// A number and one of the units, which multiply it. A number alone counts by `bare`; 0: it is not accepted.
template <std::size_t N>
std::optional<std::uint64_t> parse_quantity(
    std::string_view text, const std::array<std::pair<std::string_view, std::uint64_t>, N>& units,
    std::uint64_t bare) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_number(text.substr(0, digits));
  if (!number) return std::nullopt;
  std::string_view rest = text.substr(digits);
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  std::uint64_t factor = rest.empty() ? (*number == 0 ? 1 : bare) : 0;
  const std::string unit = lower_case(rest);
  for (const auto& [name, size] : units) {
    if (!rest.empty() && unit == name) factor = size;
  }
  std::uint64_t value = 0;
  if (factor == 0 || __builtin_mul_overflow(*number, factor, &value)) return std::nullopt;
  return value;
}

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 7> kSizes{{{"b", 1},
                                                                            {"kb", 1u << 10},
                                                                            {"kib", 1u << 10},
                                                                            {"mb", 1u << 20},
                                                                            {"mib", 1u << 20},
                                                                            {"gb", 1u << 30},
                                                                            {"gib", 1u << 30}}};
constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> kTimes{
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};

std::string size_text(std::uint64_t bytes) {
  if (bytes != 0 && bytes % (1u << 30) == 0) return fmt::format("{}GiB", bytes >> 30);
  if (bytes != 0 && bytes % (1u << 20) == 0) return fmt::format("{}MiB", bytes >> 20);
  if (bytes != 0 && bytes % (1u << 10) == 0) return fmt::format("{}KiB", bytes >> 10);
  return fmt::format("{}", bytes);
}
std::string duration_text(const Row& row, std::uint64_t ms) {
  if (row.bare_milliseconds) return fmt::format("{}", ms);
  return ms % 1000 == 0 ? fmt::format("{}s", ms / 1000) : fmt::format("{}ms", ms);
}

tl::unexpected<Error> not_in_range(const Row& row) {
  return fail(Errc::kInvalidArgument, "which is not " + range_text(row));
}

}  // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
  const auto ms = parse_quantity(text, kTimes, 0);
  if (!ms || *ms > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
  return milliseconds(static_cast<std::int64_t>(*ms));
}

Status set_value(const Row& row, std::string_view text, Settings& settings) {
  const auto put = [&](auto member, const auto& value) -> Status {
    if (!value) return not_in_range(row);
    settings.*member = *value;
    return {};
  };
  const auto put_number = [&]<class T>(T Settings::* member) -> Status {
    const auto number =
        std::is_same_v<T, std::uint64_t> ? parse_quantity(text, kSizes, 1) : parse_number(text);
    if (!number || *number < row.low || *number > row.high) return not_in_range(row);
    settings.*member = static_cast<T>(*number);
    return {};
  };
  Status done =
      std::visit(Overloaded{
                     [&](std::monostate) -> Status { return {}; },
                     [&](bool Settings::* member) { return put(member, parse_boolean(text)); },
                     [&](std::uint16_t Settings::* member) { return put_number(member); },
                     [&](std::uint32_t Settings::* member) { return put_number(member); },
                     [&](std::uint64_t Settings::* member) { return put_number(member); },
                     [&](std::string Settings::* member) -> Status {
                       if (row.rule != nullptr && !row.rule->accepts(text)) return not_in_range(row);
                       settings.*member = std::string(text);
                       return {};
                     },
                     [&](milliseconds Settings::* member) -> Status {
                       const auto ms = parse_quantity(text, kTimes, row.bare_milliseconds ? 1 : 0);
                       if (!ms || *ms < row.low || *ms > row.high) return not_in_range(row);
                       settings.*member = milliseconds(static_cast<std::int64_t>(*ms));
                       return {};
                     },
                     [&](LogFormat Settings::* member) { return put(member, chosen(kFormats, text)); },
                 },
                 row.field);
  if (!done) return done;
  if (!row.refused.empty() && value_text(row, settings) == row.refused)
    return fail(Errc::kUnsupported, "but " + std::string(row.refused_because));
  return {};
}

std::string value_text(const Row& row, const Settings& settings) {
  return std::visit(
      Overloaded{
          [](std::monostate) { return std::string(); },
          [&](bool Settings::* member) { return std::string(settings.*member ? "true" : "false"); },
          [&](std::uint16_t Settings::* member) { return fmt::format("{}", settings.*member); },
          [&](std::uint32_t Settings::* member) { return fmt::format("{}", settings.*member); },
          [&](std::uint64_t Settings::* member) { return size_text(settings.*member); },
          [&](std::string Settings::* member) { return settings.*member; },
          [&](milliseconds Settings::* member) {
            return duration_text(row, static_cast<std::uint64_t>((settings.*member).count()));
          },
          [&](LogFormat Settings::* member) { return name_in(kFormats, settings.*member); },
      },
      row.field);
}

std::string range_text(const Row& row) {
  const auto number = [&] { return fmt::format("a whole number from {} to {}", row.low, row.high); };
  return std::visit(Overloaded{
                        [](std::monostate) { return std::string("any text"); },
                        [](bool Settings::*) { return std::string("true or false"); },
                        [&](std::uint16_t Settings::*) { return number(); },
                        [&](std::uint32_t Settings::*) { return number(); },
                        [&](std::uint64_t Settings::*) {
                          return fmt::format("a size from {} to {}", size_text(row.low), size_text(row.high));
                        },
                        [&](std::string Settings::*) {
                          return std::string(row.rule == nullptr ? "any text" : row.rule->range);
                        },
                        [&](milliseconds Settings::*) {
                          return fmt::format("{} from {} to {}",
                                             row.bare_milliseconds ? "a number of milliseconds"
                                                                   : "a duration (like 500ms, 10s, 2m)",
                                             duration_text(row, row.low), duration_text(row, row.high));
                        },
                        [](LogFormat Settings::*) { return one_of(kFormats); },
                    },
                    row.field);
}

std::string_view type_name(const Row& row) {
  constexpr std::array<std::string_view, std::variant_size_v<Field>> kNames{
      "text", "boolean", "number", "number", "size", "text", "duration", "choice"};
  return kNames[row.field.index()];
}

}  // namespace batata::platform
