#include "domain/config/gray.h"

#include <algorithm>
#include <limits>

#include "base/bytes.h"

namespace batata::domain {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kRuleVersion = "1.0.0";
constexpr std::int32_t kBetaPriority = std::numeric_limits<std::int32_t>::max();

// Neither blanks nor the forms of addresses are looked at, as by upstream.
bool lists(std::string_view list, std::string_view one) {
  for (;;) {
    const auto comma = list.find(',');
    if (list.substr(0, comma) == one) return true;
    if (comma == list.npos) return false;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

bool matches(const GrayRuleView& rule, const Reader& reader) {
  if (rule.type == kBetaType) return !reader.address.empty() && lists(rule.expression, reader.address);
  if (rule.type == kTagType) return !reader.tag.empty() && rule.expression == reader.tag;
  return false;
}

GrayRelease beta_release(std::string_view addresses) {
  return {std::string(kBetaName),
          {std::string(kBetaType), std::string(kRuleVersion), std::string(addresses), kBetaPriority}};
}

GrayRelease tag_release(std::string_view tag) {
  return {std::string("tag_").append(tag),
          {std::string(kTagType), std::string(kRuleVersion), std::string(tag), kBetaPriority - 1}};
}

std::string encode_grays(const std::vector<GrayView>& grays) {
  std::string value;
  ByteWriter out(value);
  out.u8(kVersion);
  out.varint(grays.size());
  for (const GrayView& gray : grays) {
    for (const std::string_view text :
         {gray.name, gray.md5, gray.rule.type, gray.rule.version, gray.rule.expression})
      out.string(text);
    out.u32(static_cast<std::uint32_t>(gray.rule.priority));
  }
  return value;
}

Result<std::vector<GrayView>> decode_grays(std::string_view value) {
  ByteReader in(value);
  if (in.u8() != kVersion) return fail(Errc::kInternal, "an index of gray releases of an unknown version");
  const std::uint64_t count = in.varint();
  if (count > kGraysMax) return fail(Errc::kInternal, "a damaged index of gray releases");
  std::vector<GrayView> grays(count);
  for (GrayView& gray : grays) {
    for (std::string_view* text :
         {&gray.name, &gray.md5, &gray.rule.type, &gray.rule.version, &gray.rule.expression})
      *text = in.string();
    gray.rule.priority = static_cast<std::int32_t>(in.u32());
  }
  if (!in.ok() || !in.at_end()) return fail(Errc::kInternal, "a damaged index of gray releases");
  return grays;
}

void sort_grays(std::vector<GrayView>& grays) {
  std::ranges::sort(grays, [](const GrayView& a, const GrayView& b) {
    return a.rule.priority != b.rule.priority ? a.rule.priority > b.rule.priority : a.name < b.name;
  });
}

const GrayView* match(const std::vector<GrayView>& grays, const Reader& reader) {
  const auto found =
      std::ranges::find_if(grays, [&](const GrayView& gray) { return matches(gray.rule, reader); });
  return found == grays.end() ? nullptr : &*found;
}

}  // namespace batata::domain
