#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace batata::net {

/// Which addresses this server may call because a client said so. Whoever may register an instance, set a
/// checker or name a webhook chooses what is called; addresses that hand out secrets of this machine must not
/// be among it. One rule for all that calls: health checks, calls over HTTP and over gRPC. Immutable; any
/// thread.
class EgressPolicy {
 public:
  /// Ranges are written "10.0.0.0/8" or "fe80::/10", or as an address alone, with commas between them. An
  /// empty `allowed` allows all that is not denied; what is in both is denied. Errors: kInvalidArgument,
  /// naming the range that is none.
  [[nodiscard]] static Result<EgressPolicy> parse(std::string_view allowed, std::string_view denied);

  /// `address` is an IP address in digits; anything else may not be called. An IPv4 address inside an IPv6
  /// one (mapped, or behind a translator's prefix) counts as that IPv4 address, too.
  [[nodiscard]] bool allows(std::string_view address) const;

 private:
  struct Range {
    std::array<std::uint8_t, 16> address;  // IPv4 ones as mapped addresses
    int bits = 128;
    [[nodiscard]] bool contains(const std::array<std::uint8_t, 16>& other) const;
  };
  [[nodiscard]] static Result<std::vector<Range>> parse_ranges(std::string_view text);
  [[nodiscard]] bool allows_bytes(const std::array<std::uint8_t, 16>& address) const;

  std::vector<Range> allowed_, denied_;
};

}  // namespace batata::net
