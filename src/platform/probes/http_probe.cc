#include "platform/probes/http_probe.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"

namespace batata::platform {
namespace {

bool is_token(std::string_view text) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || kOthers.find(c) != kOthers.npos;
  });
}
bool is_field_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= ' ' && byte != 0x7f);
  });
}
bool is_path_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > ' ' && byte != 0x7f;
  });
}
bool frames_the_message(std::string_view name) {
  constexpr std::array<std::string_view, 6> kFraming = {
      "connection", "content-length", "transfer-encoding", "upgrade", "te", "expect"};
  return std::any_of(kFraming.begin(), kFraming.end(),
                     [&](std::string_view each) { return equal_ignoring_case(name, each); });
}

// Appends the headers of "k:v|k2:v2"; true when one of them names the host.
std::optional<bool> append_headers(std::string& request, std::string_view headers) {
  bool has_host = false;
  while (!headers.empty()) {
    const std::string_view field = headers.substr(0, headers.find('|'));
    headers.remove_prefix(std::min(headers.size(), field.size() + 1));
    const std::size_t colon = field.find(':');
    if (colon == field.npos) continue;  // as upstream, which takes pairs only
    const std::string_view name = field.substr(0, colon), value = field.substr(colon + 1);
    if (!is_token(name) || !is_field_text(value)) return std::nullopt;
    if (frames_the_message(name)) continue;
    has_host = has_host || equal_ignoring_case(name, "host");
    request.append(name).append(": ").append(value).append("\r\n");
  }
  return has_host;
}

}  // namespace

std::optional<std::string> http_request(std::string_view host, std::uint16_t port,
                                        const domain::HealthCheck& check) {
  if (!is_path_text(check.path) || !is_path_text(host)) return std::nullopt;
  std::string request = "GET ";
  if (!check.path.starts_with('/')) request += '/';
  request.append(check.path).append(" HTTP/1.1\r\n");
  const auto has_host = append_headers(request, check.headers);
  if (!has_host) return std::nullopt;
  if (!*has_host) {
    const bool is_v6 = host.find(':') != host.npos;
    request.append("Host: ").append(is_v6 ? "[" : "").append(host).append(is_v6 ? "]" : "");
    request.append(":").append(std::to_string(port)).append("\r\n");
  }
  request.append("Connection: close\r\n\r\n");
  return request;
}

std::optional<int> status_code(std::string_view line) {
  if (!line.starts_with("HTTP/1.")) return std::nullopt;
  const std::size_t blank = line.find(' ');
  if (blank != 8 || line.size() < 12) return std::nullopt;
  int code = 0;
  for (const char c : line.substr(9, 3)) {
    if (c < '0' || c > '9') return std::nullopt;
    code = code * 10 + (c - '0');
  }
  const char after = line.size() > 12 ? line[12] : '\n';
  if (after != ' ' && after != '\r' && after != '\n') return std::nullopt;
  return code;
}

domain::Probe judge_code(int code, std::int32_t expected) {
  if (code == expected) return domain::Probe::kAlive;
  // Busy: it may serve again soon.
  if (code == 503 || code == 302) return domain::Probe::kFailed;
  return domain::Probe::kRefused;
}

}  // namespace batata::platform
