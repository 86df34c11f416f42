#include "net/egress/egress_policy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"

namespace batata::net {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr Bytes kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
// RFC 6052 and the deprecated IPv4-compatible form.
constexpr Bytes kTranslated = {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
constexpr Bytes kCompatible = {};

struct Address {
  Bytes bytes;
  bool is_v4;
};

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text);
  Bytes bytes = kMapped;
  if (inet_pton(AF_INET, copy.c_str(), bytes.data() + 12) == 1) return Address{bytes, true};
  if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return Address{bytes, false};
  return std::nullopt;
}

bool starts_as(const Bytes& address, const Bytes& prefix) {
  return std::equal(prefix.begin(), prefix.begin() + 12, address.begin());
}

}  // namespace

bool EgressPolicy::Range::contains(const Bytes& other) const {
  const int whole = bits / 8, rest = bits % 8;
  if (std::memcmp(address.data(), other.data(), static_cast<std::size_t>(whole)) != 0) return false;
  if (rest == 0) return true;
  const auto at = static_cast<std::size_t>(whole);
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return (address[at] & mask) == (other[at] & mask);
}

Result<std::vector<EgressPolicy::Range>> EgressPolicy::parse_ranges(std::string_view text) {
  std::vector<Range> ranges;
  while (!text.empty()) {
    const std::string_view whole = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), whole.size() + 1));
    const std::string_view range = trimmed(whole);
    if (range.empty()) continue;
    const std::size_t slash = range.find('/');
    const auto address = parse_address(range.substr(0, slash));
    int bits = 0;
    const int most = address && address->is_v4 ? 32 : 128;
    bool sound = address.has_value();
    if (slash == range.npos) {
      bits = most;
    } else {
      const std::string_view digits = range.substr(slash + 1);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
      sound =
          sound && error == std::errc{} && end == digits.data() + digits.size() && bits >= 0 && bits <= most;
    }
    if (!sound)
      return fail(Errc::kInvalidArgument,
                  "'" + std::string(range) + "' is no range of addresses like 10.0.0.0/8");
    ranges.push_back({address->bytes, address->is_v4 ? bits + 96 : bits});
  }
  return ranges;
}

Result<EgressPolicy> EgressPolicy::parse(std::string_view allowed, std::string_view denied) {
  auto may = parse_ranges(allowed);
  if (!may) return tl::unexpected(std::move(may.error()));
  auto must_not = parse_ranges(denied);
  if (!must_not) return tl::unexpected(std::move(must_not.error()));
  EgressPolicy policy;
  policy.allowed_ = std::move(*may);
  policy.denied_ = std::move(*must_not);
  return policy;
}

bool EgressPolicy::allows(std::string_view address) const {
  const auto parsed = parse_address(address);
  if (!parsed || !allows_bytes(parsed->bytes)) return false;
  if (parsed->is_v4) return true;
  // ::1 looks like a compatible address, and means what it is.
  const bool is_small = std::all_of(parsed->bytes.begin(), parsed->bytes.end() - 1,
                                    [](std::uint8_t byte) { return byte == 0; });
  const bool embeds =
      starts_as(parsed->bytes, kTranslated) || (starts_as(parsed->bytes, kCompatible) && !is_small);
  if (!embeds) return true;
  Bytes inner = kMapped;
  std::copy(parsed->bytes.begin() + 12, parsed->bytes.end(), inner.begin() + 12);
  return allows_bytes(inner);
}

bool EgressPolicy::allows_bytes(const Bytes& address) const {
  const auto has = [&](const Range& range) { return range.contains(address); };
  if (std::any_of(denied_.begin(), denied_.end(), has)) return false;
  return allowed_.empty() || std::any_of(allowed_.begin(), allowed_.end(), has);
}

}  // namespace batata::net
