#include <vector>

#include "wire/http.h"

namespace batata::wire {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Removes ";name=value" from every segment. Done before decoding: "%3B" is a character of a name, as it is
// for the servlet containers that clients were written against.
std::string without_parameters(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  bool inside = false;
  for (const char c : path) {
    if (c == '/') inside = false;
    if (c == ';') inside = true;
    if (!inside) out += c;
  }
  return out;
}

// Resolves "", "." and ".." segments. Nothing when it climbs above the root.
std::optional<std::string> resolve(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the '/'
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      segments.push_back(segment);
    } else if (segments.empty()) {
      return std::nullopt;
    } else {
      segments.pop_back();
    }
  }
  std::string out;
  for (const auto segment : segments) out.append("/").append(segment);
  if (out.empty()) out = "/";
  return out;
}

}  // namespace

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '+' && plus_is_space) {
      out += ' ';
    } else if (c == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
               hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += c;
    }
  }
  return out;
}

std::optional<std::string> normalise_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return std::nullopt;
  const std::string decoded = percent_decode(without_parameters(path), false);
  if (decoded.find('\0') != std::string::npos) return std::nullopt;
  return resolve(decoded);
}

bool is_normal_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return false;
  if (path.size() > 1 && path.back() == '/') return false;
  char before = 0;
  for (const char c : path) {
    if (c == '%' || c == ';' || c == '\0') return false;
    if (before == '/' && (c == '/' || c == '.')) return false;
    before = c;
  }
  return true;
}

}  // namespace batata::wire
