#pragma once
#include <compare>
#include <string>
#include <string_view>

namespace batata::nacos {

/// A config or a service by its name in full. `space` is canonical ("public" for the default one).
struct ResourceName {
  std::string space, group, name;
  auto operator<=>(const ResourceName&) const = default;
};

/// Which resources a client wants to hear of: "namespace>>group>>name", where group and name may be `*`,
/// `abc*`, `*abc` or `*abc*`. Immutable.
///
/// Text of fewer than three parts matches nothing, nor does an element with a `*` in its middle alone.
/// Source: upstream's FuzzyGroupKeyPattern.
class FuzzyPattern {
 public:
  explicit FuzzyPattern(std::string_view text);
  [[nodiscard]] bool matches(const ResourceName& resource) const {
    return whole_ && resource.space == space_ && group_.matches(resource.group) &&
           name_.matches(resource.name);
  }
  /// False when nothing can match.
  [[nodiscard]] bool whole() const { return whole_; }
  /// The one namespace, canonical.
  [[nodiscard]] const std::string& space() const { return space_; }

  /// The namespace that the text names, as it is spelled.
  [[nodiscard]] static std::string_view space_in(std::string_view text);
  /// The three parts as they are spelled, stars included; those that are missing are blank.
  [[nodiscard]] static ResourceName parts_of(std::string_view text);

 private:
  class Element {
   public:
    Element() = default;
    explicit Element(std::string_view text);
    [[nodiscard]] bool matches(std::string_view text) const;

   private:
    bool exact_ = true, open_begin_ = false, open_end_ = false;
    std::string text_;  // without stars, unless it is exact
  };

  bool whole_ = false;
  std::string space_;
  Element group_, name_;
};

}  // namespace batata::nacos
