#include "net/http1_parser.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"

namespace batata::net {
namespace {

constexpr std::string_view kBlanks = " \t";  // what may stand around values, and nothing else

// The lower-case form of each byte that may stand in a method or header name, 0 for the others (RFC
// 9110, 5.6.2).
constexpr std::array<char, 256> make_tokens() {
  std::array<char, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"))
    table[static_cast<unsigned char>(c)] = c;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = static_cast<char>(c + 32);
  return table;
}
constexpr auto kToken = make_tokens();

constexpr std::array<bool, 256> make_value_bytes(bool with_spaces) {
  std::array<bool, 256> table{};
  for (int c = 0x21; c < 256; ++c) table[static_cast<std::size_t>(c)] = c != 0x7f;
  table[' '] = table['\t'] = with_spaces;
  return table;
}
constexpr auto kValueByte = make_value_bytes(true);
constexpr auto kTargetByte = make_value_bytes(false);

bool all_of(std::string_view text, const std::array<bool, 256>& table) {
  bool good = true;
  for (const char c : text)
    good &= table[static_cast<unsigned char>(c)];  // no branch in the loop: it vectorises
  return good;
}

// Takes the line at the front of `text`, which ends with CR LF. Nothing for a bare CR.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\r');
  if (end == std::string_view::npos || end + 1 >= text.size() || text[end + 1] != '\n') return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

// "http://host:port/path?query", which proxies send, or the "*" of OPTIONS, taken apart.
struct Target {
  std::string_view authority, path, query;
};

// What stands behind the host: nothing, a path, a query, or both.
bool take_path(std::string_view text, Target& target) {
  const auto question = text.find('?');
  target.path = text.substr(0, question);
  if (question != text.npos) target.query = text.substr(question + 1);
  return target.path.empty() || target.path.front() == '/';
}

std::optional<Target> take_apart(std::string_view text, wire::Method method) {
  Target target;
  if (text == "*" && method == wire::Method::kOptions) {
    target.path = text;
    return target;
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(text.substr(0, scheme.size()), scheme)) continue;
    text.remove_prefix(scheme.size());
    target.authority = text.substr(0, text.find_first_of("/?"));
    if (target.authority.empty() || target.authority.front() == ':' || !is_authority(target.authority))
      return std::nullopt;
    if (!take_path(text.substr(target.authority.size()), target)) return std::nullopt;
    // Without a path it is the server itself that OPTIONS asks (RFC 9112, 3.2.4).
    const bool whole = method == wire::Method::kOptions && target.query.empty();
    if (target.path.empty()) target.path = whole ? "*" : "/";
    return target;
  }
  return std::nullopt;
}

std::optional<Refusal> parse_request_line(std::string_view line, wire::Request& request, Http1Head& head,
                                          std::string_view& authority) {
  const auto first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Refusal{400, "malformed request line"};
  request.method_name = line.substr(0, first);
  request.target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);

  if (request.method_name.empty()) return Refusal{400, "no method"};
  for (const char c : request.method_name)
    if (kToken[static_cast<unsigned char>(c)] == 0) return Refusal{400, "malformed method"};
  request.method = wire::method_named(request.method_name);
  if (request.target.empty() || !all_of(request.target, kTargetByte)) return Refusal{400, "malformed target"};
  if (version.size() != 8 || !version.starts_with("HTTP/")) return Refusal{400, "malformed request line"};
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return Refusal{505, "this version of HTTP is not spoken here"};
  head.http_1_0 = version.back() == '0';
  head.keep_alive = !head.http_1_0;

  if (request.target.front() == '/') {  // what nearly every request sends
    const auto question = request.target.find('?');
    request.path = request.target.substr(0, question);
    if (question != request.target.npos) request.query = request.target.substr(question + 1);
    return std::nullopt;
  }
  const auto target = take_apart(request.target, request.method);
  if (!target) return Refusal{400, "malformed target"};
  request.path = target->path;
  request.query = target->query;
  authority = target->authority;
  return std::nullopt;
}

void read_connection(std::string_view value, Http1Head& head) {
  while (!value.empty()) {
    const auto item = value.substr(0, value.find(','));
    value.remove_prefix(std::min(value.size(), item.size() + 1));
    if (equal_ignoring_case(trimmed(item, kBlanks), "close")) {
      head.keep_alive = false;
      return;
    }
    if (equal_ignoring_case(trimmed(item, kBlanks), "keep-alive")) head.keep_alive = true;
  }
}

