#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace batata::nacos {

/// A client library and its version, as the metrics name them. Plain data.
struct ClientKind {
  std::string library;  ///< "java"; "other" for one that is not known
  std::string version;  ///< "3.1"; "other" where none can be read
  bool operator==(const ClientKind&) const = default;
};
/// What "Nacos-Java-Client:v3.1.0" comes to. Both texts are bounded: whatever a client says of itself, they
/// are one of the known libraries and two numbers below 1000, or "other".
[[nodiscard]] ClientKind client_kind(std::string_view said);

/// How many connections there are of which client library and version. Clients choose what they say, so only
/// the first kKindsMax kinds have a number of their own; all that come later count together. Loop only.
class ClientVersions {
 public:
  /// Names the place in which a client is counted.
  using Place = std::size_t;
  /// Counts a client in.
  [[nodiscard]] Place enter(std::string_view said);
  void leave(Place place) { --counts_.at(place); }

  /// Calls `visit(kind, count)` for each kind that has been seen, also where none is left, and for the
  /// others.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t i = 0; i < kinds_.size(); ++i) visit(kinds_[i], counts_.at(i));
    visit(ClientKind{"other", "other"}, counts_.at(kOthers));
  }

  static constexpr std::size_t kKindsMax = 32;

 private:
  static constexpr Place kOthers = kKindsMax;
  std::vector<ClientKind> kinds_;
  std::array<std::size_t, kKindsMax + 1> counts_{};
};

}  // namespace batata::nacos
