#include "faces/nacos/common/param_check.h"

#include <charconv>

#include "base/text.h"
#include "base/utf16.h"
#include "faces/nacos/common/limits.h"

namespace batata::nacos {
namespace {

Refusal too_long(std::string_view label, std::size_t max) {
  return "Param '" + std::string(label) + "' is illegal, the param length should not exceed " +
         std::to_string(max) + ".";
}
Refusal illegal_characters(std::string_view label) {
  return "Param '" + std::string(label) + "' is illegal, illegal characters should not appear in the param.";
}

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

template <class Allowed>
Refusal check(std::string_view label, std::string_view value, std::size_t max, Allowed allowed) {
  // Before it passes for being blank: some blank values are kept as they were sent.
  if (java_length(value) > max) return too_long(label, max);
  if (is_blank(value)) return std::nullopt;
  if (!allowed(value)) return illegal_characters(label);
  return std::nullopt;
}

template <class Allowed>
bool all_of(std::string_view value, Allowed allowed) {
  for (const char c : value)
    if (!allowed(c)) return false;
  return true;
}

// True for text without white space and without the ideographs U+4E00 to U+9FA5, as upstream's patterns have
// it.
bool has_no_space_nor_ideograph(std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (c == ' ' || (c >= '\t' && c <= '\r')) return false;
    if (c < 0xe4 || c > 0xe9 || i + 2 >= value.size()) continue;
    const unsigned point = (c & 0x0fu) << 12 | (static_cast<unsigned char>(value[i + 1]) & 0x3fu) << 6 |
                           (static_cast<unsigned char>(value[i + 2]) & 0x3fu);
    if (point >= 0x4e00 && point <= 0x9fa5) return false;
  }
  return true;
}

}  // namespace

std::size_t java_length(std::string_view utf8) {
  return utf16_length(utf8);
}

Refusal check_namespace(std::string_view value) {
  return check("namespaceId/tenant", value, 64,
               [](auto v) { return all_of(v, [](char c) { return is_word(c) || c == '-'; }); });
}
Refusal check_namespace_name(std::string_view value) {
  return check("namespaceShowName", value, 256, [](auto v) { return v.find_first_of("@#$%^&*") == v.npos; });
}
Refusal check_data_id(std::string_view value) {
  return check("dataId", value, 256, domain::is_name);
}
Refusal check_group(std::string_view value) {
  return check("group", value, 128, domain::is_name);
}

Refusal check_service_name(std::string_view value) {
  return check("serviceName", value, 512, [](std::string_view name) {
    // ^(?!@).((?!@@)[^…\s])*$: anything but "@" first, no "@@" after the first character.
    if (name.front() == '@' || name.find("@@", 1) != name.npos) return false;
    // Only a line break is refused in the first place; the rest of a longer character passes the search below
    // anyway.
    return name.front() != '\n' && name.front() != '\r' && has_no_space_nor_ideograph(name.substr(1));
  });
}

Refusal check_clusters(std::string_view value) {
  if (value.size() > kClustersMax) return too_long("cluster", kClustersMax);
  if (is_blank(value)) return std::nullopt;
  for (;;) {
    const auto comma = value.find(',');
    const auto one = value.substr(0, comma);
    auto refusal = check("cluster", one, 64,
                         [](auto v) { return all_of(v, [](char c) { return is_word(c) || c == '-'; }); });
    if (refusal || comma == value.npos) return refusal;
    value.remove_prefix(comma + 1);
  }
}

Refusal check_ip(std::string_view value) {
  return check("ip", value, 128, has_no_space_nor_ideograph);
}

Refusal check_port(std::string_view value) {
  if (is_blank(value)) return std::nullopt;
  int port = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), port);
  if (error == std::errc{} && end == value.data() + value.size() && port >= 0 && port <= 65535)
    return std::nullopt;
  return "Param 'port' is illegal, the value should be between 0 and 65535.";
}

std::string too_many(std::string_view param, std::size_t max) {
  return *too_long(param, max);
}

Refusal check_metadata_size(std::size_t characters) {
  constexpr std::size_t kMax = 1024;
  if (characters <= kMax) return std::nullopt;
  return too_long("Metadata", kMax);
}

}  // namespace batata::nacos
