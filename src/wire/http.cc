#include "wire/http.h"

#include <algorithm>
#include <array>
#include <functional>

namespace batata::wire {
namespace {

constexpr std::array<std::string_view, 7> kMethodNames = {"GET",   "POST", "PUT",    "DELETE",
                                                          "PATCH", "HEAD", "OPTIONS"};

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

bool has_broken_escape(std::string_view text) {
  const auto is_hex = [text](std::size_t at) {
    return at < text.size() && std::string_view("0123456789abcdefABCDEF").find(text[at]) != text.npos;
  };
  for (auto at = text.find('%'); at != text.npos; at = text.find('%', at + 1))
    if (!is_hex(at + 1) || !is_hex(at + 2)) return true;
  return false;
}

// The text itself when it has no escapes, else a decoded copy that `decoded` keeps. Nothing for a broken
// escape.
std::optional<std::string_view> decode_part(std::string_view text,
                                            std::vector<std::unique_ptr<std::string>>& decoded) {
  if (std::ranges::none_of(text, [](char c) { return c == '%' || c == '+'; })) return text;
  if (has_broken_escape(text)) return std::nullopt;
  return *decoded.emplace_back(std::make_unique<std::string>(percent_decode(text, true)));
}

void parse_pairs(std::string_view text, std::size_t limit, Pairs& pairs,
                 std::vector<std::unique_ptr<std::string>>& decoded) {
  while (!text.empty() && pairs.size() < limit) {
    const auto part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (part.empty()) continue;
    const auto equals = part.find('=');
    const auto name = decode_part(part.substr(0, equals), decoded);
    const auto value =
        decode_part(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), decoded);
    if (name && value) pairs.emplace_back(*name, *value);
  }
}

bool same_ignoring_case(std::string_view a, std::string_view lower) {
  return std::ranges::equal(a, lower,
                            [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y; });
}

bool is_urlencoded(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  return same_ignoring_case(type, "application/x-www-form-urlencoded");
}

void take_parts(const Result<std::vector<FormPart>>& parts, Pairs& pairs, std::vector<FormPart>& files) {
  if (!parts) return;
  for (const FormPart& part : *parts) {
    if (part.is_file) {
      files.push_back(part);
    } else if (pairs.size() < Request::kParamsMax) {
      pairs.emplace_back(part.name, part.content);
    }
  }
}

// Copies views one after the other into a string that was given enough room, so that it never moves.
class Packer {
 public:
  Packer(std::string& storage, std::size_t bytes) : storage_(storage) { storage_.reserve(bytes); }
  void pack(std::string_view& view) {
    const std::size_t at = storage_.size();
    storage_.append(view);
    view = std::string_view(storage_).substr(at);
  }

 private:
  std::string& storage_;
};

// Lets a view into `from` point to the same place of its copy `to`. False when it is no view into `from`.
bool move_view(std::string_view& view, std::string_view from, std::string_view to) {
  const std::less_equal<> not_behind;
  if (!not_behind(from.data(), view.data()) ||
      !not_behind(view.data() + view.size(), from.data() + from.size()))
    return false;
  view = to.substr(static_cast<std::size_t>(view.data() - from.data()), view.size());
  return true;
}

}  // namespace

Method method_named(std::string_view name) {
  for (std::size_t i = 0; i < kMethodNames.size(); ++i)
    if (name == kMethodNames[i]) return static_cast<Method>(i);
  return Method::kOther;
}

std::string_view name_of(Method method) {
  const auto i = static_cast<std::size_t>(method);
  return i < kMethodNames.size() ? kMethodNames[i] : "OTHER";
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return std::nullopt;
}

bool Request::may_have_form() const {
  return !body.empty() && (method == Method::kPost || method == Method::kPut || method == Method::kPatch ||
                           method == Method::kDelete);
}

const Request::Params& Request::params() const {
  if (params_ == nullptr) params_ = std::make_unique<Params>();
  if (params_->parsed) return *params_;
  params_->parsed = true;
  parse_pairs(query, kParamsMax, params_->pairs, params_->decoded);
  if (!may_have_form()) return *params_;
  const auto type = header("content-type").value_or("");
  if (is_urlencoded(type)) {
    parse_pairs(body, kParamsMax, params_->pairs, params_->decoded);
  } else if (const auto boundary = multipart_boundary(type)) {
    take_parts(parse_multipart(body, *boundary), params_->pairs, params_->files);
  }
  return *params_;
}

