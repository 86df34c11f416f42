#include "domain/access/text.h"

namespace batata::domain {

std::string log_text(std::string_view name) {
  constexpr std::size_t kShownMax = 64;
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : name.substr(0, kShownMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
      out += c;
    } else {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return name.size() > kShownMax ? out + "..." : out;
}

}  // namespace batata::domain
