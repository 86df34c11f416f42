#include "cli/common/http_client.h"

#include <charconv>

#include "base/text.h"
#include "net/outbound/blocking_call.h"

namespace batata::cli {
namespace {

std::string display(const ServerAddress& server) {
  const bool is_v6 = server.host.find(':') != std::string::npos;
  return (is_v6 ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port);
}

}  // namespace

Result<ServerAddress> parse_server_address(std::string_view text, bool secure_unless_said) {
  // What stands before an '@' may be a password, which is shown to nobody.
  const bool has_account = text.find('@') != text.npos;
  const auto wrong = [whole = has_account ? std::string("what was given")
                                          : "'" + std::string(text) + "'"](std::string_view why) {
    return fail(Errc::kInvalidArgument, whole + " is not the address of a server: " + std::string(why));
  };
  if (has_account) return wrong("nobody signs in by it; set BATATA_USERNAME and BATATA_PASSWORD");
  ServerAddress address;
  address.secure = text.starts_with("https://") || (secure_unless_said && !text.starts_with("http://"));
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    break;
  }
  const std::size_t slash = text.find('/');
  if (slash != text.npos) {
    std::string_view path = text.substr(slash);
    while (path.ends_with('/')) path.remove_suffix(1);
    if (slash + 1 < text.size()) address.context_path = path;
    text = text.substr(0, slash);
  }
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return wrong("']' is missing");
    address.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
  } else {
    const std::size_t end = std::min(text.find(':'), text.size());
    address.host = text.substr(0, end);
    text.remove_prefix(end);
  }
  if (address.host.empty()) return wrong("the host is missing");
  if (address.host.find_first_of(" \t\r\n@?#") != std::string::npos)
    return wrong("the host has odd characters");
  if (text.empty()) return address;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), address.port);
  if (text.front() != ':' || error != std::errc{} || end != text.data() + text.size() || address.port == 0)
    return wrong("the port is a number from 1 to 65535");
  return address;
}

Result<HttpAnswer> http_call(const ServerAddress& server, const net::ClientTls& tls, HttpRequest request,
                             std::chrono::milliseconds timeout) {
  OutboundRequest out;
  out.method = request.method;
  out.url = (server.secure ? "https://" : "http://") + display(server) + request.target;
  out.headers = std::move(request.headers);
  if (!request.body.empty()) out.headers.emplace_back("Content-Type", request.content_type);
  out.headers.emplace_back("Accept-Encoding", "identity");  // packing costs more than the way, mostly none
  out.body = std::move(request.body);
  out.timeout = timeout;
  out.answer_bytes_max = kAnswerBytesMax;
  net::OutboundOptions options;
  options.tls = tls;
  options.user_agent = "batata-cli";
  auto answer = net::call_blocking(options, std::move(out), std::move(request.is_cancelled));
  // The request had arrived, whatever was too long then.
  if (!answer && answer.error().code == Errc::kResourceExhausted) answer.error().code = Errc::kOutcomeUnknown;
  return answer;
}

std::string encode_form(const std::vector<std::pair<std::string_view, std::string_view>>& fields) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out += name;
    out += '=';
    for (const char c : value) {
      const auto byte = static_cast<unsigned char>(c);
      const bool is_plain = is_letter_or_digit(c) || c == '-' || c == '_' || c == '.' || c == '~';
      if (is_plain) {
        out += c;
      } else {
        out += '%';
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
      }
    }
  }
  return out;
}

}  // namespace batata::cli