std::optional<std::string_view> Request::param(std::string_view name) const {
  for (const auto& [key, value] : params().pairs)
    if (key == name) return value;
  return std::nullopt;
}

const FormPart* Request::file(std::string_view name) const {
  for (const FormPart& part : params().files)
    if (part.name == name) return &part;
  return nullptr;
}

std::size_t Request::size() const {
  std::size_t bytes = method_name.size() + target.size() + path.size() + query.size() + body.size();
  for (const auto& [name, value] : headers) bytes += name.size() + value.size();
  return bytes;
}

void Request::own() {
  std::size_t bytes = size() + peer_address.size();
  for (const auto capture : captures) bytes += capture.size();

  (void)params();
  const std::string_view old_query = query, old_body = body;
  auto storage = std::make_unique<std::string>();
  Packer packer(*storage, bytes);
  for (auto* view : {&method_name, &target, &path, &query, &body, &peer_address}) packer.pack(*view);
  for (auto& [name, value] : headers) {
    packer.pack(name);
    packer.pack(value);
  }
  for (auto& capture : captures) packer.pack(capture);
  for (auto& [name, value] : params_->pairs) {
    for (auto* view : {&name, &value}) move_view(*view, old_query, query) || move_view(*view, old_body, body);
  }
  for (FormPart& part : params_->files) {
    for (auto* view : {&part.name, &part.content, &part.filename, &part.content_type})
      move_view(*view, old_body, body);
  }
  storage_ = std::move(storage);
}

void Request::clear() {
  method = Method::kOther;
  protocol = "HTTP/1.1";
  peer_port = 0;
  certificate.reset();
  for (auto* view : {&method_name, &target, &path, &query, &body, &peer_address}) *view = {};
  headers.clear();
  captures.clear();
  storage_.reset();
  if (params_ == nullptr) return;
  params_->pairs.clear();
  params_->decoded.clear();
  params_->files.clear();
  params_->parsed = false;
}

Response& Response::header(std::string_view name, std::string_view value) {
  const auto end = std::ranges::find_if(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
  value = value.substr(0, static_cast<std::size_t>(end - value.begin()));
  headers.append(name).append(": ").append(value).append("\r\n");
  return *this;
}

std::string_view reason_phrase(int status) {
  using Row = std::pair<int, std::string_view>;
  static constexpr std::array kRows = {
      Row{100, "Continue"},
      Row{101, "Switching Protocols"},
      Row{200, "OK"},
      Row{201, "Created"},
      Row{202, "Accepted"},
      Row{204, "No Content"},
      Row{206, "Partial Content"},
      Row{301, "Moved Permanently"},
      Row{302, "Found"},
      Row{304, "Not Modified"},
      Row{307, "Temporary Redirect"},
      Row{308, "Permanent Redirect"},
      Row{400, "Bad Request"},
      Row{401, "Unauthorized"},
      Row{403, "Forbidden"},
      Row{404, "Not Found"},
      Row{405, "Method Not Allowed"},
      Row{406, "Not Acceptable"},
      Row{408, "Request Timeout"},
      Row{409, "Conflict"},
      Row{410, "Gone"},
      Row{412, "Precondition Failed"},
      Row{413, "Content Too Large"},
      Row{415, "Unsupported Media Type"},
      Row{417, "Expectation Failed"},
      Row{426, "Upgrade Required"},
      Row{429, "Too Many Requests"},
      Row{431, "Request Header Fields Too Large"},
      Row{500, "Internal Server Error"},
      Row{501, "Not Implemented"},
      Row{502, "Bad Gateway"},
      Row{503, "Service Unavailable"},
      Row{504, "Gateway Timeout"},
      Row{505, "HTTP Version Not Supported"},
  };
  const auto* const row = std::ranges::find(kRows, status, &Row::first);
  return row == kRows.end() ? std::string_view() : row->second;
}

}  // namespace batata::wire
