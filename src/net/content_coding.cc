#include "net/content_coding.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "net/gzip_codec.h"

namespace batata::net {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kAcceptEncoding = "accept-encoding";
constexpr int kWhole = 1000;  // thousandths: a weight has three digits at most

// "1", "0.5", "0.125" in thousandths. Nothing for what is no weight (RFC 9110, 12.4.2).
std::optional<int> weight_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int weight = (text[0] - '0') * kWhole;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int unit = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return std::nullopt;
    weight += (c - '0') * unit;
    unit /= 10;
  }
  return weight <= kWhole ? std::optional(weight) : std::nullopt;
}

// One entry of the list: a coding, and its weight. Nothing when it is malformed.
struct Entry {
  std::string_view coding;
  int weight = kWhole;
};
std::optional<Entry> entry_of(std::string_view text) {
  const auto semicolon = text.find(';');
  Entry entry{trimmed(text.substr(0, semicolon), kBlanks)};
  if (semicolon == text.npos) return entry;
  const auto parameter = trimmed(text.substr(semicolon + 1), kBlanks);
  if (parameter.size() < 3 || lower_case(parameter[0]) != 'q' || parameter[1] != '=') return std::nullopt;
  const auto weight = weight_of(parameter.substr(2));
  if (!weight) return std::nullopt;
  entry.weight = *weight;
  return entry;
}

bool is_gzip(std::string_view name) {
  return equal_ignoring_case(name, "gzip") || equal_ignoring_case(name, "x-gzip");
}

// Text shrinks; archives and pictures are packed already.
bool is_text(std::string_view type) {
  type = type.substr(0, type.find(';'));
  return type.starts_with("text/") || type == "application/json" || type == "application/xml" ||
         type == "application/javascript" || type.ends_with("+json") || type.ends_with("+xml");
}

bool is_packed_already(const wire::Response& response) {
  return response.headers.find("Content-Encoding:") != std::string::npos;
}

}  // namespace

ContentCoding content_coding(std::string_view value) {
  value = trimmed(value, kBlanks);
  if (is_gzip(value)) return ContentCoding::kGzip;
  if (value.empty() || equal_ignoring_case(value, "identity")) return ContentCoding::kIdentity;
  return ContentCoding::kOther;
}

AcceptedCoding accepted_coding(std::string_view accept_encoding) {
  std::optional<int> gzip, identity, others;
  for (auto rest = accept_encoding; !rest.empty();) {
    const auto text = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), text.size() + 1));
    const auto entry = entry_of(text);
    if (!entry) continue;
    if (is_gzip(entry->coding)) {
      gzip = std::max(gzip.value_or(0), entry->weight);
    } else if (equal_ignoring_case(entry->coding, "identity")) {
      identity = entry->weight;
    } else if (entry->coding == "*") {
      others = entry->weight;
    }
  }
  if (!gzip) gzip = others.value_or(0);
  if (!identity) identity = others;
  if (*gzip == 0) return AcceptedCoding::kIdentity;
  if (identity && *identity == 0) return AcceptedCoding::kGzipOnly;
  return *gzip >= identity.value_or(0) ? AcceptedCoding::kGzip : AcceptedCoding::kIdentity;
}

AcceptedCoding accepted_coding(const wire::Request& request) {
  const std::string_view* first = nullptr;
  std::string joined;
  for (const auto& [name, value] : request.headers) {
    if (name != kAcceptEncoding) continue;
    if (first == nullptr) {
      first = &value;
      continue;
    }
    if (joined.empty()) joined = *first;
    joined.append(",").append(value);
  }
  if (first == nullptr) return AcceptedCoding::kIdentity;
  return accepted_coding(joined.empty() ? *first : std::string_view(joined));
}

AnswerCoding pack_answer(wire::Response& response, AcceptedCoding accepted, const Limits& limits) {
  const std::string_view content = response.content();
  if (limits.pack_from_bytes == 0 || content.empty()) return {};
  // Who takes nothing else gets small ones packed, too.
  if (content.size() < limits.pack_from_bytes && accepted != AcceptedCoding::kGzipOnly) return {};
  if (content.size() > limits.pack_to_bytes || !is_text(response.content_type) || is_packed_already(response))
    return {};
  AnswerCoding coding{.varies = true};
  if (accepted == AcceptedCoding::kIdentity) return coding;
  std::string packed = gzip_fast(content);
  if (packed.empty() || (packed.size() >= content.size() && accepted != AcceptedCoding::kGzipOnly))
    return coding;
  response.owner.reset();
  response.shared_body = {};
  response.body = std::move(packed);
  coding.gzip = true;
  return coding;
}

}  // namespace batata::net