std::optional<std::uint64_t> parse_length(std::string_view digits) {
  if (digits.empty() || digits.size() > 18) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

// What has been seen of the headers that decide where a request ends.
struct Framing {
  int hosts = 0, lengths = 0, encodings = 0, codings = 0;
  bool closes = false;
};

// Content-Encoding may say nothing more than once: a body that is packed twice is not unpacked here.
void note_coding(std::string_view value, Framing& seen, Http1Head& head) {
  head.coding = ++seen.codings > 1 ? ContentCoding::kOther : content_coding(value);
}

std::optional<Refusal> note_header(std::string_view name, std::string_view value, Framing& seen,
                                   Http1Head& head) {
  if (name == "host") {
    if (++seen.hosts > 1) return Refusal{400, "more than one Host"};
    if (!is_authority(value)) return Refusal{400, "malformed Host"};
  } else if (name == "connection") {
    read_connection(value, head);
    seen.closes |= !head.keep_alive && !head.http_1_0;
  } else if (name == "content-length") {
    const auto length = parse_length(value);
    if (!length || ++seen.lengths > 1) return Refusal{400, "malformed Content-Length"};
    head.content_length = *length;
  } else if (name == "transfer-encoding") {
    if (++seen.encodings > 1) return Refusal{400, "more than one Transfer-Encoding"};
    if (!equal_ignoring_case(value, "chunked"))
      return Refusal{501, "the only Transfer-Encoding spoken here is chunked"};
    head.chunked = true;
  } else if (name == "expect") {
    if (!equal_ignoring_case(value, "100-continue"))
      return Refusal{417, "the only expectation met here is 100-continue"};
    head.expects_continue = true;
  } else if (name == "content-encoding") {
    note_coding(value, seen, head);
  }
  return std::nullopt;
}

// The target's host goes before that of Host (RFC 9112, 3.2.2).
void set_host(std::string_view authority, wire::Request& request) {
  for (auto& [name, value] : request.headers)
    if (name == "host") return void(value = authority);
  request.headers.emplace_back("host", authority);
}

std::optional<Refusal> check_framing(const Framing& seen, Http1Head& head) {
  if (seen.hosts == 0 && !head.http_1_0) return Refusal{400, "no Host"};
  if (head.chunked && seen.lengths > 0) return Refusal{400, "both Content-Length and Transfer-Encoding"};
  if (head.chunked && head.http_1_0) return Refusal{400, "Transfer-Encoding in HTTP/1.0"};
  if (head.http_1_0) head.expects_continue = false;
  if (seen.closes) head.keep_alive = false;
  return std::nullopt;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr Refusal kControl{400, "a control character in the head"};

// NUL, or a line feed without its carriage return, from `from` on.
bool has_control(std::string_view bytes, std::size_t from) {
  for (std::size_t i = from; i < bytes.size(); ++i) {
    const bool bare_lf = bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r');
    if (bare_lf || bytes[i] == '\0') return true;
  }
  return false;
}

std::optional<Refusal> parse_lines(std::span<char> bytes, const Limits& limits, wire::Request& request,
                                   Http1Head& head) {
  std::string_view text(bytes.data(), bytes.size());
  head = {};
  const auto request_line = take_line(text);
  if (!request_line) return Refusal{400, "malformed request line"};
  std::string_view authority;
  if (auto refusal = parse_request_line(*request_line, request, head, authority)) return refusal;

  Framing seen;
  for (;;) {
    const auto line = take_line(text);
    if (!line) return Refusal{400, "a bare CR in the head"};
    if (line->empty()) break;
    if (request.headers.size() == limits.headers) return Refusal{431, "too many headers", true};
    const auto colon = line->find(':');
    if (colon == std::string_view::npos || colon == 0) return Refusal{400, "malformed header"};
    char* name = bytes.data() + (line->data() - bytes.data());
    for (std::size_t i = 0; i < colon; ++i) {
      const char lower = kToken[static_cast<unsigned char>(name[i])];
      if (lower == 0)
        return Refusal{400, "malformed header name"};  // also a folded line, which starts with a space
      name[i] = lower;
    }
    const auto value = trimmed(line->substr(colon + 1), kBlanks);
    if (!all_of(value, kValueByte)) return Refusal{400, "a control character in a header"};
    request.headers.emplace_back(line->substr(0, colon), value);
    if (auto refusal = note_header(line->substr(0, colon), value, seen, head)) return refusal;
  }
  if (!text.empty()) return Refusal{400, "malformed head"};
  if (!authority.empty()) set_host(authority, request);
  return check_framing(seen, head);
}

constexpr std::size_t kChunkLineMax = 1024;     // of a size with its extensions
constexpr std::size_t kTrailerBytesMax = 8192;  // trailers are read and dropped

}  // namespace

std::optional<std::size_t> find_head_end(std::string_view bytes, std::size_t& scanned, const Limits& limits,
                                         std::optional<Refusal>& refusal) {
  const auto end = bytes.find("\r\n\r\n", scanned > 3 ? scanned - 3 : 0);
  if (end != std::string_view::npos && end + 4 <= limits.header_bytes) return end + 4;
  if (bytes.size() >= limits.header_bytes) {
    refusal = Refusal{431, "the head of the request is too large"};
    return std::nullopt;
  }
  // A head that will never end in CR LF CR LF is refused now, not when its time is up.
  if (has_control(bytes, scanned)) refusal = kControl;
  scanned = bytes.size();
  return std::nullopt;
}

// As find_head_end would have said, had the head come in pieces: the answer must not depend on that.
std::optional<Refusal> parse_head(std::span<char> bytes, const Limits& limits, wire::Request& request,
                                  Http1Head& head) {
  auto refusal = parse_lines(bytes, limits, request, head);
  if (refusal && has_control({bytes.data(), bytes.size()}, 0)) return kControl;
  return refusal;
}

ChunkDecoder::Step ChunkDecoder::refuse(int status, std::string_view reason) {
  refusal_ = {status, reason};
  return Step::kRefused;
}

std::optional<std::size_t> ChunkDecoder::line(std::string_view bytes) {
  const auto end = bytes.find('\n');
  const auto seen = bytes.substr(0, std::min(end, bytes.size()));
  const auto cr = seen.find('\r');
  broken_ = seen.size() > kChunkLineMax || seen.find('\0') != std::string_view::npos;
  if (end == std::string_view::npos) {
    broken_ |= cr != std::string_view::npos && cr + 1 != seen.size();
    return std::nullopt;
  }
  broken_ |= cr == std::string_view::npos || cr + 1 != end;  // a bare LF, or a CR inside
  return end + 1;
}

bool ChunkDecoder::parse_size(std::string_view text) {
  left_ = 0;
  std::size_t digits = 0;
  while (digits < text.size() && hex_digit(text[digits]) >= 0)
    left_ = left_ << 4 | static_cast<std::uint64_t>(hex_digit(text[digits++]));
  if (digits == 0 || digits > 15) return false;
  const auto rest = text.substr(digits);
  return rest.empty() || (rest.front() == ';' && all_of(rest, kValueByte));
}

ChunkDecoder::Step ChunkDecoder::decode(char* bytes, std::size_t& size, std::size_t limit) {
  std::size_t at = decoded_;  // where undecoded input starts
  Step step = Step::kMore;
  while (step == Step::kMore) {
    const std::string_view rest(bytes + at, size - at);
    if (state_ == State::kData) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest.size()));
      std::memmove(bytes + decoded_, rest.data(), n);
      decoded_ += n;
      at += n;
      left_ -= n;
      if (left_ > 0) break;
      state_ = State::kDataEnd;
      continue;
    }
    if (state_ == State::kDataEnd) {
      if (!std::string_view("\r\n").starts_with(rest.substr(0, 2))) step = refuse(400, "malformed chunk");
      if (rest.size() < 2) break;
      at += 2;
      state_ = State::kSize;
      continue;
    }
    const auto length = line(rest);
    if (broken_) {
      step = refuse(400, "malformed chunk");
    } else if (!length) {
      break;
    } else if (const auto text = rest.substr(0, *length - 2); state_ == State::kSize) {
      if (!parse_size(text))
        step = refuse(400, "malformed chunk size");
      else if (left_ > limit - std::min(limit, decoded_))
        step = refuse(413, "the body is too large");
      state_ = left_ > 0 ? State::kData : State::kTrailer;
    } else {
      trailer_bytes_ += *length;
      if (trailer_bytes_ > kTrailerBytesMax)
        step = refuse(431, "the trailers are too large");
      else if (text.empty())
        step = Step::kDone;
    }
    if (step != Step::kRefused) at += *length;
  }
  std::memmove(bytes + decoded_, bytes + at, size - at);
  size -= at - decoded_;
  return step;
}

}  // namespace batata::net
