#include "domain/config/yaml_writer.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace batata::domain {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Words that some reader takes for null or a truth value.
bool is_reserved(std::string_view text) {
  static constexpr std::array<std::string_view, 9> kWords = {"null", "true", "false", "yes", "no",
                                                             "on",   "off",  "y",     "n"};
  if (text.size() > 5) return false;
  return std::ranges::find(kWords, lower_case(text)) != kWords.end();
}

// Numbers and times of all readers, and some texts that are none.
bool may_be_number(std::string_view text) {
  const char first = text.front();
  if (!(first >= '0' && first <= '9') && first != '.' && first != '-' && first != '+') return false;
  return std::ranges::all_of(text, [](char c) {
    return std::string_view("0123456789abcdefABCDEFinIN_.:+-xXoOTtZz ").find(c) != std::string_view::npos;
  });
}

bool is_plain(std::string_view text) {
  if (text.empty() || is_reserved(text) || may_be_number(text)) return false;
  const char first = text.front();
  if (!is_letter_or_digit(first) && first != '_' && first != '.' && first != '/' &&
      static_cast<unsigned char>(first) < 0x80)
    return false;
  if (text.back() == ' ' || text.back() == ':') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_control(text[i])) return false;
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if ((text[i] == ':' && next == ' ') || (text[i] == ' ' && next == '#')) return false;
    // Unicode's line ends and the byte order mark: readers differ about them.
    const auto rest = text.substr(i, 3);
    if (rest == "\xe2\x80\xa8" || rest == "\xe2\x80\xa9" || rest == "\xef\xbb\xbf") return false;
    if (text.substr(i, 2) == "\xc2\x85") return false;
  }
  return true;
}

void append_in_single_quotes(std::string& out, std::string_view text) {
  out += '\'';
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  out += '\'';
}

void append_in_double_quotes(std::string& out, std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  out += '"';
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (is_control(c)) {
      out += "\\x";
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

void append_yaml_member(std::string& out, std::string_view indent, std::string_view key,
                        std::string_view value) {
  out.append(indent).append(key).append(": ");
  if (is_plain(value)) {
    out.append(value);
  } else if (std::ranges::none_of(value, is_control)) {
    append_in_single_quotes(out, value);
  } else {
    append_in_double_quotes(out, value);
  }
  out += '\n';
}

}  // namespace batata::domain
