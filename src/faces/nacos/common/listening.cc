#include "faces/nacos/common/listening.h"

#include <array>
#include <cstdint>

namespace batata::nacos {
namespace {

constexpr char kEntryEnd = '\x01', kWordEnd = '\x02';
constexpr std::size_t kWordsMin = 3, kWordsMax = 4;

void append_encoded(std::string& out, std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (alphanumeric || c == '.' || c == '-' || c == '*' || c == '_') {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      const auto byte = static_cast<std::uint8_t>(c);
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
}

tl::expected<Listening, ListeningFault> parse_one(std::string_view entry) {
  std::array<std::string_view, kWordsMax> words;
  std::size_t count = 0;
  for (;;) {
    if (count == kWordsMax) return tl::unexpected(ListeningFault::kNoEntries);
    const auto end = entry.find(kWordEnd);
    words[count++] = entry.substr(0, end);
    if (end == entry.npos) break;
    entry.remove_prefix(end + 1);
  }
  if (count < kWordsMin) return tl::unexpected(ListeningFault::kTooFewWords);
  return Listening{std::string(words[0]), std::string(words[1]), std::string(words[2]),
                   std::string(words[3])};
}

}  // namespace

tl::expected<std::vector<Listening>, ListeningFault> parse_listenings(std::string_view text) {
  std::vector<Listening> listenings;
  while (!text.empty()) {
    const auto end = text.find(kEntryEnd);
    if (end == text.npos) return tl::unexpected(ListeningFault::kNoEntries);
    if (listenings.size() == kListeningsMax) return tl::unexpected(ListeningFault::kTooFewWords);
    auto one = parse_one(text.substr(0, end));
    if (!one) return tl::unexpected(one.error());
    listenings.push_back(std::move(*one));
    text.remove_prefix(end + 1);
  }
  return listenings;
}

std::string url_encode(std::string_view text) {
  std::string out;
  append_encoded(out, text);
  return out;
}

std::string encode_changed(const std::vector<const Listening*>& changed) {
  std::string out;
  for (const Listening* one : changed) {
    append_encoded(out, one->data_id);
    out += "%02";
    append_encoded(out, one->group);
    if (!one->tenant.empty()) {
      out += "%02";
      append_encoded(out, one->tenant);
    }
    out += "%01";
  }
  return out;
}

std::string encode_changed_old(const std::vector<const Listening*>& changed) {
  std::string out;
  for (const Listening* one : changed) out.append(one->data_id).append(":").append(one->group).append(";");
  return out;
}

}  // namespace batata::nacos
