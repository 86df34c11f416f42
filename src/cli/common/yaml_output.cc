#include "cli/common/yaml_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"

namespace batata::cli {
namespace {

constexpr std::size_t kLargeText = 16u << 20;  // what json::parse takes at most

// Begins with a letter, and no reader takes it for a number, a truth or nothing.
bool is_plain(std::string_view text) {
  constexpr std::string_view kWords[] = {"y",  "n",   "yes",  "no",  "true", "false",
                                         "on", "off", "null", "inf", "nan"};
  if (text.empty() || !is_letter_or_digit(text[0]) || (text[0] >= '0' && text[0] <= '9')) return false;
  const bool is_simple = std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-' || c == '/' || c == '@';
  });
  return is_simple &&
         std::ranges::none_of(kWords, [&](auto word) { return equal_ignoring_case(word, text); });
}

// The number of the code point that a whole sequence of UTF-8 means.
std::uint32_t code_point(std::string_view one) {
  auto value = static_cast<std::uint32_t>(static_cast<unsigned char>(one[0]));
  if (one.size() > 1) value &= 0x7fu >> one.size();
  for (const char c : one.substr(1)) value = value << 6 | (static_cast<unsigned char>(c) & 0x3fu);
  return value;
}

// What is no printable character to every version of YAML, or ends a line to some.
bool must_be_escaped(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 || code == 0xfeff ||
         code == 0xfffe || code == 0xffff;
}

template <class Visit>
void each_character(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const std::size_t size = std::max<std::size_t>(1, utf8_size(text));
    visit(text.substr(0, size));
    text.remove_prefix(size);
  }
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  each_character(text, [&](std::string_view one) {
    const std::uint32_t code = code_point(one);
    if (one == "\"" || one == "\\") {
      out += "\\" + std::string(one);
    } else if (one == "\n") {
      out += "\\n";
    } else if (must_be_escaped(code)) {
      out += fmt::format("\\u{:04x}", code);
    } else {
      out += one;
    }
  });
  return out + "\"";
}

// Whether it can be a block: its first line shows how far the others are to the right, and nothing is escaped
// in it.
bool is_block(std::string_view text) {
  if (text.find('\n') == text.npos || text[0] == ' ' || text[0] == '\n' || text[0] == '\t') return false;
  bool is_clean = true;
  each_character(text, [&](std::string_view one) {
    is_clean = is_clean && (one == "\n" || one == "\t" || !must_be_escaped(code_point(one)));
  });
  return is_clean;
}

std::string block(std::string_view text, std::size_t indent) {
  std::string out = text.ends_with("\n\n") ? "|+" : text.ends_with('\n') ? "|" : "|-";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += '\n';
    if (end != 0) out.append(indent, ' ').append(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

class Converter {
 public:
  /// Appends what stands behind "key:" or "-", line end included. `indent` is that of what belongs to it.
  void add(json::Value value, std::size_t indent, bool behind_dash) {
    if (value.is_object()) return add_object(value, indent, behind_dash);
    if (value.is_array()) return add_array(value, indent);
    out_ += ' ';
    if (const auto text = value.as_string()) {
      out_ += is_plain(*text) ? std::string(*text) : is_block(*text) ? block(*text, indent) : quoted(*text);
    } else {
      out_ += value.as_text().value_or("null");
    }
    out_ += '\n';
  }
  /// The members as lines of their own.
  void add_members(json::Value object, std::size_t indent, bool is_first_placed) {
    object.each_member([&](std::string_view name, json::Value member) {
      if (!is_first_placed) out_.append(indent, ' ');
      is_first_placed = false;
      out_ += (is_plain(name) ? std::string(name) : quoted(name)) + ":";
      add(member, indent + 2, false);
    });
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  static bool is_empty(json::Value value) {
    bool is_none = true;
    value.each([&](json::Value) { is_none = false; });
    value.each_member([&](std::string_view, json::Value) { is_none = false; });
    return is_none;
  }
  void add_object(json::Value value, std::size_t indent, bool behind_dash) {
    if (is_empty(value)) {
      out_ += " {}\n";
      return;
    }
    out_ += behind_dash ? " " : "\n";
    add_members(value, indent, behind_dash);
  }
  void add_array(json::Value value, std::size_t indent) {
    if (is_empty(value)) {
      out_ += " []\n";
      return;
    }
    out_ += '\n';
    value.each([&](json::Value each) {
      out_.append(indent, ' ').append("-");
      add(each, indent + 2, true);
    });
  }

  std::string out_;
};

}  // namespace

Result<std::string> yaml_of(std::string_view json_text) {
  if (json_text.empty()) return std::string();
  const auto value = json::parse(json_text);
  if (!value && json_text.size() > kLargeText)
    return fail(Errc::kResourceExhausted, "the result is too large for -o yaml; use -o json");
  if (!value || !value->is_object())
    return fail(Errc::kInternal, "the result cannot be shown as YAML; use -o json");
  Converter converter;
  converter.add_members(*value, 0, false);
  return converter.take();
}

}  // namespace batata::cli
