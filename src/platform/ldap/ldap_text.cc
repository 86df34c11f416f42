#include "platform/ldap/ldap_text.h"

#include "base/text.h"

namespace batata::platform {
namespace {

bool is_plain(char c) {
  return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.' || c == '@';
}

// Everything that is not certainly harmless, in either syntax: both know "\NN" for any byte.
std::string escaped(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    if (is_plain(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '\\';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

}  // namespace

std::string ldap_filter_value(std::string_view text) {
  return escaped(text);
}
std::string ldap_dn_value(std::string_view text) {
  return escaped(text);
}

std::string ldap_dn_of(std::string_view pattern, std::string_view value) {
  constexpr std::string_view kPlace = "{0}";
  std::string out;
  for (;;) {
    const auto place = pattern.find(kPlace);
    out.append(pattern.substr(0, place));
    if (place == pattern.npos) return out;
    out += ldap_dn_value(value);
    pattern.remove_prefix(place + kPlace.size());
  }
}

}  // namespace batata::platform
