#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace batata::domain {

/// Who reads a config, as the rules of gray releases see it. A view.
struct Reader {
  std::string_view address;  ///< the client's
  std::string_view tag;      ///< empty: none
  /// The tag was asked for by name: without a release for it there is nothing, not the value for everybody.
  bool only_tag = false;
};

/// For whom a gray release is. A view.
struct GrayRuleView {
  std::string_view type;        ///< "beta": for addresses; "tag": for one tag. Others match nobody
  std::string_view version;     ///< of the rule's form: "1.0.0"
  std::string_view expression;  ///< beta: addresses with commas between, compared as texts; tag: the tag
  std::int32_t priority = 0;    ///< of two that match the higher one counts
  bool operator==(const GrayRuleView&) const = default;
};
/// The same, with its own text.
struct GrayRule {
  std::string type, version, expression;
  std::int32_t priority = 0;
  // NOLINTNEXTLINE(google-explicit-constructor): a rule is seen as its view
  operator GrayRuleView() const { return {type, version, expression, priority}; }
};
/// Source: upstream's BetaGrayRule and TagGrayRule.
[[nodiscard]] bool matches(const GrayRuleView& rule, const Reader& reader);

/// A gray release as it is named: the kind of release decides the name and the rule.
struct GrayRelease {
  std::string name;  ///< "beta", "tag_blue"
  GrayRule rule;
};
/// For the addresses in a list with commas.
[[nodiscard]] GrayRelease beta_release(std::string_view addresses);
[[nodiscard]] GrayRelease tag_release(std::string_view tag);
constexpr std::string_view kBetaName = "beta", kBetaType = "beta", kTagType = "tag";

/// One line of the index of a config's gray releases. A view.
struct GrayView {
  std::string_view name, md5;  ///< md5: of the release's content
  GrayRuleView rule;
};
/// The stored index, in the order given. Format version 1: u8 version | varint n, n times: string name |
/// string md5 | string type | string version | string expression | u32 priority.
[[nodiscard]] std::string encode_grays(const std::vector<GrayView>& grays);
/// The views point into `value`. At most kGraysMax lines are taken.
/// Errors: kInternal for bytes that `encode_grays` did not write.
[[nodiscard]] Result<std::vector<GrayView>> decode_grays(std::string_view value);
/// The order in which rules are tried: the highest priority first, then by name.
void sort_grays(std::vector<GrayView>& grays);
/// The first release, in the order of the index, that is for `reader`; null when there is none.
[[nodiscard]] const GrayView* match(const std::vector<GrayView>& grays, const Reader& reader);

/// Of one config, whatever the setting says: every read of a config with gray releases looks through them.
constexpr std::size_t kGraysMax = 100;
/// Bytes of an expression: some two thousand addresses. It is read with every read of the config.
constexpr std::size_t kExpressionMax = 32u << 10;

}  // namespace batata::domain
